"""A picture per roundup for link previews, where the extra `images` is installed.

    Desk → lines broken by the font's own widths (typeface.py) → SVG template → drawing.py → PNG

A program that draws SVG knows fewer colours than a browser; colours.py spells them for it.
"""
