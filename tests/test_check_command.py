"""`gleanings check` as a person meets it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

SITE = {"site.yaml": "title: A site\nurl: https://site.example/\n"}
BROKEN = {
    "content/2026-10.yaml": "titel: October\nentries:\n  - url: https://e.org/1\n    tags: {a: 1}\n",
    "content/2026-11.yaml": "title: Foo: bar\n",
    "content/2026-12.yaml": "entries:\n  - {title: x, url: https://e.org/1, note: TODO}\n",
    "content/2026-13.yaml": "entries: []\n",
    "feeds.yaml": "feeds:\n  - a.example/feed\n",
    "templates/roundup.html": "{% extends 'default/roundup.html' %}\n{% block main %}\n{{ x | }}\n{% endblock %}\n",
}
WARNING = {"content/2026-11.yaml": "entries:\n  - url: https://e.org/1\n    note: TODO\n"}


def site_at(folder: Path, files: dict[str, str]) -> Path:
    for name, text in {**SITE, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gleanings", "-C", str(folder), "check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_all_findings_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    run = check(site_at(tmp_path, BROKEN))
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    places = [line.split(" ")[0] for line in run.stdout.splitlines()]
    assert places == [
        "content/2026-10.yaml:1:1:",
        "content/2026-10.yaml:4:11:",
        "content/2026-11.yaml:1:11:",
        "content/2026-12.yaml:2:44:",
        "content/2026-13.yaml:",
        "feeds.yaml:2:5:",
        "templates/roundup.html:3:",
    ]
    assert 'content/2026-10.yaml:1:1: unknown key "titel" (did you mean "title"?)' in run.stdout
    assert "6 errors, 1 warning" in run.stderr


def test_json_is_one_list_with_the_promised_fields(tmp_path: Path) -> None:
    run = check(site_at(tmp_path, BROKEN), "--json")
    findings = json.loads(run.stdout)
    assert [list(finding) for finding in findings] == [
        ["path", "line", "column", "severity", "code", "message", "cure"]
    ] * 7
    assert findings[0] == {
        "path": "content/2026-10.yaml", "line": 1, "column": 1, "severity": "error", "code": "unknown-key",
        "message": 'unknown key "titel"', "cure": 'did you mean "title"?',
    }  # fmt: skip
    assert (findings[4]["path"], findings[4]["line"], findings[4]["column"]) == ("content/2026-13.yaml", None, None)
    assert findings[3]["severity"] == "warning"


@pytest.mark.parametrize(
    ("arguments", "status"), [([], 0), (["--strict"], 1), (["--json"], 0), (["--strict", "--json"], 1)]
)
def test_warnings_count_only_when_asked(arguments: list[str], status: int, tmp_path: Path) -> None:
    run = check(site_at(tmp_path, WARNING), *arguments)
    assert run.returncode == status
    assert "unfinished" in run.stdout


def test_a_site_without_fault_is_told_so(tmp_path: Path) -> None:
    site_at(tmp_path, {"content/2026-11.yaml": "entries:\n  - A sentence.\n  - https://e.org/1\n"})
    assert json.loads(check(tmp_path, "--json").stdout) == []
    run = check(tmp_path, "--strict")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "nothing to object to: 2 entries in 1 roundup\n")


def test_links_to_what_cannot_be_read_for_now_are_not_called_lost(tmp_path: Path) -> None:
    links = "[October](/2026/10/#work), [again](2026-10.yaml#work), [us](/about/), [topic](/tags/only-there/)"
    site_at(tmp_path, {
        "content/2026-10.yaml": "titel: x\n",
        "content/pages/about.md": "---\ntitel: x\n---\n\nUs.\n",
        "content/2026-11.yaml": f"intro: See {links} and [September](/2026/09/).\n",
    })  # fmt: skip
    findings = json.loads(check(tmp_path, "--json").stdout)
    assert [(found["path"], found["code"]) for found in findings] == [
        ("content/2026-10.yaml", "unknown-key"),
        ("content/2026-11.yaml", "own-link"),
        ("content/pages/about.md", "unknown-key"),
    ]
    assert "/2026/09/" in findings[1]["message"]


def test_check_changes_nothing(tmp_path: Path) -> None:
    site_at(tmp_path, BROKEN)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    check(tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_that_is_no_site_is_a_sentence(tmp_path: Path) -> None:
    run = check(tmp_path)
    assert run.returncode == 1
    assert "there is no site.yaml" in run.stderr
    assert "Traceback" not in run.stderr


def run_on_a_terminal(folder: Path, environment: dict[str, str], *, messages: int | None = None) -> str:
    """What a person at a terminal sees, standard output and error together; or messages go elsewhere."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gleanings", "-C", str(folder), "check"],
        stdout=follower,
        stderr=follower if messages is None else messages,
        stdin=follower,
        env={**os.environ, **environment},
    )
    os.close(follower)
    shown = b""
    try:
        while piece := os.read(leader, 4096):
            shown += piece
    except OSError:
        pass  # The terminal is gone with the process (EIO on Linux).
    finally:
        process.wait()
        os.close(leader)
    return shown.decode("utf-8").replace("\r\n", "\n")


def test_a_terminal_shows_the_line_and_a_caret(tmp_path: Path) -> None:
    text = (
        f"entries:\n  - url: https://e.org/1\n    note: |\n      {'words ' * 40}[x](https://e.org/broken and more\n"
    )
    site_at(tmp_path, {"content/2026-11.yaml": text, "content/2026-12.yaml": "titel: Ünïcode 🎉\n"})
    shown = run_on_a_terminal(tmp_path, {"NO_COLOR": "1"}).splitlines()
    assert shown[0].startswith("content/2026-11.yaml:4:247: warning: the link")
    excerpt, caret = shown[1:3]
    assert excerpt.startswith("  4 │ …")
    assert excerpt[caret.index("^")] == "["
    assert len(excerpt) < 120
    assert shown[4:6] == ["  1 │ titel: Ünïcode 🎉", "    │ ^"]


def test_colour_is_for_terminals_that_want_it(tmp_path: Path) -> None:
    site_at(tmp_path, {"content/2026-12.yaml": "titel: x\n"})
    assert "\x1b[" in run_on_a_terminal(tmp_path, {"NO_COLOR": "", "TERM": "xterm"})
    assert "\x1b[" not in run_on_a_terminal(tmp_path, {"NO_COLOR": "1"})
    assert "\x1b[" not in check(tmp_path).stdout


def test_colour_of_results_does_not_hang_on_where_messages_go(tmp_path: Path) -> None:
    site_at(tmp_path, {"content/2026-12.yaml": "titel: x\n"})
    shown = run_on_a_terminal(tmp_path, {"NO_COLOR": "", "TERM": "xterm"}, messages=subprocess.DEVNULL)
    assert "\x1b[" in shown
