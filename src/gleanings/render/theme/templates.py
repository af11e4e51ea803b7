"""Jinja's one door: the search path, the filters, and template faults as problems that name file and line.

A template is looked for in the site's `templates/`, then in the default theme; the default one is always there as
`default/…` too, so that a site's `base.html` can say `{% extends "default/base.html" %}` and change one block.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # see _put

from gleanings.patterns import put_off_compiling
from gleanings.problems import Problem, ProblemsFound
from gleanings.project import Project, default_theme, theme_byte_code
from gleanings.render.prose.fragments import footnotes_of, run_in, without_footnotes
from gleanings.render.theme.files import STATIC, ThemeFiles, refuse_unreadable
from gleanings.values import to_json

# What it reads templates with; compiled ones are kept.
with put_off_compiling():
    import jinja2
    from jinja2.compiler import CodeGenerator
    from jinja2.utils import missing

_SUM = 32
"""Bytes of the sum in front of byte code that is kept."""
_COMPILER = "5"
"""Of compiled templates that are kept; another one whenever `_CodeGenerator` writes other code."""
_DEEPEST = 20
"""Parts of parts that are asked for directly: each has three brackets, of which Python takes 200 in each other."""
_SUFFIXES = (".html", ".xml", ".svg", ".txt", ".json")


class Templates:
    """The templates of one site."""

    def __init__(self, project: Project, *, bytecode: Path | None = None) -> None:
        """`bytecode` is a folder for the compiled templates of the site, or None to compile all anew. Raises
        ProblemsFound where one cannot be read: the theme's own would take its place."""
        refuse_unreadable(project)
        self._project = project
        self.files = ThemeFiles(project)
        self._environment = _environment(self.files.folders, bytecode)

    def render(self, name: str, context: Mapping[str, Any]) -> str:
        """A template's text. Raises ProblemsFound that names the template's file and line."""
        try:
            return self._environment.get_template(name).render(context)
        except Exception as error:  # a person's template can raise anything; it is told, not hidden
            raise ProblemsFound([self._problem(error, name)]) from error

    def names(self) -> tuple[str, ...]:
        """Every template, the site's and the default ones, sorted; static files are none."""
        listed = self._environment.list_templates(filter_func=_is_template)
        return tuple(name for name in listed if not name.startswith("default/"))

    def check(self) -> tuple[Problem, ...]:
        """Problems of the templates that do not compile."""
        return tuple(problem for name in self.names() if (problem := self._check_one(name)))

    def _source(self, name: str) -> str:
        loader = self._environment.loader
        assert loader is not None
        return loader.get_source(self._environment, name)[0]

    def _check_one(self, name: str) -> Problem | None:
        try:
            self._environment.parse(self._source(name), name, self._file_of(name))
            self._environment.get_template(name)
        except (jinja2.TemplateError, UnicodeDecodeError, SyntaxError, RecursionError) as error:
            return self._problem(error, name)
        return None

    def _file_of(self, name: str) -> str | None:
        bare = name.removeprefix("default/")
        return next((str(folder / bare) for folder in self.files.folders if (folder / bare).is_file()), None)

    def _problem(self, error: Exception, name: str) -> Problem:
        file, line = self._place(error, name)
        return Problem(
            path=self._project.relative(Path(file)) if file else f"templates/{name}",
            line=line,
            code="template",
            message=_finding(error),
            cure=_cure(error),
        )

    def _place(self, error: Exception, name: str) -> tuple[str | None, int | None]:
        """The innermost template line that the error passed through."""
        if isinstance(error, jinja2.TemplateSyntaxError):
            return error.filename or self._file_of(error.name or name), error.lineno
        import traceback

        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if any(Path(frame.filename).is_relative_to(folder) for folder in self.files.folders):
                return frame.filename, frame.lineno
        return self._file_of(name), None


