"""Search for images that are nearly the same, without comparing each with each."""

from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from mmcrack.doctor.descriptors import sign_bits, symmetric

# In 1,057 photographs of three data sets, different ones correlate by up to 0.78; copies that were
# halved, compressed to JPEG quality 30, brightened or made noisy by 0.93 and more (99 % of them).
THRESHOLD = 0.85
_SMALL = 4096  # images up to which each is compared with each
_BANDS = 6
_BITS = 10  # of a band
_BLOCK = 2048  # rows of a comparison, which bounds its memory
_LINKS = 8  # matches of an image that are kept of a comparison, enough to join a group


def near_duplicates(descriptors: np.ndarray, threshold: float = THRESHOLD) -> list[list[int]]:
    """Groups of images whose thumbnails correlate, also turned by right angles or mirrored.

    Of more than 4,096 images, two are compared only where one of 6 pieces of 10 bits of their
    hashes is the same (locality-sensitive hashing by bands), so the work grows with the size of
    these buckets, not with the square of the number of images. Copies in which one bit in twenty
    differs are missed once in 250.

    Args:
        descriptors: N×LENGTH, of :func:`mmcrack.doctor.descriptors.describe`.
        threshold: Smallest correlation of thumbnails that counts.

    Returns:
        Groups of two or more indices, each sorted, in the order of their first.
    """
    known = np.flatnonzero(descriptors.any(axis=1))
    values = descriptors[known].astype(np.float32)
    links = [pair for turned in symmetric(values) for pair in _links(turned, values, threshold)]
    if not links:
        return []
    first, second = np.concatenate(links, axis=1)
    return _groups(known[first], known[second], len(descriptors))


def _links(queries: np.ndarray, values: np.ndarray, threshold: float) -> Iterator[np.ndarray]:
    """2×K arrays of pairs i ≠ j for which queries[i] · values[j] reaches the threshold."""
    for asking, members in _buckets(queries, values):
        candidates = values[members].T
        for start in range(0, len(asking), _BLOCK):
            block = asking[start : start + _BLOCK]
            match = queries[block] @ candidates >= threshold
            if np.count_nonzero(match) > _LINKS * len(block):
                match &= np.cumsum(match, axis=1) <= _LINKS
            rows, columns = np.nonzero(match)
            pairs = np.stack([block[rows], members[columns]])
            pairs = pairs[:, pairs[0] != pairs[1]]
            if pairs.size:
                yield pairs


def _buckets(queries: np.ndarray, values: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Indices of queries and of values that share a piece of their hash."""
    if len(values) <= _SMALL:
        yield np.arange(len(queries)), np.arange(len(values))
        return
    for query_keys, keys in zip(_keys(queries), _keys(values), strict=True):
        asking, members = _by_key(query_keys), _by_key(keys)
        yield from ((a, m) for a, m in zip(asking, members, strict=True) if len(a) and len(m))


def _keys(descriptors: np.ndarray) -> Iterator[np.ndarray]:
    bits = sign_bits(descriptors)
    weights = 1 << np.arange(_BITS)
    for band in range(_BANDS):  # each takes low and high frequencies alike
        yield bits[:, band : band + _BANDS * _BITS : _BANDS] @ weights


def _by_key(keys: np.ndarray) -> list[np.ndarray]:
    """Indices with the key 0, with the key 1, …"""
    order = np.argsort(keys, kind='stable')
    return np.split(order, np.searchsorted(keys[order], np.arange(1, 2**_BITS)))


def _groups(first: np.ndarray, second: np.ndarray, count: int) -> list[list[int]]:
    graph = coo_array((np.ones(len(first), bool), (first, second)), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    groups: dict[int, list[int]] = {}
    for index in np.union1d(first, second).tolist():
        groups.setdefault(int(label[index]), []).append(index)
    return list(groups.values())
