"""Synthetic cracks as masks and as photographs."""
