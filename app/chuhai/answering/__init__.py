"""Ranked passages to an answer whose every claim is held against its source."""
