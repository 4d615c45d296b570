"""Reads every file of a data set once, several at a time, with a progress bar."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from mmengine.utils import ProgressBar

from mmcrack.datasets.pairs import Pair
from mmcrack.doctor.data_set import DataSet, Part
from mmcrack.doctor.image_facts import ImageFacts, read_image_facts
from mmcrack.doctor.mask_facts import MaskFacts, read_mask_facts

_CHUNK = 256  # pairs in work at a time, so that memory does not grow with their number


class PairFacts(NamedTuple):
    """What is known of a pair; None for a file that is missing or cannot be read.

    Args:
        part: Name of its part.
        pair: The files.
        image: What is known of the image.
        mask: What is known of the mask.
        problems: A line for each file that cannot be read.
    """

    part: str
    pair: Pair
    image: ImageFacts | None
    mask: MaskFacts | None
    problems: tuple[str, ...]


class Scan(NamedTuple):
    """A data set and what its files hold, in the order of the parts."""

    data_set: DataSet
    pairs: list[PairFacts]


def scan(data_set: DataSet, *, workers: int) -> Scan:
    """Read all files.

    Args:
        data_set: What to read.
        workers: Number of threads; decoders release Python's lock.
    """
    work = [(part, pair) for part in data_set.parts for pair in part.pairs]
    bar = ProgressBar(len(work), file=sys.stderr) if work else None
    facts = []
    with ThreadPoolExecutor(workers) as pool:
        rest = iter(work)
        while chunk := list(islice(rest, _CHUNK)):
            for one in pool.map(lambda item: read_pair(*item), chunk):
                facts.append(one)
                bar.update()
    if bar is not None:
        sys.stderr.write('\n')
    return Scan(data_set, facts)


def read_pair(part: Part, pair: Pair) -> PairFacts:
    """Read an image and its mask; what cannot be read is noted, not raised."""
    image, mask, problems = None, None, []
    try:
        image = read_image_facts(pair.image)
    except (ValueError, OSError) as error:
        problems.append(str(error))
    if pair.mask is not None:
        try:
            mask = read_mask_facts(pair.mask, part.label_options)
        except (ValueError, OSError) as error:
            problems.append(str(error))
    return PairFacts(part.name, pair, image, mask, tuple(problems))


def images(scan: Scan) -> Iterator[tuple[PairFacts, ImageFacts]]:
    """Pairs whose image could be read, and what is known of it."""
    return ((facts, facts.image) for facts in scan.pairs if facts.image is not None)


def masks(scan: Scan) -> Iterator[tuple[PairFacts, MaskFacts]]:
    """Pairs whose mask could be read, and what is known of it."""
    return ((facts, facts.mask) for facts in scan.pairs if facts.mask is not None)
