"""From the Library to pages and feeds in public/. No network, no YAML.

    a person's words ── prose/ ──┬─ views/ ─── indexes/ ─┬─ feeds/, pages/, pictures/ ─┬─ output/ ── public/
                                 │             theme/ ───┘                             │
                                 └─ search/ ───────────────────────────────────────────┘

    site.py       everything that stands in public/: the one function, and where to begin reading
    shaping.py    what one roundup gives to the site, made once and remembered; shelf.py hands it out
    rows.py       the part of that which needs no template: lists, search, open data
    targets.py    everything else that is to be made, each with what decides it
    retouch/      only what shows an edited note

    prose/        Markdown → HTML that may stand on any page
    views/        a roundup → the values that templates are given
    indexes/      roundups → what stands under each tag, source, author, year
    theme/        values → HTML: templates, colours of the site, the frame of a page
    feeds/        roundups → RSS, Atom and JSON Feed
    pages/        which pages there are, what each is given; sitemap, redirects, open data
    pictures/     a roundup → the picture that stands for it in link previews
    search/       roundups → the search index
    output/       what was made → files in their places, only where they differ

These import the packages below; a package imports only those above it in this list, and output/, which imports none.
"""
