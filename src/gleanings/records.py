"""What a build remembers from one run to the next: values in files that may be deleted at any time.

A record is believed only if it is whole, ours, of this very program and of the key asked for; anything else counts as
none. Reading one makes values of the kind asked for, and runs nothing.
"""

# pathlib is slow where there are hundreds of files:
# ruff: noqa: PTH103, PTH108, PTH110, PTH116, PTH120

from __future__ import annotations

import contextlib
import os
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from gleanings.values import Mutable, field, pack, unpack

T = TypeVar("T")

_HEAD = b"gleanings record 2\n"
_SUM = 32
_BINARY = getattr(os, "O_BINARY", 0)
_OLD_FILE = os.O_RDONLY | _BINARY
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
_PACKAGE = os.path.dirname(__file__)


def digest(*values: object) -> str:
    """A mark of plain values and of frozen ones made of them: other values have another one."""
    return as_mark(sha256(repr(values).encode("utf-8", "backslashreplace")).hexdigest())


def digest_packed(value: object) -> str:
    """A mark of one value that can be packed (values.pack), in half the time; another one than `digest` gives."""
    try:
        return digest_bytes(pack(value))
    except UnicodeEncodeError:
        # A lone surrogate, which cannot be packed.
        return digest(value)


def digest_bytes(content: bytes) -> str:
    """A mark of a file's content."""
    return as_mark(sha256(content).hexdigest())


def as_mark(total: str) -> str:
    """The mark of content by its SHA-256 in hexadecimal, for whoever takes that piece by piece: half of it."""
    return total[:32]


@cache
def program_mark() -> str:
    """Changes with the program, with Python, and with every library that is installed, updated or taken away."""
    modules = [f"{here}/{name}" for here, _, names in os.walk(_PACKAGE) for name in names if name.endswith(".py")]
    # Installing a library renames folders in here.
    folders = [os.path.dirname(os.__file__), *(path for path in sys.path if path.endswith("-packages"))]
    looks = []
    for place in (*sorted(modules), *folders):
        with contextlib.suppress(OSError):
            there = os.stat(place)
            looks.append((place, there.st_size, there.st_mtime_ns, there.st_ctime_ns, there.st_ino))
    return digest(sys.version, looks)


class Memory(Mutable):
    """What a process that builds again and again keeps at hand: records of roundups as read, and of the site."""

    roundups: dict[str, tuple[str, Any]] = field(default_factory=dict)
    site: dict[str, tuple[str, Any]] = field(default_factory=dict)


class Records:
    """Records in one folder; without a folder nothing is remembered."""

    def __init__(
        self,
        folder: Path | None,
        *,
        mark: str | None = None,
        memory: dict[str, tuple[str, Any]] | None = None,
    ) -> None:
        """Without a folder nothing outlives the process. `memory` holds name → key and value of records that it has
        seen, for whoever builds again and again."""
        self.folder = folder
        self.mark = program_mark() if mark is None else mark
        self.memory = memory
        self._named: set[str] = set()
        self._postponed: dict[str, tuple[str, Any]] | None = None

    def load(self, name: str, key: str, kind: type[T]) -> T | None:
        """The value of that kind that was saved under this name and key; None where there is none to be believed."""
        self._named.add(name)
        for held in (self._postponed, self.memory):
            if held is not None and name in held and held[name][0] == key:
                known: T = held[name][1]
                return known
        if self.folder is None:
            return None
        try:
            content = _read(self._file(name))
            head = self._head(name, key)
            start = len(head) + _SUM
            body = content[start:]
            if content[: len(head)] != head or sha256(body).digest() != content[len(head) : start]:
                return None
            value = unpack(body, kind)
        except (OSError, ValueError):
            return None
        if self.memory is not None:
            self.memory[name] = (key, value)
        return value

    def has(self, name: str) -> bool:
        """Whether something is remembered under this name, for whatever key; counts as asking for it."""
        self._named.add(name)
        held = (self._postponed, self.memory)
        if any(one is not None and name in one for one in held):
            return True
        return self.folder is not None and os.path.exists(self._file(name))

    def save(self, name: str, key: str, value: Any) -> None:
        """Remember a value; where that cannot be, it is not remembered."""
        self._named.add(name)
        if self._postponed is not None:
            self._postponed[name] = (key, value)
            return
        if self.memory is not None:
            self.memory[name] = (key, value)
        self._write(name, key, value)

    def postpone(self) -> None:
        """From now on what is saved is known here alone, until `catch_up`: what a person waits for goes first, and
        where it fails nothing is remembered of it."""
        self._postponed = {}

    def catch_up(self) -> None:
        """Save what was postponed."""
        postponed, self._postponed = self._postponed or {}, None
        for name, (key, value) in postponed.items():
            self.save(name, key, value)

    def _write(self, name: str, key: str, value: Any) -> None:
        if self.folder is None:
            return
        with contextlib.suppress(OSError, UnicodeEncodeError):
            body = pack(value)
            _write(self._file(name), b"".join((self._head(name, key), sha256(body).digest(), body)))

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
        kept = {_file_name(name) for name in self._named}
        with contextlib.suppress(OSError):
            for file in list(self.folder.iterdir()):
                if file.name not in kept and not file.is_dir():
                    file.unlink()
        if self.memory is not None:
            for name in self.memory.keys() - self._named:
                del self.memory[name]

    def _file(self, name: str) -> str:
        return f"{self.folder}/{_file_name(name)}"

    def _head(self, name: str, key: str) -> bytes:
        """What a file begins with that holds this record, as this program writes it."""
        return _HEAD + digest(self.mark, name, key).encode()


def _file_name(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:24]


def _read(path: str) -> bytes:
    file = os.open(path, _OLD_FILE)
    try:
        return os.read(file, os.fstat(file).st_size)
    finally:
        os.close(file)


def _write(path: str, content: bytes) -> None:
    """Write a new file. One that is not whole counts as none, so that it need not be put beside its place first, for
    which some systems would force it to the disk."""
    try:
        file = os.open(path, _NEW_FILE, 0o666)
    except FileExistsError:
        os.unlink(path)
        file = os.open(path, _NEW_FILE, 0o666)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        file = os.open(path, _NEW_FILE, 0o666)
    try:
        os.write(file, content)
    finally:
        os.close(file)
