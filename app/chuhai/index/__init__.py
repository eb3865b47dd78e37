"""Passages, vectors and words: building an index, keeping it, opening it again."""
