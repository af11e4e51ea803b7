"""Import and export: other programs' formats."""
