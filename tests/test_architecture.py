"""The shape of the code, held by tests: one-way imports, no cycles, one door a library, the world at the rim."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import gleanings
from gleanings import problems
from gleanings.project import Project

ROOT = Path(gleanings.__file__).parent
STAGES = ("fetch", "curate", "render", "preview", "exchange")
ANYWHERE_IN = {"click": "gleanings.cli", "markupsafe": "gleanings.render"}
"""Libraries that a whole package speaks; every other has one door."""


@cache
def sources() -> dict[str, ast.Module]:
    """Every module of the package: dotted name → syntax tree."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def imports(module: str) -> Iterator[str]:
    """Dotted names that a module imports, function-level imports included."""
    for node in ast.walk(sources()[module]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{module}: relative imports hide where things come from"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in sources() else node.module


def stage_of(module: str) -> str:
    """`helper`, the stage's name, `build`, `cli` or `start`."""
    parts = module.split(".")
    if parts[-1] == "__main__":
        return "start"
    if len(parts) > 1 and parts[1] in (*STAGES, "build", "cli"):
        return parts[1]
    return "helper"


BELOW = {"build": {*STAGES}, "cli": {*STAGES, "build"}, "start": {"cli", "build"}}
"""What may be imported besides helpers and one's own; a stage knows no other."""


def test_imports_point_down_and_stages_never_import_each_other() -> None:
    wrong = []
    for module in sources():
        mine = stage_of(module)
        for name in imports(module):
            if not name.startswith("gleanings"):
                continue
            theirs = stage_of(name)
            if theirs not in {"helper", mine, *BELOW.get(mine, ())}:
                wrong.append(f"{module} imports {name}")
    assert wrong == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = {
        module: {name for name in imports(module) if name.startswith("gleanings.") and name != module}
        for module in sources()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_packages_of_a_stage_import_each_other_one_way() -> None:
    graph = defaultdict(set)
    for module in sources():
        for name in imports(module):
            mine, theirs = (".".join(one.split(".")[:3]) for one in (module, name))
            if mine != theirs and stage_of(module) == stage_of(name) != "helper":
                graph[mine].add(theirs)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))


def test_each_library_has_one_door() -> None:
    doors: dict[str, set[str]] = defaultdict(set)
    for module in sources():
        for name in imports(module):
            library = name.split(".")[0]
            if library in sys.stdlib_module_names or library == "gleanings":
                continue
            if not module.startswith(ANYWHERE_IN.get(library, "\0")):
                doors[library].add(module)
    assert {library: modules for library, modules in doors.items() if len(modules) > 1} == {}


def test_values_are_made_in_one_way() -> None:
    assert [module for module in sources() if "dataclasses" in imports(module)] == []


