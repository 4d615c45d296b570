"""Shapes of known length and width, drawn by the share of each pixel that they cover."""

import numpy as np


def coverage(inside, size, samples=8):
    """Share of each pixel's samples for which ``inside(y, x)`` holds, float32 H×W."""
    offsets = (np.arange(samples) + 0.5) / samples - 0.5
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float64)
    total = np.zeros(size, np.float32)
    for down in offsets:
        for right in offsets:
            total += inside(y + down, x + right)
    return total / samples**2


def along(y, x, centre, degrees):
    """Coordinates along and across a direction, counter-clockwise from the horizontal."""
    angle = np.deg2rad(degrees)
    right, down = np.cos(angle), -np.sin(angle)
    dy, dx = y - centre[0], x - centre[1]
    return dx * right + dy * down, dy * right - dx * down


def bar(centre, degrees, length, width):
    def inside(y, x):
        u, v = along(y, x, centre, degrees)
        return (np.abs(u) <= length / 2) & (np.abs(v) <= width / 2)

    return inside


def ray(centre, degrees, length, width):
    """A bar that begins at the centre."""
    angle = np.deg2rad(degrees)
    middle = centre[0] - length / 2 * np.sin(angle), centre[1] + length / 2 * np.cos(angle)
    return bar(middle, degrees, length, width)


def wedge(tip, degrees, length, width):
    """From a point at the tip to the full width at its length."""

    def inside(y, x):
        u, v = along(y, x, tip, degrees)
        return (u >= 0) & (u <= length) & (np.abs(v) <= width / 2 * u / length)

    return inside


def arc(centre, radius, width, degrees=(0.0, 360.0)):
    def inside(y, x):
        dy, dx = y - centre[0], x - centre[1]
        turn = np.degrees(np.arctan2(-dy, dx)) % 360
        return (np.abs(np.hypot(dy, dx) - radius) <= width / 2) & (
            (turn >= degrees[0]) & (turn <= degrees[1])
        )

    return inside


def wave(start, length, amplitude, wavelength, width):
    """All points within half the width of a sine; its length; its ends are round."""
    s = np.linspace(0, length, 20 * int(length))
    line = np.stack([start[0] + amplitude * np.sin(2 * np.pi * s / wavelength), start[1] + s], 1)
    from scipy.spatial import cKDTree

    tree = cKDTree(line)

    def inside(y, x):
        points = np.stack([y.ravel(), x.ravel()], axis=1)
        distance, _ = tree.query(points, distance_upper_bound=width)
        return (distance <= width / 2).reshape(y.shape)

    return inside, float(np.hypot(*np.diff(line, axis=0).T).sum() + width)


def union(*shapes):
    return lambda y, x: np.logical_or.reduce([shape(y, x) for shape in shapes])
