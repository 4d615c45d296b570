"""The evaluation protocol: counts, scores and the Runner metric."""
