"""Links that other programs kept for a person: read whatever the version of the export, nothing trusted.

reading.py    the one function: a file's bytes in a format → links, and what is left out; which format a file has
netscape.py   bookmarks of browsers, and what Pocket once wrote: HTML
tables.py     Pocket, Raindrop, Instapaper, any table with a column of addresses: CSV
pinboard.py   Pinboard: JSON
notes.py      a person's remark → Markdown that shows exactly it
values.py     what all of them give
"""
