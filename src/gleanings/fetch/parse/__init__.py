"""A feed's bytes → items, in every dialect and encoding that reality sends."""
