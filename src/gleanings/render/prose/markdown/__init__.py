"""Markdown as HTML by two ways that give the same bytes: a short one for what most texts hold, and the full parser.

    quick.py         a text by the short way: quick_chunks.py cuts it at blank lines, quick_lists.py sees to lists,
                     quick_tables.py to tables, quick_lines.py to what stands in a line (quick_links.py,
                     quick_quotes.py)
    full.py          a text by markdown-it, with rules of ours for blocks (full_blocks.py) and lines (full_lines.py)

Both know a text by what is around it (around.py for the short way, setting.py for the full one), and share how links
and pictures (links.py), code (highlight.py), formulas (mathml.py), raw HTML (raw.py) and directions of writing
(scripts.py) become HTML.
"""
