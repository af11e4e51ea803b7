"""Asking for an address, politely and safely: one GET, redirects included."""
