"""Which pages there are, what each is given, and the small files beside them.

    RoundupView → roundup_page.py, with its JSON-LD (structured.py) → a roundup's page, the home page
    Desk        → planning.py → all other pages
    Library     → outputs.py → sitemap, robots, redirects, open data

site_view.py says what all of them tell of the site, and has the static files that they share.
"""
