"""Placeholder while the page is written."""
