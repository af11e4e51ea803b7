"""From feeds.yaml to candidates. The network and the parsers of foreign text live here only."""
