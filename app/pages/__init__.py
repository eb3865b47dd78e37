"""The chat page: ``ask`` draws it, ``panel`` shows text safely, ``strings`` is its wording."""
