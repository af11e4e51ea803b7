"""Import and export: other programs' formats.

opml.py       lists of feeds
saved/        links that other programs kept
markdown/     a roundup as one document
decoding.py   bytes of theirs → text
addresses.py  addresses of theirs, and whether our own files can hold them
"""
