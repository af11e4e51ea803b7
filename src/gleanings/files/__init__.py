"""People's files: YAML with places, insertion of lines, atomic writes.

source.py   a file on the way in: bytes → text → nodes
yaml.py     a text as nodes (nodes.py), without what is YAML and refused (refused.py); what is no YAML is told in
            words by traps/
shape.py    what may stand in a file, declared once: made of plain kinds (kinds.py) and kinds of kinds (compound.py);
            what is found wrong is told to a desk (desk.py), with a cure that can be typed (cures.py), and others
            learn of it by schema.py
insert.py   lines into a text, and no other byte changed: where everything stands (layout.py), where new things can
            (placing.py), how they are written (writing.py)
atomic.py   whole files or none; lock.py lets one run at a time write to a site
"""
