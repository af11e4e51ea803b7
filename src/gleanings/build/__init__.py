"""A build, by the shortest way that gives the same bytes; for `build` and `serve`.

    nothing changed          → unchanged.py answers, before anything here is loaded
    nothing but words did    → retouching.py makes anew what shows them
    anything else            → whole.py reads, renders and publishes the site

    folder.py                  where the site may go

The only package besides `cli` that knows several stages. It reads the clock to tell fresh files from settled ones;
the present comes in as `now`.
"""
