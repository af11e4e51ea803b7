"""From a roundup to what templates are given: frozen values (values.py) that can load, save and fetch nothing.

    roundup, surroundings (surroundings.py) → compose.py, entry by entry (entry_parts.py) → RoundupView

In plain words by naming.py and dates.py, in size by measures.py; addresses.py says how all of them point at pages.
"""
