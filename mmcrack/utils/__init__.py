"""Helpers that belong to no single layer of the library."""
