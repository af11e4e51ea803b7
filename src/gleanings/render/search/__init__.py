"""The search index: small files that a page fetches as somebody types, from any static host or from the disk.

    roundup → Indexed (indexing.py) ─┬─ of all roundups → the files (planning.py, files.py)
                                     └─ of one, before and after an edit → the files that change (patching.py)

    search/index/list.js    how many entries each roundup has, the oldest first; which shards there are
    search/index/w-co.js    the words that begin with `co`, each with its hits: "code 0A+2Bc,cold 7A*"
    search/index/d-0.js     what results show of forty entries, beginning with the first of the oldest roundup

Words lie in shards by their first letters (two, one, or none: as few as keep a shard small); a query loads one shard
a word and the blocks of what it shows. Files are scripts that call back, because a page opened from a disk may load
scripts but not data. All is sorted: the same library gives the same bytes. templates/static/search.js reads it.

Hits name entries by *strip* and letter. A strip is up to 52 entries of one roundup; strips are counted from the
oldest roundup's first, and written as the step from the strip before: in `0A+2Bc` it is the first entry of strip 0,
then the second and the 29th of strip 2. A letter stands for an entry in the order of the page; behind it, `*` means a
hit in the title, `+` one in a name or tag. So a new roundup at the end moves no number, and what one roundup says of
a word stays the same wherever the others begin and end.
"""
