"""Single pages: what they say of themselves, the feeds they offer, whether they are still there."""
