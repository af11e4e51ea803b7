"""Gleanings: feeds in, notes in YAML, a static reading list with RSS out."""

__version__ = "0.1.0"
