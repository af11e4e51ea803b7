"""What is remembered of a roundup's file: it is not parsed again while all that it was read from stays."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gleanings import identity
from gleanings.model import Roundup
from gleanings.problems import Problem
from gleanings.records import Records, digest, digest_bytes
from gleanings.sites import Site
from gleanings.values import Value, replace


class Read(Value, kw_only=True):
    """What came of a file, as it is remembered: times without their zone, which is the site's."""

    mark: str
    """Changes with everything that it was read from."""
    roundup: Roundup | None
    works: tuple[tuple[str, ...], ...] = ()
    """Identities of the works that each entry points at, in the order of the page."""
    folds: tuple[int, int] = (0, 0)
    """Of its date and its update: whether they are the second time that the clock showed this."""
    problems: tuple[Problem, ...] = ()


def mark_roundup(name: str, content: bytes, site: Site, records: Records) -> str:
    """A mark of all that a roundup is read from: its file's content, its series, the program."""
    series = site.find_series(name.rpartition("/")[0] or "main")
    return digest(name, digest_bytes(content), series, site.timezone, records.mark)


def recall_roundup(name: str, mark: str, site: Site, records: Records) -> Roundup | None:
    """What was read under that mark; None where that is not remembered, or a problem was told of it."""
    read = records.load(f"roundup {name}", mark, Read)
    return None if read is None or read.roundup is None or read.problems else in_zone(read, ZoneInfo(site.timezone))


def without_zone(mark: str, roundup: Roundup | None, problems: tuple[Problem, ...] = ()) -> Read:
    """What came of a file, to be remembered."""
    if roundup is None:
        return Read(mark=mark, roundup=None, problems=problems)
    date, updated = roundup.date, roundup.updated
    plain = replace(roundup, date=date.replace(tzinfo=None), updated=updated and updated.replace(tzinfo=None))
    folds = (date.fold, updated.fold if updated else 0)
    works = tuple(tuple(dict.fromkeys(map(identity.work_key, entry.addresses()))) for entry in roundup.walk_entries())
    return Read(mark=mark, roundup=plain, works=works, folds=folds, problems=problems)


def in_zone(read: Read, zone: ZoneInfo) -> Roundup:
    """The roundup with the site's zone."""
    roundup = read.roundup
    assert roundup is not None
    updated = roundup.updated and roundup.updated.replace(tzinfo=zone, fold=read.folds[1])
    return replace(roundup, date=roundup.date.replace(tzinfo=zone, fold=read.folds[0]), updated=updated)
