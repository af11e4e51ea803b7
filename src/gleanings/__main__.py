"""Where the `gleanings` command and `python -m gleanings` start."""

from __future__ import annotations

import gc
import os
import sys
import time

_SELDOM_USED = {
    "ast": ("literal_eval",),
    "inspect": ("getattr_static",),
    "ipaddress": (),
    "random": ("choice", "randrange"),
    "shutil": (),
    "tempfile": (),
    "textwrap": (),
}
"""What the libraries of a build load and it hardly ever needs; see loading.put_off."""
_SAID_NOTHING = 1
"""Exit status where the disk is full to which the outcome was to go, as a script has to know."""


def main() -> None:
    """Run the command line and end the process with its exit status."""
    is_build = _find_command(sys.argv[1:]) == "build"
    if is_build:
        # What a build makes stays to its end.
        gc.disable()
    try:
        status = _build_plainly() if is_build else None
        if status is None:
            from gleanings.cli.app import run

            status = run(sys.argv[1:])
    except KeyboardInterrupt:
        # While modules were still loading, or in a plain build; any other command answers for itself.
        status = 130
    if is_build:
        _end(status)
    sys.exit(status)


def _find_command(arguments: list[str]) -> str | None:
    """The first argument that is neither an option nor the folder of one."""
    rest = iter(arguments)
    for argument in rest:
        if argument == "-C":
            next(rest, None)
        elif not argument.startswith("-"):
            return argument
    return None


def _build_plainly() -> int | None:
    """A plain build without a command line, by the shortest way: nothing to do, a retouch, or all of it. Returns the
    exit status; None for other options, and to rehearse another day, which the command line understands."""
    from gleanings import unchanged

    asked = unchanged.understand(sys.argv[1:]) if "GLEANINGS_NOW" not in os.environ else None
    cwd = _find_cwd() if asked else None
    if asked is None or cwd is None:
        _put_off()
        return None
    folder, as_json = asked
    outlook = unchanged.look_around(folder, as_json=as_json, cwd=cwd, now=time.time())
    said = outlook.answer() if outlook else None
    if said is None:
        _put_off()
    if outlook and said is None:
        from gleanings.build.retouching import answer_by_retouch

        said = answer_by_retouch(outlook)
    if outlook and said is not None:
        return _say(outlook.stamp.waiting, said)
    from gleanings.cli.outcome import answer_plain_build

    return answer_plain_build(folder, as_json=as_json)


def _put_off() -> None:
    """What is hardly ever needed, for a build that does more than to look at files."""
    from gleanings.loading import put_off

    put_off(_SELDOM_USED)


def _find_cwd() -> str | None:
    """The folder in which the command runs; None where somebody has removed it."""
    try:
        return os.getcwd()  # noqa: PTH109 — pathlib is slow to load
    except OSError:
        return None


def _say(waiting: list[str], said: str) -> int:
    """Print what a build that had nothing or little to do says; returns the exit status."""
    try:
        if sys.stderr is not None:
            sys.stderr.writelines(f"{line}\n" for line in waiting)
        if sys.stdout is not None:
            sys.stdout.write(said)
    except BrokenPipeError:
        # Nobody reads any more.
        return 0
    except OSError:
        return _SAID_NOTHING
    return 0


def _end(status: int) -> None:
    """End at once, without taking apart a library of thousands of values first."""
    for stream in (sys.stdout, sys.stderr):
        try:
            # One that was closed before the start is not there.
            if stream is not None:
                stream.flush()
        except (BrokenPipeError, ValueError):
            # Nobody reads any more.
            continue
        except OSError:
            status = status or _SAID_NOTHING
    os._exit(status)


if __name__ == "__main__":
    main()
