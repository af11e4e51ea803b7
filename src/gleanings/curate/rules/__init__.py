"""House rules: what a careful editor objects to, beyond what can be read. One function a rule; its docstring is the
rule in the curator's words; `rules:` in site.yaml makes it an error, a warning, or switches it off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gleanings.collector import paused
from gleanings.curate.places import Places
from gleanings.curate.rules.addresses import find_arxiv_pdf, find_lost_own_link, find_tracking
from gleanings.curate.rules.archive import find_number_twice, find_repeats, find_title_twice
from gleanings.curate.rules.entries import (
    find_bare_address,
    find_blank_address,
    find_blank_note,
    find_empty_entry,
    find_mostly_quoted,
    find_title_link,
)
from gleanings.curate.rules.finding import Finding, House, Placing, Rule
from gleanings.curate.rules.links import find_subjects
from gleanings.curate.rules.pictures import (
    find_caption_is_alt,
    find_missing_alt,
    find_missing_media,
    find_pictures,
    find_remote_picture,
)
from gleanings.curate.rules.prose import (
    find_empty_bullet,
    find_footnote_faults,
    find_skipped_heading,
    find_unclosed_code,
    find_unclosed_link,
    find_unfinished,
)
from gleanings.files.desk import suggest
from gleanings.problems import Problem, Severity
from gleanings.project import Project
from gleanings.sites import Library

PROSE_RULES = (
    Rule("unclosed-link", find_unclosed_link),
    Rule("unclosed-code", find_unclosed_code),
    Rule("empty-bullet", find_empty_bullet),
    Rule("heading-level", find_skipped_heading),
    Rule("unfinished", find_unfinished),
)
"""Judge one text by itself."""

GROUP_RULES = (Rule("footnote", find_footnote_faults),)
"""Judge the texts of one entry together."""

ENTRY_RULES = (
    Rule("empty-entry", find_empty_entry),
    Rule("blank-note", find_blank_note),
    Rule("blank-address", find_blank_address),
    Rule("bare-address", find_bare_address),
    Rule("title-link", find_title_link),
    Rule("mostly-quoted", find_mostly_quoted),
    Rule("tracking", find_tracking),
    Rule("arxiv-pdf", find_arxiv_pdf),
    Rule("own-link", find_lost_own_link),
)
"""Judge an entry, or the prose of whatever holds entries."""

PICTURE_RULES = (
    Rule("alt-text", find_missing_alt),
    Rule("caption-is-alt", find_caption_is_alt),
    Rule("media-missing", find_missing_media),
    Rule("remote-picture", find_remote_picture),
)
"""Judge one picture."""

LIBRARY_RULES = (
    Rule("repeat", find_repeats),
    Rule("title-twice", find_title_twice),
    Rule("number-twice", find_number_twice),
)
"""Judge all roundups together."""

RULES = (*PROSE_RULES, *GROUP_RULES, *ENTRY_RULES, *PICTURE_RULES, *LIBRARY_RULES)


def find_house_rule_problems(library: Library, project: Project) -> tuple[Problem, ...]:
    """Everything the house rules object to, file by file, downwards; rules that are off say nothing.

    An unknown name under `rules:` in site.yaml is an error of its own.
    """
    with paused():
        problems = (*_judge(library, project), *_find_unknown_rules(library, project))
    return tuple(sorted(problems, key=lambda problem: problem.sort_key))


def _judge(library: Library, project: Project) -> list[Problem]:
    report = _Report(library, project)
    house = House(library, project)
    prose, groups, entries, pictures = map(report.switched_on, (PROSE_RULES, GROUP_RULES, ENTRY_RULES, PICTURE_RULES))
    for subject, passages in find_subjects(library):
        for passage in passages:
            for rule in prose:
                report.tell(rule, rule.check(passage))
        for rule in groups:
            report.tell(rule, rule.check(passages))
        for rule in entries:
            report.tell(rule, rule.check(subject, passages, house))
        for picture in find_pictures(subject, passages):
            for rule in pictures:
                report.tell(rule, rule.check(picture, house))
    for rule in report.switched_on(LIBRARY_RULES):
        report.tell(rule, rule.check(library))
    return report.problems


class _Report:
    """Turns findings into problems: with the severity that the site gives, and the place in the file."""

    def __init__(self, library: Library, project: Project) -> None:
        self._severities = library.site.rules
        self._placing = Placing(library, project)
        self.problems: list[Problem] = []

    def switched_on(self, rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
        return tuple(rule for rule in rules if self._severities.get(rule.code) != "off")

    def tell(self, rule: Rule, findings: Iterable[Finding]) -> None:
        for finding in findings:
            line, column = self._placing.find(finding)
            severity: Severity = "error" if self._severities.get(rule.code) == "error" else "warning"
            self.problems.append(
                Problem(
                    path=finding.path, line=line, column=column, code=rule.code, message=finding.message,
                    cure=finding.cure, severity=severity,
                )
            )  # fmt: skip


def _find_unknown_rules(library: Library, project: Project) -> Iterator[Problem]:
    known = {rule.code for rule in RULES}
    for name in library.site.rules:
        if name not in known:
            path = project.relative(project.site_file)
            line, column = Places(project).find_key(path, ("rules", name))
            yield Problem(
                path=path, line=line, column=column, code="unknown-rule", message=f'there is no house rule "{name}"',
                cure=suggest(name, known, noun="rule"),
            )  # fmt: skip
