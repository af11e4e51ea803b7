"""From candidates and content/ to the Library, or to all problems. No network, no templates."""
