"""What is remembered of a feed between runs, and when to ask it again: pure."""
