"""Feeds that carry every word: which there are (channels.py), what is in them (items.py), and three writers (rss.py,
atom.py, jsonfeed.py) that make each item once (forms.py), as the bytes that stand in every feed."""
