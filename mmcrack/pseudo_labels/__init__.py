"""Labellers: pixel labels from photographs without masks."""
