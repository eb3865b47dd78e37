"""Questions with known answers: cases, scorers, metrics, runs, comparisons, reports."""
