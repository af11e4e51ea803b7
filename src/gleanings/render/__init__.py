"""From the Library to pages and feeds in public/. No network, no YAML."""
