"""Random integers that are the same on every machine and with every NumPy release."""

from math import prod

import numpy as np


class StableRandom:
    """Integer draws from PCG64's raw stream.

    NumPy guarantees the raw bit streams of its bit generators and of ``SeedSequence`` (NEP 19),
    but not the distributions of ``Generator``, and floating-point transforms differ in the last
    bit between processors. Here a draw is a multiplication and a shift of raw 64-bit words.

    Args:
        seed: Non-negative integer below 2¹²⁸.
        *key: Numbers below 2³² that tell the streams of one seed apart.

    Raises:
        ValueError: If the seed is out of range.
    """

    def __init__(self, seed: int, *key: int) -> None:
        self._bits = np.random.PCG64(seed_sequence(seed, *key))

    def integers(self, low: int, high: int, shape: int | tuple[int, ...]) -> np.ndarray:
        """Draw int64 of ``shape``, uniform on low … high − 1; the range must be below 2³²."""
        count = shape if isinstance(shape, int) else prod(shape)
        words = self._bits.random_raw(count)
        scaled = ((words >> np.uint64(32)) * np.uint64(high - low)) >> np.uint64(32)
        return scaled.astype(np.int64).reshape(shape) + low

    def integer(self, low: int, high: int) -> int:
        """Draw one integer, uniform on low … high − 1."""
        return low + ((int(self._bits.random_raw()) >> 32) * (high - low) >> 32)

    def skewed(self, low: int, high: int, power: int) -> int:
        """Draw low + (high − low)·u^power for a uniform u: the larger the power, the rarer high."""
        u = int(self._bits.random_raw()) >> 32
        return low + ((high - low) * u**power >> (32 * power))


def seed_sequence(seed: int, *key: int) -> np.random.SeedSequence:
    """Return the seed sequence of a seed and a key, no two of which coincide.

    The key goes to ``spawn_key`` because a longer ``entropy`` list would not keep the promise:
    there, seed 2³² + 3 is the pair (3, 1).
    """
    if not 0 <= seed < 2**128:
        raise ValueError(f'seed must be an integer from 0 to 2¹²⁸ − 1, got {seed}')
    return np.random.SeedSequence(int(seed), spawn_key=key)


def indexed_seed(seed: int, index: int) -> int:
    """Return the seed of item ``index`` of a series, seed·2³² + index; series never overlap.

    Raises:
        ValueError: If the seed is not in 0 … 2⁹⁶ − 1 or the index not in 0 … 2³² − 1.
    """
    if not 0 <= seed < 2**96 or not 0 <= index < 2**32:
        raise ValueError(f'seed {seed} must be in 0 … 2⁹⁶ − 1 and index {index} in 0 … 2³² − 1')
    return (int(seed) << 32) + int(index)
