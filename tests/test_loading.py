"""What libraries load for nothing is put off or left out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from gleanings.loading import stand_ins


def say(code: str) -> str:
    """What a fresh process prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


PUT_OFF = """
import sys
from gleanings.loading import put_off
put_off({"wave": ("open",)})
import wave, wave as again
from wave import open
"""


def test_a_module_that_is_only_imported_is_not_loaded() -> None:
    assert say(PUT_OFF + "print('Wave_read' in vars(wave), wave is again)") == "False True\n"


@pytest.mark.parametrize("use", ["wave.Error", "again.Error", "__import__('wave').Error"])
def test_it_is_loaded_when_something_of_it_is_used(use: str) -> None:
    assert say(PUT_OFF + f"print({use}.__module__)") == "wave\n"


def test_a_part_imported_by_name_is_the_real_one() -> None:
    assert say(PUT_OFF + "from wave import Error; import wave; print(Error is wave.Error)") == "True\n"


USE_OF_A_FUNCTION = """
before = "Error" in vars(wave)
try:
    open("/nothing/here", "rb")
except FileNotFoundError:
    print(before, "Error" in vars(sys.modules["wave"]))
"""


def test_a_function_that_was_named_loads_the_module_when_it_is_called() -> None:
    assert say(PUT_OFF + USE_OF_A_FUNCTION) == "False True\n"


def test_what_is_loaded_already_stays() -> None:
    code = "import sys, wave\nfrom gleanings.loading import put_off\nput_off({'wave': ()})\n"
    assert say(code + "print(sys.modules['wave'] is wave)") == "True\n"


def test_what_is_not_there_is_told_by_its_name() -> None:
    code = PUT_OFF + "try: wave.nothing\nexcept AttributeError as error: print(error)"
    assert say(code) == "module 'wave' has no attribute 'nothing'\n"


def test_a_stand_in_is_there_for_the_block_alone() -> None:
    with stand_ins({"no_such_module": {"part": 1}, "sys": {"path": None}}):
        from no_such_module import part  # type: ignore[import-not-found]

        assert part == 1
        assert sys.path
    assert "no_such_module" not in sys.modules


def test_a_module_can_be_absent_for_the_block() -> None:
    sys.modules.pop("wave", None)
    with stand_ins({"wave": None}), pytest.raises(ImportError):
        import wave  # noqa: F401
