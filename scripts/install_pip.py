"""Put a current pip into .venv, whatever the system's Python comes with.

Debian splits Python: venv is there, while ensurepip (python3-venv) and pip (python3-pip) may not be. So, in turn:
the system's pip, which can install into another interpreter; ensurepip; the pip wheel out of Debian's own package,
which anybody may download without being root.
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

UPGRADE = ["install", "--quiet", "--upgrade", "pip"]  # the current one knows --group


def main(target: str) -> None:
    """Install pip for the interpreter `target`; ends with a sentence where there is no way."""
    if importlib.util.find_spec("pip"):
        run([sys.executable, "-m", "pip", "--python", target, *UPGRADE])
    elif importlib.util.find_spec("ensurepip"):
        run([target, "-m", "ensurepip"])
        run([target, "-m", "pip", *UPGRADE])
    elif shutil.which("apt-get") and shutil.which("dpkg-deb"):
        with tempfile.TemporaryDirectory() as folder:
            run([target, f"{wheel_from_debian(Path(folder))}/pip", *UPGRADE])
    else:
        sys.exit("This Python has neither pip nor ensurepip: install python3-pip, then run make again.")


def wheel_from_debian(folder: Path) -> Path:
    """Download and unpack Debian's pip wheel into `folder`; returns its path."""
    try:
        run(["apt-get", "download", "--quiet", "python3-pip-whl"], cwd=folder)
    except subprocess.CalledProcessError:
        sys.exit("pip is missing and could not be downloaded: install python3-pip, then run make again.")
    (package,) = folder.glob("*.deb")
    run(["dpkg-deb", "--extract", str(package), str(folder)])
    return next(folder.rglob("pip-*.whl"))


def run(command: list[str], cwd: Path | None = None) -> None:
    subprocess.run(command, check=True, cwd=cwd)  # noqa: S603


if __name__ == "__main__":
    main(sys.argv[1])
