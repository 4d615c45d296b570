"""Layers that several backbones and heads share."""
