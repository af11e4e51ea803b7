"""How a page is dressed, from values to bytes.

    PageView, context → frame.py → templates.py → HTML → prose assembled, links made relative → Page

files.py knows the files that templates are; look.py brings `look:` of site.yaml into the stylesheet.
"""
