"""People's files: YAML with places, insertion of lines, atomic writes."""
