"""Notes were edited, and nothing else: only what shows them is made anew, whatever the size of the archive.

    sketch.py   what a build leaves of the site for this
    face.py     whether the rest of the site shows the roundup as before
    pages.py    its page, the home page, its feed items
    words.py    its words in search
    data.py     its open data
    patches.py  the same files as before, with some bytes replaced

Pages and words need nothing of each other: the command makes them on two cores, and open data on the one that has
less to do. Whenever one of them cannot be made for sure, a build of everything follows, which is right whatever
stands by then.
"""
