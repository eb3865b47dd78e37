"""Saved conversations and what their readers thought of the answers."""
