"""Write docs/keys.md anew from the declarations in the code: python scripts/write_reference.py"""

from pathlib import Path

from gleanings.curate.schema import reference_tables

target = Path(__file__).parent.parent / "docs" / "keys.md"
target.write_text(reference_tables(), encoding="utf-8")
