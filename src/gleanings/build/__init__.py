"""A build, by the shortest way that gives the same bytes; for the command line and the preview.

    nothing changed          → unchanged.py answers, before anything here is loaded
    nothing but words did    → retouching.py makes anew what shows them
    anything else            → whole.py reads, renders and publishes the site

The only package besides `cli` that knows several stages.
"""
