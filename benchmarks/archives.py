"""Reading lists of any size, the same on every run: for Gleanings, and from the same words for its peers.

    python benchmarks/archives.py DIR [--entries 240|4800|48000|…] [--for gleanings|hugo|pelican|eleventy]

Forty entries a roundup: months up to 9,600 entries, weeks beyond. Notes have 100 to 400 words in paragraphs, lists
(nested ones too), quotes, links, tables; some have a footnote, code or a formula. The last roundup is that of
December 2025, so that nothing of it lies in days to come. All words are made here.
"""

from __future__ import annotations

import argparse
import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

A_ROUNDUP = 40
LAST = date(2025, 12, 31)
SIZES = (240, 4_800, 48_000)


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


THINGS = words(
    "archive|argument|attention layer|author|bibliography|bookmark|browser|cache|chapter|column|comment|compiler|"
    "conclusion|corpus|data set|diagram|dictionary|draft|editor|encoder|essay|example|experiment|feed|figure|font|"
    "footnote|format|gradient|graph|heading|index|interface|kernel|layout|learning rate|letter|library|link|loss|"
    "manuscript|map|margin|measurement|memory|method|model|network|notebook|page|paragraph|parser|pencil|proof|"
    "protocol|question|queue|reader|recipe|record|reference|reply|routing table|ruler|sample|scheduler|schema|"
    "search|sentence|server|shelf|sketch|stylesheet|summary|table|test|theorem|token|type|vocabulary|weight|window"
)
KINDS_OF = words(
    "careful|crooked|dense|dusty|early|easy|elegant|faithful|familiar|finished|forgotten|frugal|generous|hidden|"
    "honest|idle|large|late|lazy|loose|modest|narrow|noisy|odd|open|patient|plain|quiet|rare|sharp|shared|short|"
    "slow|small|sparse|stable|steady|stubborn|thin|tidy|uneven|useful|visible|warm|wide|worn"
)
DOES = words(
    "asks for|bends around|carries|changes|counts|covers|depends on|explains|follows|forgets|gathers|hides|holds|"
    "improves|keeps|lacks|leads to|leans on|measures|misses|moves|names|needs|opens|outlives|pays for|points at|"
    "questions|reads|remembers|repeats|replaces|returns to|rewards|settles|shows|sorts|speaks for|starts with|tests"
)
PATTERNS = (
    "What stays with me is that the {k} {t} {d} the {t2}, and not the other way round",
    "The {t} {d} a {k2} {t2} more often than its authors say",
    "I had taken the {t} for settled; this {d} every {k} {t2} that I knew",
    "Nobody {d} the {k} {t} without first looking at the {t2}",
    "There is a {k} {t} in the second half, where the {t2} {d} almost everything",
    "The measurements are {k} and few, yet the {t} {d} them well enough",
    "Read it for the {t}; the {k2} {t2} comes free",
    "If a {t} {d} the {k} {t2}, half of the trouble is gone before it starts",
    "My only doubt is about the {k} {t}, which {d} a {t2} that nobody has seen",
    "It {d} the {t} in eleven pages, and the {k} {t2} in a single picture",
    "Anyone who keeps a {k} {t} will know why the {t2} matters here",
    "We tried the same with our own {t}: the {k} one {d} the {t2} after a week",
    "The {k} part is the {t}, and the {k2} part is that it {d} the {t2} at all",
    "One more {t} would have helped, for the {k} {t2} {d} too much at once",
    "A {k} {t} costs little, and a {k2} {t2} costs a month",
    "Towards the end the {t} {d} the {t2}, which I did not expect of so {k} a text",
)
GIVEN = words(
    "Ada|Anselm|Bela|Birgit|Carlo|Cleo|Dagny|Dario|Edda|Emil|Fenna|Florin|Greta|Gus|Hanne|Hugo|Ida|Ivo|Jarne|Jutta|"
    "Kaja|Klaas|Leif|Lotte|Mara|Milo|Nele|Nils|Odile|Otto|Pia|Piet|Quirin|Rosa|Runa|Sander|Silke|Thea|Tjark|Ulla"
)
FAMILY = words(
    "Abend|Bachmann|Birk|Blom|Brand|Dahl|Ebner|Falk|Feld|Fink|Gerber|Hagen|Hartmann|Heller|Holm|Jansen|Kamp|Keller|"
    "Kern|Lang|Lindner|Lund|Marten|Moor|Nagel|Nord|Olsen|Ostermann|Pohl|Quast|Reimer|Riis|Sand|Seidel|Stein|Strand|"
    "Thal|Torp|Uhl|Vester|Vogel|Wald|Weber|Winter|Wolff|Zander"
)
ROLES = ("paper", "article", "post", "repo", "tool", "book", "video", "talk")
FORMULAS = (r"\alpha_i = \frac{e^{s_i}}{\sum_j e^{s_j}}", r"f(x) \le \sqrt{n} + 1", r"L = -\sum_i p_i \log q_i")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry, in words; `note` is Markdown that every generator here understands."""

    number: int
    url: str
    title: str
    authors: tuple[str, ...]
    source: str
    published: date
    kind: str
    tags: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Roundup:
    """One roundup; `name` is that of its file, `address` its path on every site."""

    name: str
    address: str
    title: str
    date: date
    intro: str
    entries: tuple[Entry, ...]


def sentence(dice: random.Random) -> str:
    """One sentence, without a full stop."""
    thing, other = dice.sample(THINGS, 2)
    parts = {"t": thing, "t2": other, "k": dice.choice(KINDS_OF), "k2": dice.choice(KINDS_OF), "d": dice.choice(DOES)}
    return re.sub(r"\{(\w+)\}", lambda found: parts[found[1]], dice.choice(PATTERNS))


def paragraph(dice: random.Random, sentences: int) -> str:
    return " ".join(f"{sentence(dice)}." for _ in range(sentences))


def link(dice: random.Random, number: int) -> str:
    """A paragraph that leads elsewhere."""
    about = f"{dice.choice(KINDS_OF)} {dice.choice(THINGS)}"
    address = f"https://elsewhere.example/{number}?page={number}"
    return f"See also the *{about}* of [another page]({address}). {sentence(dice)}."


def bullets(dice: random.Random, number: int) -> str:
    """A list, half the time with one in it."""
    lines = [f"- **{dice.choice(THINGS).capitalize()}**: {sentence(dice)}."]
    lines += [f"- {sentence(dice)}." for _ in range(dice.randint(1, 2))]
    if number % 2:
        lines[1:1] = [f"    1. {sentence(dice)}.", f"    2. {sentence(dice)}, `{dice.choice(DOES)[:4]}[{number}]`."]
    return "\n".join(lines)


def extra(dice: random.Random, number: int) -> str:
    """What some notes have: a quote, code, a table, a formula."""
    match number % 10:
        case 0 | 1:
            return f"> {sentence(dice)}."
        case 2:
            name = dice.choice(KINDS_OF)
            return f"```python\ndef {name}(items):\n    return [item for item in items if item.{name}]\n```"
        case 3:
            cells = "\n".join(f"| {dice.choice(THINGS)} | {dice.randint(1, 99)} |" for _ in range(3))
            return f"| What | How many |\n| --- | ---: |\n{cells}"
        case 4:
            return f"The whole of it is ${dice.choice(FORMULAS)}$, no more."
        case _:
            return ""


def note(dice: random.Random, number: int) -> str:
    """A note of 100 to 400 words; footnote labels are the entry's own, for generators that know only the page."""
    length = dice.randint(110, 350)
    first = paragraph(dice, 2)
    footnote = f"[^n{number}]: {sentence(dice)}." if number % 8 == 5 else ""
    parts = [f"{first}[^n{number}]" if footnote else first, bullets(dice, number), extra(dice, number)]
    parts += [link(dice, number)]
    while sum(len(part.split()) for part in parts) < length:
        parts.insert(1, paragraph(dice, dice.randint(2, 4)))
    return "\n\n".join(part for part in (*parts, footnote) if part)


