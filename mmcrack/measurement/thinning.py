"""Thinning of sparse binary images, at a cost that follows the crack's pixels."""

import functools

import numpy as np

# the eight neighbors counter-clockwise from the east, as (row, column) steps
_RING = ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))


def thin(binary: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Reduce a binary image to lines one pixel wide.

    The same pixels as :func:`skimage.morphology.thin` (Guo and Hall's conditions as in Lam, Lee
    and Suen, Thinning Methodologies, IEEE PAMI 1992), looking at crack pixels alone. Zhang and
    Suen's thinning, scikit-image's ``skeletonize``, is no choice for measuring: of a bar along the
    falling diagonal that is an even number of diagonals wide it leaves a single pixel.

    Args:
        binary: bool H×W.

    Returns:
        The rows and columns of the remaining pixels, in reading order, int64.
    """
    padded = np.pad(binary, 1)
    alive = np.flatnonzero(padded)
    flat = padded.view(np.uint8).ravel()
    steps = [row * padded.shape[1] + column for row, column in _RING]
    while True:
        before = len(alive)
        for table in removal_tables():
            code = np.zeros(len(alive), np.uint8)
            for bit, step in enumerate(steps):
                code |= flat[alive + step] << bit
            removed = table[code]
            flat[alive[removed]] = 0
            alive = alive[~removed]
        if len(alive) == before:
            row, column = np.divmod(alive, padded.shape[1])
            return row - 1, column - 1


@functools.cache
def removal_tables() -> tuple[np.ndarray, np.ndarray]:
    """For each pattern of neighbors, bit i the i-th from the east: is the pixel removed?

    The first table is for the first half of an iteration, the second for the other half.
    """
    x = (np.arange(256)[None, :] >> np.arange(8)[:, None] & 1).astype(bool)  # x[0] is east
    turn = [x[i % 8] for i in range(9)]
    crossings = sum(~turn[i] & (turn[i + 1] | turn[(i + 2) % 8]) for i in (0, 2, 4, 6))
    first = sum(turn[i] | turn[i + 1] for i in (0, 2, 4, 6))
    second = sum(turn[i + 1] | turn[(i + 2) % 8] for i in (0, 2, 4, 6))
    fewest = np.minimum(first, second)
    common = (crossings == 1) & (fewest >= 2) & (fewest <= 3)
    upper = (x[1] | x[2] | ~x[7]) & x[0]
    lower = (x[5] | x[6] | ~x[3]) & x[4]
    return common & ~upper, common & ~lower
