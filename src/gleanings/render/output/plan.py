"""What is to be made anew: an output is kept where all that decides it is as it was, and the file still stands.

A target is one or more outputs that are made together; `inputs` is a mark of everything that decides them. That such
inputs gave such bytes stays true for ever, so that what is remembered here can be old, but never wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from gleanings.problems import Problem, ProblemsFound
from gleanings.records import Records
from gleanings.render.output.publish import Kept, Made, Page
from gleanings.render.output.stage import Stage
from gleanings.values import Value

_RECORD = "outputs"


class Target(Value, kw_only=True, gc=True):
    """Outputs that will be."""

    name: str
    """Unique on the site."""
    inputs: str
    make: Callable[[], Iterable[Page]]
    """May raise ProblemsFound."""


class Remembered(Value):
    """What a target became in an earlier build."""

    inputs: str
    files: tuple[tuple[str, str], ...]
    """Path and digest of each output."""


class Plan:
    """Knows what earlier builds made, and what of it stands."""

    def __init__(self, records: Records, standing: Mapping[str, str]) -> None:
        self._records = records
        self._standing = standing
        self._before = records.load(_RECORD, "", dict[str, Remembered]) or {}
        self._now: dict[str, Remembered] = {}

    def stands(self, path: str, digest: str) -> bool:
        """Whether the output is there with just this content."""
        return self._standing.get(path) == digest

    def find_dirty(self, targets: Iterable[Target]) -> list[Target]:
        """Those that have to be made; the others are kept."""
        return [target for target in targets if not self._is_clean(target)]

    def settle(self, targets: Iterable[Target], made: Mapping[str, tuple[Made, ...]]) -> Iterator[Made]:
        """Every output of the targets, made anew or kept, in their order; all of it is remembered by `save`."""
        for target in targets:
            if target.name in made:
                outputs = made[target.name]
                files = tuple((one.path, one.digest) for one in outputs)
                self._now[target.name] = Remembered(target.inputs, files)
                yield from outputs
            else:
                self._now[target.name] = self._before[target.name]
                yield from (Kept(path=path, digest=digest) for path, digest in self._now[target.name].files)

    def save(self) -> None:
        """Remember what was settled."""
        if self._now != self._before:
            self._records.save(_RECORD, "", self._now)

    def _is_clean(self, target: Target) -> bool:
        before = self._before.get(target.name)
        return (
            before is not None
            and before.inputs == target.inputs
            and all(self.stands(path, digest) for path, digest in before.files)
        )


class Done(Value, kw_only=True):
    """What came of making a target: its outputs, put down; or problems."""

    outputs: tuple[Made, ...] = ()
    problems: tuple[Problem, ...] = ()


def make(target: Target, stage: Stage) -> Done:
    """Make its outputs and put them down."""
    try:
        return Done(outputs=tuple(map(stage.take, target.make())))
    except ProblemsFound as found:
        return Done(problems=found.problems)
