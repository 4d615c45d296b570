import numpy as np
import pytest

from mmcrack.synthesis.stable_random import StableRandom, indexed_seed


def test_integers_are_a_shift_of_the_raw_pcg64_stream():
    raw = np.random.PCG64(np.random.SeedSequence(5, spawn_key=(1,))).random_raw(4)
    expected = [10 + (int(word) >> 32) * 7 // 2**32 for word in raw]
    assert StableRandom(5, 1).integers(10, 17, 4).tolist() == expected


def test_draws_cover_their_range_evenly():
    draws = StableRandom(0).integers(-3, 4, (50, 200))
    counts = np.bincount(draws.ravel() + 3, minlength=7)
    assert draws.shape == (50, 200)
    assert counts.size == 7
    assert abs(counts - 10_000 / 7).max() < 150  # four standard deviations


def test_skewed_prefers_low_values():
    rng = StableRandom(1)
    draws = np.array([rng.skewed(0, 1000, 3) for _ in range(2000)])
    assert draws.min() >= 0
    assert draws.max() < 1000
    assert np.median(draws) == pytest.approx(125, abs=25)  # 1000 · 0.5³


def test_streams_of_seed_and_key_never_coincide():
    streams = [StableRandom(*words) for words in ((3, 1), (2**32 + 3, 0), (3, 0), (3,), (3, 0, 0))]
    assert len({stream.integer(0, 2**31) for stream in streams}) == len(streams)


def test_indexed_seeds_of_two_series_are_disjoint():
    assert indexed_seed(0, 7) == 7
    assert indexed_seed(1, 0) == 2**32
    with pytest.raises(ValueError, match='index'):
        indexed_seed(0, 2**32)


def test_negative_seed_is_refused():
    with pytest.raises(ValueError, match='seed'):
        StableRandom(-1)
