"""Answers as files: Word, Markdown, bibliographies, slides. They add nothing to an answer."""
