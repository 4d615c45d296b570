"""Sizes of images and masks, and EXIF orientations that only one of both has."""

from collections import Counter
from collections.abc import Iterator

from mmcrack.datasets.masks import size_text
from mmcrack.doctor.findings import Fact, Finding, Severity
from mmcrack.doctor.scanning import PairFacts, Scan, images

_SMALL = 64  # pixels of the shorter side
_TURNED = 5  # EXIF orientations from here on exchange height and width


def check_sizes(scan: Scan) -> Iterator[Fact | Finding]:
    """Range of sizes; masks of another size; turned pictures; very small ones."""
    sizes = Counter(image.size for _, image in images(scan))
    if sizes:
        yield Fact('image sizes (height×width)', _sizes_text(sizes))
    yield from _mismatches(scan)
    yield from _turned(scan)
    yield from _small(scan)


def _sizes_text(sizes: Counter) -> str:
    common = [f'{size_text(*size)} ({count})' for size, count in sizes.most_common(3)]
    if len(sizes) > 3:
        ordered = sorted(sizes, key=lambda size: size[0] * size[1])
        common.append(
            f'and {len(sizes) - 3} more, {size_text(*ordered[0])} to {size_text(*ordered[-1])}'
        )
    return ', '.join(common)


def _mismatches(scan: Scan) -> Iterator[Finding]:
    different = [facts for facts in scan.pairs if _differs(facts)]
    unturned = [facts for facts in different if _drawn_on_the_unturned(facts)]
    others = [facts for facts in different if not _drawn_on_the_unturned(facts)]
    if others:
        yield Finding(
            Severity.ERROR,
            'mask sizes',
            f'{len(others)} masks have another size than their image',
            'training stops when the data set is built',
            'resize the mask (nearest neighbor) where it shows the same picture, else drop the '
            'pair',
            tuple(_sizes_line(facts) for facts in others),
        )
    if unturned:
        yield Finding(
            Severity.ERROR,
            'masks of unturned photographs',
            f'{len(unturned)} masks fit their photograph only without its EXIF orientation',
            'photographs are turned as EXIF says when they are read, their masks are not',
            'turn the masks, or remove the orientation (exiftool -Orientation= FILE)',
            tuple(_sizes_line(facts) for facts in unturned),
        )


def _differs(facts: PairFacts) -> bool:
    if facts.image is None or facts.mask is None:
        return False
    return facts.image.size != facts.mask.size


def _drawn_on_the_unturned(facts: PairFacts) -> bool:
    return facts.image.orientation >= _TURNED and facts.image.size[::-1] == facts.mask.size


def _sizes_line(facts: PairFacts) -> str:
    sizes = size_text(*facts.mask.size), size_text(*facts.image.size)
    return f'{facts.pair.mask}: {sizes[0]}, its image {facts.pair.image}: {sizes[1]}'


def _turned(scan: Scan) -> Iterator[Finding]:
    """Sizes agree, yet only one of both is turned: nothing in the files says which is right."""
    doubtful = tuple(
        f'{facts.pair.image}: orientation {facts.image.orientation}, '
        f'its mask: {facts.mask.orientation}'
        for facts in scan.pairs
        if facts.image is not None
        and facts.mask is not None
        and facts.image.orientation != facts.mask.orientation
        and not _differs(facts)
    )
    if doubtful:
        yield Finding(
            Severity.WARNING,
            'EXIF orientations',
            f'{len(doubtful)} photographs are turned by EXIF and their masks are not, or the '
            'reverse; the sizes agree',
            'masks drawn on the turned photograph are right, others are upside down',
            'look at one of them beside its mask in a viewer that obeys EXIF; to be safe, save the '
            'photographs turned and without the tag',
            doubtful,
        )


def _small(scan: Scan) -> Iterator[Finding]:
    small = tuple(
        f'{facts.pair.image}: {size_text(*image.size)}'
        for facts, image in images(scan)
        if min(image.size) < _SMALL
    )
    if small:
        yield Finding(
            Severity.WARNING,
            'very small images',
            f'{len(small)} images have a side below {_SMALL} pixels',
            'networks that reduce by 32 see two cells or less of them',
            'drop thumbnails; enlarge where the pictures are meant to be that small',
            small,
        )
