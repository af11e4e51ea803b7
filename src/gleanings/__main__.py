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
        status = _build_quickly() if is_build else None
        if status is None:
            from gleanings.cli.app import run

            status = run(sys.argv[1:])
    except KeyboardInterrupt:
        # While modules were still loading; a command that runs answers for itself.
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


def _build_quickly() -> int | None:
    """A plain build needs no command line, and one after which nothing changed hardly anything; the exit status, None
    where more is asked for. A rehearsal of another day is."""
    from gleanings import unchanged

    asked = unchanged.understand(sys.argv[1:])
    if asked is None or "GLEANINGS_NOW" in os.environ:
        return None
    folder, as_json = asked
    try:
        cwd = os.getcwd()  # noqa: PTH109 — pathlib is slow to load
    except OSError:
        return None
    outlook = unchanged.look_around(folder, as_json=as_json, cwd=cwd, now=time.time())
    said = outlook.answer() if outlook else None
    if said is None:
        from gleanings.loading import put_off

        put_off(_SELDOM_USED)
    if outlook and said is None:
        from gleanings.build.retouching import answer_by_retouch

        said = answer_by_retouch(outlook)
    if outlook is None or said is None:
        from gleanings.cli.outcome import answer_plain_build

        return answer_plain_build(folder, as_json=as_json)
    try:
        if sys.stderr is not None:
            sys.stderr.writelines(f"{line}\n" for line in outlook.stamp.waiting)
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
