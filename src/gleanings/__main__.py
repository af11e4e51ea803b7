"""Where the `gleanings` command and `python -m gleanings` start."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit status."""
    from gleanings.cli import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
