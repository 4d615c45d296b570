"""Transforms that load, corrupt and pack crack images and labels."""
