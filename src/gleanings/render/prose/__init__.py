"""A person's words as HTML: once for every place where they stand.

    Markdown → markdown/ → Fragment with marks (rendering.py) → a page, a feed item → assembly.py settles the marks

Beside them, what words bring along or ask: pictures and files (media.py), parts of finished prose (fragments.py), the
direction of a language (languages.py).
"""