def skewed(dice: random.Random, size: int) -> int:
    """A number below `size`: small ones are met often, large ones seldom, as with authors and words."""
    return int(size * dice.random() ** 2.5)


def slug(text: str) -> str:
    return re.sub(r"\W+", "-", text.lower())


def invent_entry(dice: random.Random, number: int, day: date, total: int) -> Entry:
    """Names, sources and rarer tags grow with the archive, as they do in real ones."""
    title = f"The {dice.choice(KINDS_OF)} {dice.choice(THINGS)} and the {dice.choice(THINGS)}, {number}"
    people = [skewed(dice, 60 + total // 6) for _ in range(dice.choice((1, 1, 2, 3)))]
    authors = [f"{GIVEN[one * 7 % len(GIVEN)]} {FAMILY[one // len(GIVEN) % len(FAMILY)]}" for one in people]
    about = skewed(dice, 30 + total // 100)
    source = f"The {KINDS_OF[about % len(KINDS_OF)].capitalize()} {THINGS[about // 3 % len(THINGS)].capitalize()}"
    tag = skewed(dice, 40 + total // 60)
    rare = f"{KINDS_OF[tag % len(KINDS_OF)]} {THINGS[tag * 11 % len(THINGS)]}"
    published = day - timedelta(days=dice.randint(0, 900))
    return Entry(
        number=number,
        url=f"https://{slug(source)}.example/{published:%Y/%m}/{slug(title)}",
        title=title,
        authors=tuple(dict.fromkeys(authors)),
        source=source,
        published=published,
        kind=dice.choice(ROLES),
        tags=tuple(dict.fromkeys((THINGS[skewed(dice, 24)], rare))),
        note=note(dice, number),
    )


def periods(count: int) -> list[tuple[str, str, str, date]]:
    """Name, address, title and last day of so many months, or weeks, up to the last; oldest first."""
    found: list[tuple[str, str, str, date]] = []
    day = LAST
    while len(found) < count:
        if count <= 240:
            found.append((f"{day:%Y-%m}", f"/{day:%Y/%m}/", f"{day:%B %Y}", day))
            day = day.replace(day=1) - timedelta(days=1)
        else:
            sunday = day - timedelta(days=day.isoweekday() % 7)
            year, week, _ = sunday.isocalendar()
            found.append((f"{year}-w{week:02}", f"/{year}/w{week:02}/", f"Week {week}, {year}", sunday))
            day = sunday - timedelta(days=1)
    return found[::-1]


def invent(entries: int) -> list[Roundup]:
    """An archive of that many entries (a multiple of forty), oldest roundup first."""
    roundups = []
    for index, (name, address, title, day) in enumerate(periods(entries // A_ROUNDUP)):
        dice = random.Random(f"{entries} {name}")
        first = index * A_ROUNDUP + 1
        mine = tuple(invent_entry(dice, first + at, day, entries) for at in range(A_ROUNDUP))
        intro = paragraph(dice, 3)
        roundups.append(Roundup(name=name, address=address, title=title, date=day, intro=intro, entries=mine))
    return roundups


def indented(text: str, by: int) -> str:
    return "\n".join(f"{' ' * by}{line}".rstrip() for line in text.splitlines())


def write_text(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def entry_yaml(entry: Entry) -> str:
    return (
        f"  - url: {entry.url}\n"
        f'    title: "{entry.title}"\n'
        f"    authors: [{', '.join(entry.authors)}]\n"
        f"    source: {entry.source}\n"
        f"    published: {entry.published.isoformat()}\n"
        f"    kind: {entry.kind}\n"
        f"    tags: [{', '.join(entry.tags)}]\n"
        f"    note: |\n{indented(entry.note, 6)}\n"
    )


def write_gleanings(folder: Path, roundups: list[Roundup]) -> None:
    """A site folder of ours."""
    site = "title: A long archive\nurl: https://archive.example/\nauthor: {name: Ada Abend}\nlang: en\n"
    pattern = "Week {week}, {year}" if "-w" in roundups[0].name else "{month} {year}"
    write_text(folder / "site.yaml", f'{site}series:\n  main: {{pattern: "{pattern}"}}\nfeeds: {{limit: 20}}\n')
    # Pictures for link previews are drawn once and kept; no peer draws any. An empty template switches them off.
    write_text(folder / "templates/preview.svg", "")
    for roundup in roundups:
        entries = "\n".join(entry_yaml(entry) for entry in roundup.entries)
        head = f"date: {roundup.date.isoformat()}\nintro: |\n{indented(roundup.intro, 2)}\n"
        write_text(folder / f"content/{roundup.name}.yaml", f"{head}entries:\n{entries}")


def main() -> None:
    from peers import PEERS

    writers = {"gleanings": write_gleanings, **{peer.name: peer.write for peer in PEERS}}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--entries", type=int, default=240, help=f"a multiple of {A_ROUNDUP} (default: 240)")
    parser.add_argument("--for", dest="tool", choices=writers, default="gleanings")
    options = parser.parse_args()
    if options.entries < A_ROUNDUP or options.entries % A_ROUNDUP:
        parser.error(f"--entries is no multiple of {A_ROUNDUP}")
    writers[options.tool](options.folder, invent(options.entries))


if __name__ == "__main__":
    main()
