"""What a Runner needs besides the standard parts: hooks, prerequisites, CPU ranks, safe checkpoints."""
