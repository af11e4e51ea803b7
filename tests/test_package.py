"""The wheel, installed in an empty environment, makes a site and builds it."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(REPOSITORY)],
        check=True,
        capture_output=True,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_every_file_of_the_default_theme_and_of_the_starter(wheel: Path) -> None:
    carried = set(zipfile.ZipFile(wheel).namelist())
    package = REPOSITORY / "src" / "gleanings"
    wanted = {
        f"gleanings/_theme/{path.relative_to(REPOSITORY / 'templates').as_posix()}"
        for path in (REPOSITORY / "templates").rglob("*")
        if path.is_file()
    } | {
        f"gleanings/{path.relative_to(package).as_posix()}"
        for path in (package / "starter").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted - carried == set()


def test_an_installed_wheel_can_init_and_build(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    packages = next((environment / "lib").glob("python3*/site-packages"))
    zipfile.ZipFile(wheel).extractall(packages)
    # The libraries come from this run's environment, so that the test needs no network;
    # the package itself must be the wheel's, which an editable install would hide.
    (packages / "libraries.pth").write_text(str(_library_folder()) + "\n", encoding="utf-8")

    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

    def run(*arguments: str) -> str:
        command = [str(python), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, cwd=tmp_path, env=variables).stdout

    where = run("-c", "import gleanings; print(gleanings.__file__)")
    assert Path(where.strip()).is_relative_to(packages)
    run("-m", "gleanings", "init", "x")
    run("-m", "gleanings", "-C", "x", "build")
    assert "<html" in (tmp_path / "x" / "public" / "index.html").read_text(encoding="utf-8")
    assert "<rss" in (tmp_path / "x" / "public" / "feed.xml").read_text(encoding="utf-8")


def _library_folder() -> Path:
    import click

    return Path(click.__file__).parent.parent
