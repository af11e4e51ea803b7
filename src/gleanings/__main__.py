"""Where the `gleanings` command and `python -m gleanings` start."""

from __future__ import annotations

import os
import sys
import time


def main() -> None:
    """Run the command line and end the process with its exit status."""
    try:
        _start()
    except KeyboardInterrupt:
        # While modules were still loading; a command that runs answers for itself.
        sys.exit(130)


def _start() -> None:
    # A build after which nothing changed needs no command line; a rehearsal of another day has to be looked at.
    if "build" in sys.argv and "GLEANINGS_NOW" not in os.environ:
        from gleanings.unchanged import look_around

        outlook = look_around(sys.argv[1:], cwd=os.getcwd(), now=time.time())  # noqa: PTH109 — pathlib is slow to load
        said = outlook.answer() if outlook else None
        if outlook and said is None:
            from gleanings.cli.retouching import answer_by_retouch

            said = answer_by_retouch(outlook)
        if said is not None:
            sys.stdout.write(said)
            return
    from gleanings.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
