"""From parsed items to candidates: what is new, what is the same, and the memory on disk."""
