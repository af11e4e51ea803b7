"""A roundup as one CommonMark document, the person's words as they typed them.

document.py   the whole: headings, entries, their parts
texts.py      one text of theirs, fit to stand in it: its headings below ours, its notes at the end
inline.py     what is changed within the lines: addresses, footnote labels, what only we take for text
notes.py      the footnotes of the document: numbered, found by the labels that a text uses
"""
