"""Pictures that are there twice: the same pixels, or nearly the same picture."""

from collections.abc import Iterable, Iterator

import numpy as np

from mmcrack.doctor.findings import Finding, Severity
from mmcrack.doctor.near_duplicates import near_duplicates
from mmcrack.doctor.scanning import PairFacts, Scan, images

_SHOWN = 4  # members of a group that its line names

Group = list[PairFacts]


def check_duplicates(scan: Scan) -> Iterator[Finding]:
    """Exact and near duplicates, within a part and across parts; different masks of one picture."""
    exact = _same_pixels(scan)
    yield from _exact(scan, exact)
    yield from _two_masks(exact)
    yield from _near(scan, _similar(scan))


def _same_pixels(scan: Scan) -> list[Group]:
    groups: dict[bytes, Group] = {}
    for facts, image in images(scan):
        groups.setdefault(image.digest, []).append(facts)
    return [group for group in groups.values() if len(group) > 1]


def _similar(scan: Scan) -> list[Group]:
    """Groups that are similar, but not all of the same pixels."""
    readable = list(images(scan))
    if not readable:
        return []
    groups = near_duplicates(np.stack([image.descriptor for _, image in readable]))
    members = ([readable[index][0] for index in group] for group in groups)
    return [group for group in members if len({facts.image.digest for facts in group}) > 1]


def _exact(scan: Scan, groups: list[Group]) -> Iterator[Finding]:
    across, within = _by_reach(groups)
    if across and scan.data_set.classes:
        yield Finding(
            Severity.ERROR,
            'one picture in several classes',
            f'{len(across)} pictures lie in more than one class',
            'one of the classes is wrong for them',
            'keep each in its class alone',
            _lines(across),
        )
    elif across:
        yield Finding(
            Severity.ERROR,
            'duplicates across parts',
            f'{len(across)} pictures are in more than one part, pixel for pixel',
            'what is tested on has been trained on: the figures of the test are too good',
            'remove them from the part that is trained on',
            _lines(across),
        )
    if within:
        yield Finding(
            Severity.WARNING if scan.data_set.classes else Severity.NOTE,
            'duplicates within a part',
            f'{len(within)} pictures are there more than once, pixel for pixel',
            'they weigh more than others; where the part is split at random, as patches are, '
            'some land on both sides of the split',
            'keep one of each, above all before splitting',
            _lines(within),
        )


def _two_masks(groups: list[Group]) -> Iterator[Finding]:
    contradictory = [
        group
        for group in groups
        if len({facts.mask.digest for facts in group if facts.mask is not None}) > 1
    ]
    if contradictory:
        yield Finding(
            Severity.WARNING,
            'one picture, several masks',
            f'{len(contradictory)} pictures are there with masks that differ',
            'no model can be right on both',
            'keep the better mask',
            _lines(contradictory),
        )


def _near(scan: Scan, groups: list[Group]) -> Iterator[Finding]:
    across, within = _by_reach(groups)
    if across:
        parts = 'classes' if scan.data_set.classes else 'parts'
        yield Finding(
            Severity.WARNING,
            'near-duplicates across parts',
            f'{len(across)} pictures are in several {parts} as copies that were scaled, '
            'compressed, turned, mirrored or slightly moved',
            'what is tested on has nearly been trained on: the figures of the test are too good',
            'look at them; remove those that are copies from the part that is trained on, or say '
            'beside the figures that they are there',
            _lines(across),
        )
    if within:
        yield Finding(
            Severity.NOTE,
            'near-duplicates within a part',
            f'{len(within)} pictures are there in several nearly equal versions',
            'harmless in one split; where the part is split at random, some land on both sides',
            'keep one of each, or split by photograph',
            _lines(within),
        )


def _by_reach(groups: Iterable[Group]) -> tuple[list[Group], list[Group]]:
    """Groups across parts, and groups within one part."""
    across, within = [], []
    for group in groups:
        (across if len({facts.part for facts in group}) > 1 else within).append(group)
    return across, within


def _lines(groups: Iterable[Group]) -> tuple[str, ...]:
    return tuple(
        ' = '.join(f'{facts.part}: {facts.pair.image}' for facts in group[:_SHOWN])
        + (f' = {len(group) - _SHOWN} more' if len(group) > _SHOWN else '')
        for group in groups
    )
