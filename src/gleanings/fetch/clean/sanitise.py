"""The gate for HTML that strangers wrote; with nh3 behind it.

It is passed twice. `normalise` turns tag soup into well-formed HTML, without what is never wanted (scripts, forms,
drawings) but with the attributes that our own conversions read. `sanitise` comes last, whatever happened between.
"""

from __future__ import annotations

from gleanings.fetch.clean.nesting import limit_nesting
from gleanings.identity.words import words
from gleanings.patterns import later
from gleanings.sanitise import make_gate

SCHEMES = frozenset({"http", "https", "mailto"})

LINK_REL = "noopener nofollow ugc"
"""What every link of a stranger says to browsers and search engines."""

MATHML = words("""
    math mi mo mn mtext mspace ms mrow mfrac msqrt mroot mstyle merror mpadded mphantom menclose msub msup msubsup
    munder mover munderover mmultiscripts mprescripts mtable mtr mtd
""")
"""MathML Core without its ways back into HTML: no annotation-xml, no mglyph, no actions."""

TAGS = MATHML | words("""
    a abbr aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption
    figure h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q rp rt ruby s samp section small span strong sub
    summary sup table tbody td tfoot th thead time tr u ul var wbr
""")
"""What may stand in a page."""

GONE = words("""
    applet audio-player button canvas datalist embed form frame frameset head input math-field meter noembed
    noframes noscript object optgroup option output plaintext progress script select style svg template textarea
    title xmp
""")
"""Dropped with everything inside."""

_CONVERTED = words("""
    address annotation article audio center dialog dir fieldset font footer h1 header hgroup iframe legend listing
    main menu nav picture search semantics source strike tt video
""")
"""Allowed into our tree only, because a conversion reads them."""

_MATHML_ATTRIBUTES = {"display", "mathvariant", "stretchy", "fence", "separator", "accent", "linethickness"}

_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id", "dir", "lang"},
    "a": {"href", "title", "rel"},
    "abbr": {"title"},
    "aside": {"class"},
    "blockquote": {"cite", "class"},
    "code": {"class"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime", "cite"},
    "details": {"open"},
    "div": {"class"},
    "dfn": {"title"},
    "img": {"src", "alt", "title", "width", "height", "loading", "decoding", "referrerpolicy"},
    "ins": {"datetime", "cite"},
    "li": {"value"},
    "ol": {"start", "reversed", "type"},
    "q": {"cite"},
    "section": {"class"},
    "span": {"class"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    **dict.fromkeys(MATHML, _MATHML_ATTRIBUTES),
}
_READ_BY_CONVERSIONS: dict[str, set[str]] = {
    "*": {"id", "dir", "lang", "class", "style", "hidden", "data-attrs", "data-component-name"},
    "a": {"name"},
    "annotation": {"encoding"},
    "audio": {"src"},
    "code": {"data-lang", "data-language"},
    "iframe": {"src", "title", "data-src", "data-lazy-src"},
    "img": {
        "srcset",
        "data-src",
        "data-original",
        "data-lazy-src",
        "data-srcset",
        "data-lazy-srcset",
        "data-orig-file",
    },
    "pre": {"data-lang", "data-language", "lang"},
    "source": {"src", "srcset", "type", "data-srcset"},
    "video": {"src", "title"},
}

CLASSES: dict[str, frozenset[str]] = {
    "aside": frozenset({"callout", "sponsor"}),
    "blockquote": frozenset({"pullquote", "post"}),
    "div": frozenset({"math", "display"}),
    "section": frozenset({"footnotes"}),
    "span": frozenset({"math", "inline", "display", "missing"}),
}
"""Our own marks; a stranger's classes are never kept. `code` may also name its language."""

_UNREADABLE = later("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML, and so our own feeds, cannot carry."""


def _merged(*tables: dict[str, set[str]]) -> dict[str, set[str]]:
    names = {name for table in tables for name in table}
    return {name: set().union(*(table.get(name, set()) for table in tables)) for name in names}


_make_well_formed = make_gate(
    tags=TAGS | _CONVERTED,
    emptied=GONE,
    attributes=_merged(_ATTRIBUTES, _READ_BY_CONVERSIONS),
    schemes=SCHEMES,
)
_pass_last_gate = make_gate(
    tags=TAGS,
    emptied=GONE | {"iframe", "audio", "video"},
    attributes={
        name: allowed - {"class"} if name in CLASSES else set(allowed) for name, allowed in _ATTRIBUTES.items()
    },
    classes={tag: set(names) for tag, names in CLASSES.items()},
    schemes=SCHEMES,
)


def normalise(html: str) -> str:
    """Any text as well-formed HTML: no script, form, comment or unknown scheme; our conversions' attributes stay."""
    return _make_well_formed(limit_nesting(_UNREADABLE.sub("", html)))


def sanitise(html: str) -> str:
    """HTML that is safe to stand in a page: the allowed tags, attributes, classes and schemes, and nothing else."""
    return _pass_last_gate(html)
