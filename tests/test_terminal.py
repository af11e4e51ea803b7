"""The command line on a terminal: what NO_COLOR takes away, and Ctrl-C at its earliest."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from loopback import item, loopback, reply, rss

LATE = "import sys\nfrom gleanings.__main__ import main\nsys.argv = ['gleanings', 'check']\n"
INTERRUPTED = """
class Interrupt:
    def find_spec(self, name, *_):
        if name == 'gleanings.cli':
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupt())
main()
"""


def shown_on_a_terminal(*words: str, environment: dict[str, str]) -> str:
    """What `gleanings` writes to a terminal of its own."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "gleanings", *words]
    done = subprocess.Popen(command, stdout=theirs, stderr=theirs, env={**os.environ, **environment})
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:
        # Linux ends a terminal that nobody writes to any more with EIO.
        pass
    finally:
        os.close(ours)
    done.wait(30)
    return shown.decode()


@pytest.fixture
def broken_site(tmp_path: Path) -> Path:
    (tmp_path / "site.yaml").write_text("title: T\nurl: https://example.org/\ntitel: T\n", encoding="utf-8")
    return tmp_path


def test_a_terminal_shows_colours_and_no_color_takes_them_away(broken_site: Path) -> None:
    words = ("-C", str(broken_site), "check")
    assert "\x1b[" in shown_on_a_terminal(*words, environment={"NO_COLOR": ""})
    plain = shown_on_a_terminal(*words, environment={"NO_COLOR": "1"})
    assert "titel" in plain
    assert "\x1b[" not in plain


def test_no_color_reaches_the_inbox(tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("title: T\nurl: https://example.org/\n", encoding="utf-8")
    words = ("-C", str(tmp_path), "inbox")
    with loopback() as server:
        url = server.script("/feed", reply(rss(item("one"))))
        (tmp_path / "feeds.yaml").write_text(f"feeds: [{url}]\n", encoding="utf-8")
        shown_on_a_terminal("-C", str(tmp_path), "fetch", environment={"GLEANINGS_NOW": "2026-11-20T12:00:00Z"})
    assert "\x1b[" in shown_on_a_terminal(*words, environment={"NO_COLOR": ""})
    plain = shown_on_a_terminal(*words, environment={"NO_COLOR": "1"})
    assert "one" in plain
    assert "\x1b[" not in plain


def test_ctrl_c_while_modules_load_is_no_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", LATE + INTERRUPTED], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (130, "")


IN_BUILD = """
import gc, sys
from gleanings.__main__ import main
sys.argv = ["gleanings", "-C", "build", "check"]
try:
    main()
except SystemExit:
    print(gc.isenabled())
"""


def test_a_command_for_a_site_in_a_folder_named_build_is_no_build(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    command = [sys.executable, "-c", IN_BUILD]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout == "True\n"


@pytest.mark.parametrize(
    ("word", "ending"),
    [
        pytest.param("biuld", "No such command 'biuld'. Did you mean 'build'?\n", id="a-slip"),
        pytest.param("frobnicate", "No such command 'frobnicate'.\n", id="a-guess"),
    ],
)
def test_a_command_that_there_is_not_is_refused_with_the_nearest(word: str, ending: str) -> None:
    command = [sys.executable, "-m", "gleanings", word]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(ending)
