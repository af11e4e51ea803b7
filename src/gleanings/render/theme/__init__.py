"""How a page is dressed, from values to bytes.

    PageView, context → frame.py → templates.py → HTML → prose assembled, links made relative → Page

look.py brings `look:` of site.yaml into the stylesheet.
"""
