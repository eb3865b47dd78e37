"""Benchmarks: reported, never asserted. ``make bench`` runs them all."""

import os

# As the command line has it, here and in every process that is started.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