def check_templates(project: Project) -> tuple[Problem, ...]:
    """Problems of the site's templates that do not compile, each with file and line."""
    try:
        return Templates(project).check()
    except ProblemsFound as found:
        return found.problems


def _put(value: Any) -> str:
    """A value as HTML: escaped, unless it is HTML."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]
    if kind is int:
        return str(value)
    if kind is str:
        # What `escape` makes of it, and not yet HTML, which takes five times as long. Private to markupsafe, and the
        # same in all of 3, where pyproject.toml holds it.
        return _escape_inner(value)
    return escape(value)


class _CodeGenerator(CodeGenerator):
    """Compiles templates to code that copies no HTML on its way: notes are long, and stand in frames in frames."""

    def _output_child_pre(self, node: Any, frame: Any, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.put(")
        else:
            super()._output_child_pre(node, frame, finalize)

    _depth = 0
    """How many parts of parts stand around what is written."""

    def visit_Getattr(self, node: Any, frame: Any) -> None:  # noqa: N802 — its name in Jinja
        """A part of a value; only where there is none, Jinja looks further."""
        if self._depth >= _DEEPEST:
            super().visit_Getattr(node, frame)
            return
        self._depth += 1
        self.write("(part if (part := getattr(whole := ")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}, missing)) is not missing else environment.getattr(whole, {node.attr!r}))")
        self._depth -= 1


class _ByteCode(jinja2.BytecodeCache):
    """Compiled templates on the disk: those of the theme with the program's byte code, the site's with the site."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._theme = f"{default_theme()}/"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        whose = "theme" if filename and filename.startswith(self._theme) else "site"
        return f"{whose}-{_COMPILER}-{super().get_cache_key(name, filename)}.jinja"

    def load_bytecode(self, bucket: Any) -> None:
        for folder in self._folders(bucket.key):
            try:
                content = (folder / bucket.key).read_bytes()
            except OSError:
                continue
            # Python believes whatever byte code it is given; a damaged file counts as none.
            if sha256(content[_SUM:]).digest() == content[:_SUM]:
                bucket.bytecode_from_string(content[_SUM:])
            if bucket.code is not None:
                return

    def dump_bytecode(self, bucket: Any) -> None:
        """Keep a compiled template, where that can be done."""
        for folder in self._folders(bucket.key):
            beside = folder / f"{bucket.key}.{os.getpid()}"
            with suppress(OSError):
                if folder == self._folder:
                    folder.mkdir(parents=True, exist_ok=True)
                elif sys.dont_write_bytecode:
                    continue
                code = bucket.bytecode_to_string()
                beside.write_bytes(sha256(code).digest() + code)
                beside.replace(folder / bucket.key)
                return

    def _folders(self, key: str) -> Iterator[Path]:
        if key.startswith("theme"):
            yield theme_byte_code()
        yield self._folder


class _Environment(jinja2.Environment):
    """Jinja's, but every file is looked for once: templates that change meanwhile are for the next build."""

    code_generator_class = _CodeGenerator
    put = staticmethod(_put)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._found: dict[str, jinja2.Template] = {}
        self._made: WeakKeyDictionary[Any, dict[Any, tuple[Any, str]]] = WeakKeyDictionary()
        self.filters |= {
            "run_in": run_in,
            "without_footnotes": without_footnotes,
            "footnotes": footnotes_of,
            "once": self._once,
            "each": self._each,
        }

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> jinja2.Template:  # noqa: A002
        found = self._found.get(name) if globals is None else None
        if found is None:
            found = super().get_template(name, parent, globals)
            if isinstance(name, str) and globals is None:
                self._found[name] = found
        return found

    def make_globals(self, d: Any) -> dict[str, Any]:
        # Every rendering copies them, and Jinja's chain of mappings takes long to copy.
        return {**self.globals, **(d or {})}

    def _once(self, value: Any, macro: Callable[..., str], *more: str) -> str:
        """What an imported macro makes of a value (and of plain words); the next page gets the same again."""
        return self._make(value, macro, more, self._made_by(macro))

    def _each(self, values: Iterable[Any], macro: Callable[..., str]) -> str:
        """What `once` makes of each of the values, one after the other."""
        made = self._made_by(macro)
        lines = [
            known[1] if (known := made.get(id(value))) else self._make(value, macro, (), made) for value in values
        ]
        return Markup("".join(lines))  # noqa: S704 - it is HTML

    def _made_by(self, macro: Callable[..., str]) -> dict[Any, tuple[Any, str]]:
        try:
            return self._made.setdefault(macro, {})
        except TypeError:  # no macro at all: calling it will tell
            return {}

    @staticmethod
    def _make(value: Any, macro: Callable[..., str], more: tuple[str, ...], made: dict[Any, tuple[Any, str]]) -> str:
        key = (id(value), more) if more else id(value)
        known = made.get(key)
        if known is None:
            # The value is kept with it, so that no other one gets its id.
            known = made[key] = (value, macro(value, *more))
        return known[1]


