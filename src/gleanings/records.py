"""What a build remembers from one run to the next: values in files that may be deleted at any time.

A record is believed only if it is whole, ours, of this very program and of the key asked for; anything else counts as
none. Reading one makes values of the classes admitted and runs nothing else.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import sys
from collections.abc import Collection, Iterator
from copyreg import dispatch_table
from datetime import date, datetime, timedelta, timezone
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gleanings.values import Value, put_together, take_apart

_HEAD = b"gleanings record 1\n"
_SUM = 32
_PACKAGE = Path(__file__).parent


def digest(*values: object) -> str:
    """A mark of plain values and of frozen ones made of them: other values have another one."""
    return sha256(repr(values).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def digest_bytes(content: bytes) -> str:
    """A mark of a file's content."""
    return sha256(content).hexdigest()[:32]


@cache
def program_mark() -> str:
    """Changes with the program, with Python, and with every library that is installed, updated or taken away."""
    # Installing a library renames folders in here.
    folders = [Path(os.__file__).parent, *(Path(path) for path in sys.path if path.endswith("-packages"))]
    places = [*sorted(_PACKAGE.rglob("*.py")), *folders]
    looks = []
    for place in places:
        with contextlib.suppress(OSError):
            there = place.stat()
            looks.append((str(place), there.st_size, there.st_mtime_ns, there.st_ctime_ns, there.st_ino))
    return digest(sys.version, looks)


def zone(key: str) -> ZoneInfo:
    """A zone of the IANA database, as records name it."""
    return ZoneInfo(key)


_ALWAYS: tuple[Any, ...] = (date, datetime, timedelta, timezone, zone, put_together)


class Records:
    """Records in one folder; without a folder nothing is remembered."""

    def __init__(
        self,
        folder: Path | None,
        classes: Collection[type],
        *,
        mark: str | None = None,
        memory: dict[str, tuple[str, Any]] | None = None,
    ) -> None:
        """`classes` are what values may be made of, besides Python's plain ones, dates and zones.

        `memory` holds name → key and value of records that this process has seen, for whoever builds again and again.
        """
        self.folder = folder
        self.mark = program_mark() if mark is None else mark
        self.memory = memory
        self._admitted = {(one.__module__, one.__qualname__): one for one in (*_ALWAYS, *classes)}
        self._reducers = dispatch_table | {ZoneInfo: lambda zone_info: (zone, (zone_info.key,))}
        self._reducers |= {one: take_apart for one in classes if issubclass(one, Value)}
        self._named: set[str] = set()

    def load(self, name: str, key: str) -> Any | None:
        """The value that was saved under this name and key; None where there is none to be believed."""
        self._named.add(name)
        if self.folder is None:
            return None
        if self.memory is not None and name in self.memory and self.memory[name][0] == key:
            return self.memory[name][1]
        try:
            content = self._file(name).read_bytes()
            start = len(_HEAD) + _SUM
            if content[: len(_HEAD)] != _HEAD or sha256(content[start:]).digest() != content[len(_HEAD) : start]:
                return None
            mark, known_name, known, value = _Reader(io.BytesIO(content[start:]), self._admitted).load()
        except Exception:  # noqa: BLE001 — what a foreign file may raise is not to be foreseen
            return None
        if (mark, known_name) != (self.mark, name):
            return None
        if self.memory is not None:
            self.memory[name] = (known, value)
        return value if known == key else None

    def save(self, name: str, key: str, value: Any) -> None:
        """Remember a value; where that cannot be, it is not remembered."""
        self._named.add(name)
        if self.folder is None:
            return
        if self.memory is not None:
            self.memory[name] = (key, value)
        body = io.BytesIO()
        writer = pickle.Pickler(body, protocol=5)
        writer.dispatch_table = self._reducers
        writer.dump((self.mark, name, key, value))
        content = body.getvalue()
        file = self._file(name)
        beside = file.with_name(f"{file.name}.tmp")
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(_HEAD + sha256(content).digest() + content)
            beside.replace(file)

    def keep(self, name: str) -> None:
        """What was remembered under this name may be of use another time."""
        self._named.add(name)

    def drop_all(self) -> None:
        """Forget everything: what was saved may not be what the key says."""
        self._named.clear()
        self.drop_others()

    def drop_others(self) -> None:
        """Forget every record that was neither asked for, nor kept, nor saved."""
        if self.folder is None:
            return
        kept = {self._file(name).name for name in self._named}
        with contextlib.suppress(OSError):
            for file in list(self.folder.iterdir()):
                if file.name not in kept and not file.is_dir():
                    file.unlink()
        if self.memory is not None:
            for name in self.memory.keys() - self._named:
                del self.memory[name]

    def _file(self, name: str) -> Path:
        assert self.folder is not None
        return self.folder / sha256(name.encode()).hexdigest()[:24]


class _Reader(pickle.Unpickler):
    """Makes values of the classes admitted, and nothing else."""

    def __init__(self, content: io.BytesIO, admitted: dict[tuple[str, str], Any]) -> None:
        super().__init__(content)
        self._admitted = admitted

    def find_class(self, module: str, name: str) -> Any:
        try:
            return self._admitted[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a record") from None


def classes_of(*modules: object) -> Iterator[type]:
    """The classes that modules define themselves."""
    for module in modules:
        for one in vars(module).values():
            if isinstance(one, type) and one.__module__ == module.__name__:  # type: ignore[attr-defined]
                yield one
