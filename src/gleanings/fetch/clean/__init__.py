"""Strangers' HTML → HTML that can stand in a page of ours."""
