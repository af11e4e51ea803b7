"""From a person's Markdown to HTML by two ways: a short one for common texts, the full parser for all others."""
