"""Values of the masks: other than 0 and 255, inverted, empty, or crack all over."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from mmcrack.doctor.findings import Fact, Finding, Severity
from mmcrack.doctor.scanning import Scan, masks

_INVERTED = 0.5  # share of crack pixels above which a mask looks inverted
_MEANS = 'training stops when the data set is built'
_TROUBLES = {  # what, remedy
    'compressed': (
        'hold values near 0 and 255 besides: they were compressed (JPEG), scaled or anti-aliased',
        'LoadCrackAnnotations(threshold=0.5), or a converter with --threshold 0.5, makes them hard',
    ),
    'two values': (
        'hold two values, which are not 0 and 255',
        'if the higher one is crack, scale the values to 0 and 255, or use '
        'LoadCrackAnnotations(threshold=…) between the two, divided by 255',
    ),
    'classes': (
        'hold small numbers that look like several classes',
        'write masks of 0 and 255 with the classes that you call crack; ignore_value=… of '
        'LoadCrackAnnotations leaves one value out',
    ),
    'gray': (
        'hold many gray values',
        'if they are probabilities, LoadCrackAnnotations(soft=True); if the folder holds '
        'pictures, choose the folder of the masks',
    ),
}


def check_mask_values(scan: Scan) -> Iterator[Fact | Finding]:
    """Shares of crack, odd values, inverted, empty and full masks."""
    shares = np.array([mask.crack_share for _, mask in masks(scan)])
    if not len(shares):
        return
    low, middle, high = 100 * np.percentile(shares, [5, 50, 95])
    yield Fact(
        'share of crack pixels',
        f'median {middle:.2f} %, 5 % to 95 % of the masks {low:.2f} to {high:.2f} %',
    )
    yield from _troubles(scan)
    yield from _inverted(scan)
    yield from _empty(scan)


def _troubles(scan: Scan) -> Iterator[Finding]:
    for trouble, (what, remedy) in _TROUBLES.items():
        odd = [(facts, mask) for facts, mask in masks(scan) if mask.trouble == trouble]
        if odd:
            lines = tuple(f'{facts.pair.mask}: {mask.values}' for facts, mask in odd)
            text = f'{len(odd)} masks {what}'
            yield Finding(Severity.ERROR, 'mask values', text, _MEANS, remedy, lines)


def _inverted(scan: Scan) -> Iterator[Finding]:
    total = Counter(facts.part for facts, _ in masks(scan))
    bright = [(facts, mask) for facts, mask in masks(scan) if mask.crack_share > _INVERTED]
    many = {part for part, n in Counter(f.part for f, _ in bright).items() if 2 * n > total[part]}
    inverted = [(facts, mask) for facts, mask in bright if facts.part in many]
    single = [(facts, mask) for facts, mask in bright if facts.part not in many]
    lines = [
        tuple(f'{f.pair.mask}: {100 * mask.crack_share:.1f} % crack' for f, mask in group)
        for group in (inverted, single)
    ]
    if inverted:
        yield Finding(
            Severity.ERROR,
            'inverted masks',
            f'{len(inverted)} masks, most of {", ".join(sorted(many))}, are crack in more than '
            'half of their pixels',
            'cracks are dark on white: the model would learn the background',
            'LoadCrackAnnotations(invert=True), or invert the files',
            lines[0],
        )
    if single:
        yield Finding(
            Severity.WARNING,
            'masks mostly crack',
            f'{len(single)} masks are crack in more than half of their pixels, or all over',
            'a mask that is inverted or filled by mistake teaches the opposite of the others',
            'look at them; invert or drop those that are wrong',
            lines[1],
        )


def _empty(scan: Scan) -> Iterator[Finding]:
    empty = tuple(str(facts.pair.mask) for facts, mask in masks(scan) if mask.crack_share == 0)
    if not empty:
        return
    total = sum(1 for _ in masks(scan))
    most = 2 * len(empty) > total
    yield Finding(
        Severity.WARNING if most else Severity.NOTE,
        'empty masks',
        f'{len(empty)} of {total} masks have no crack pixel',
        'right where there is no crack; in a test, an image without crack scores 1 where nothing '
        'is predicted and else 0, which moves means over images',
        'look at some of them; drop those whose crack was left out',
        empty,
    )