def test_no_pattern_is_compiled_before_it_is_used() -> None:
    code = (
        "import importlib, pkgutil, re, sys\n"
        "compile, here = re.compile, []\n"
        "def note(*arguments, **named):\n"
        "    here.append(sys._getframe(1).f_globals['__name__'])\n"
        "    return compile(*arguments, **named)\n"
        "re.compile = note\n"
        "import gleanings\n"
        "for found in pkgutil.walk_packages(gleanings.__path__, 'gleanings.'):\n"
        "    if not found.name.endswith('__main__'):\n"
        "        importlib.import_module(found.name)\n"
        "print([name for name in here if name.startswith('gleanings')])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_nothing_hides_behind_type_checking() -> None:
    hiding = [
        module
        for module, tree in sources().items()
        if any(isinstance(node, ast.Name) and node.id == "TYPE_CHECKING" for node in ast.walk(tree))
    ]
    assert hiding == []


WORLD = {
    "datetime.now", "datetime.today", "datetime.utcnow", "date.today", "time.time", "time.time_ns", "os.environ",
    "os.getenv", "sys.argv", "sys.stdin", "sys.stdout", "sys.stderr", "sys.exit", "Path.cwd", "os.getcwd",
}  # fmt: skip
TELLS_FRESH_FILES = {"gleanings.build.whole", "gleanings.build.retouching", "gleanings.render.output.journal"}
"""They ask what the time is to tell files that were just written from settled ones, and for nothing else."""


def names_of(node: ast.AST) -> Iterator[str]:
    """What of a module something names: `time.time`, also as `from time import time`."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        yield f"{node.value.id}.{node.attr}"
    elif isinstance(node, ast.ImportFrom):
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_clock_environment_and_terminal_belong_to_the_command_line() -> None:
    wrong = []
    for module, tree in sources().items():
        if stage_of(module) in ("cli", "start"):
            continue
        world = WORLD - {"time.time_ns"} if module in TELLS_FRESH_FILES else WORLD
        for node in ast.walk(tree):
            wrong += [f"{module}:{getattr(node, 'lineno', 0)}: {name}" for name in names_of(node) if name in world]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "input"):
                wrong.append(f"{module}:{node.lineno}: {node.func.id}")
    assert wrong == []


def test_the_tree_of_errors_is_complete() -> None:
    for module in sources():
        if not module.endswith("__main__"):
            importlib.import_module(module)
    drawn = set(re.findall(r"[├└]── (\w+)", problems.__doc__ or ""))
    assert drawn == {error.__name__ for error in problems.GleaningsError.__subclasses__()}


def test_paths_in_a_site_folder_are_spelled_in_one_module() -> None:
    folders = {name for name, value in vars(Project).items() if isinstance(value, property)} | {"root"}
    wrong = [
        f"{module}:{node.lineno}: {ast.unparse(node)}"
        for module, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp)
        and isinstance(node.op, ast.Div)
        and isinstance(node.left, ast.Attribute)
        and node.left.attr in folders
        and isinstance(node.right, ast.Constant | ast.JoinedStr)
        and module != "gleanings.project"
    ]
    assert wrong == []


HEAVY = {
    "httpx",
    "httpcore",
    "feedparser",
    "bs4",
    "rich",
    "yaml",
    "jinja2",
    "markdown_it",
    "pygments",
    "asyncio",
    "ssl",
}


@pytest.mark.parametrize(
    ("arguments", "unwanted"),
    [
        pytest.param(["--help"], HEAVY, id="help-loads-nothing-heavy"),
        pytest.param(
            ["build"], {"httpx", "httpcore", "feedparser", "bs4", "ssl", "sqlite3"}, id="build-loads-no-network"
        ),
        pytest.param(["check"], {"httpx", "httpcore", "feedparser", "bs4", "ssl"}, id="check-loads-no-network"),
        pytest.param(
            ["inbox"], {"httpx", "httpcore", "feedparser", "bs4", "ssl", "jinja2"}, id="inbox-loads-no-network"
        ),
    ],
)
def test_commands_load_only_what_they_use(arguments: list[str], unwanted: set[str], tmp_path: Path) -> None:
    site = tmp_path / "site"
    subprocess.run([sys.executable, "-m", "gleanings", "init", str(site)], check=True, capture_output=True)
    assert loaded(site, *arguments) & unwanted == set()


def test_a_build_loads_only_what_its_words_need(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "site.yaml").write_text(
        "title: Reading\nurl: https://example.org/\nauthor: Ada Example\n", encoding="utf-8"
    )
    (tmp_path / "content" / "2026-10.yaml").write_text(
        "entries:\n  - url: https://example.org/a\n    title: One\n    tags: [notes]\n    note: Worth *an* hour.\n",
        encoding="utf-8",
    )
    modules = loaded(tmp_path, "build")
    # typing_extensions is looked for and not found; see gleanings.values.
    libraries = {name.partition(".")[0] for name in modules} & {*packages_distributions()} - {"typing_extensions"}
    assert libraries <= {"gleanings", "jinja2", "markupsafe", "msgspec", "resvg_py", "yaml"}
    assert (
        modules & {"asyncio", "dataclasses", "email", "html.parser", "logging", "ssl", "subprocess", "xml"} == set()
    )


def loaded(site: Path, *arguments: str) -> set[str]:
    """The modules that a command loads, or looks for."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "gleanings", "-C", str(site), *arguments],
        check=True,
        capture_output=True,
        text=True,
    )
    return {line.rsplit("|", 1)[1].strip() for line in run.stderr.splitlines() if line.startswith("import time:")}
