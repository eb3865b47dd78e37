"""Benchmarks: reported, never asserted. ``make bench`` runs them all."""