class _Lacking(jinja2.UndefinedError):
    """A template asks a value for something that it has not."""

    def __init__(self, message: str, cure: str | None) -> None:
        super().__init__(message)
        self.cure = cure


class _Undefined(jinja2.StrictUndefined):
    """What was asked for and is not there; using it is an error in the words of templates, not of Python."""

    __slots__ = ()

    def __init__(self, hint: str | None = None, obj: Any = missing, name: Any = None, exc: Any = None) -> None:
        if exc is None and hint is None and obj is not missing and isinstance(name, str):
            exc = partial(_tell_lacking, obj, name)
        super().__init__(hint, obj, name, exc or jinja2.UndefinedError)


def _tell_lacking(value: Any, name: str, _: str) -> _Lacking:
    if value is None:
        return _Lacking(f'nothing is there that could have a "{name}"', "ask for it inside {% if … %}")
    from gleanings.files.desk import find_nearest

    known = map(str, value) if isinstance(value, Mapping) else dir(value)
    near = find_nearest(name, (word for word in known if not word.startswith("_")))
    return _Lacking(f'{_name_of(value)} has no "{name}"', f'did you mean "{near}"?' if near else None)


def _name_of(value: Any) -> str:
    """What a value is called in templates: a SiteView is `site`."""
    match value:
        case str():
            return "a text"
        case Mapping():
            return "the mapping"
        case list() | tuple():
            return "a list"
        case _:
            return type(value).__name__.removesuffix("View").lower()


def _environment(folders: tuple[Path, ...], bytecode: Path | None) -> _Environment:
    theme = jinja2.FileSystemLoader(default_theme())
    return _Environment(
        loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(folders), jinja2.PrefixLoader({"default": theme})]),
        autoescape=True,
        undefined=_Undefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_ByteCode(bytecode) if bytecode else None,
    )


def _is_template(name: str) -> bool:
    path = name.removeprefix("default/")
    return path.endswith(_SUFFIXES) and not path.startswith(f"{STATIC}/")


def _finding(error: Exception) -> str:
    match error:
        case jinja2.TemplateNotFound():
            return f'there is no template "{error.name}"'
        case jinja2.TemplateError() if error.message:
            return error.message.rstrip(".")
        case UnicodeDecodeError():
            return "the file is not UTF-8"
        case _:
            return f"{type(error).__name__}: {error}"


def _cure(error: Exception) -> str | None:
    if isinstance(error, _Lacking) and error.cure:
        return error.cure
    if isinstance(error, jinja2.UndefinedError):
        return "the first line of each default template says what it is given"
    if isinstance(error, jinja2.TemplateNotFound):
        return 'a default template is always there as "default/NAME"'
    return None


def script_json(value: Any) -> Markup:
    """JSON that can stand in a script element, whatever the person wrote."""
    text = to_json(value).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
