"""Feeds that carry every word: one model (items.py, channels.py), three writers (rss.py, atom.py, jsonfeed.py)."""
