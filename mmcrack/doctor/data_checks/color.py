"""Color models and bits of the images."""

from collections import Counter
from collections.abc import Iterator

from mmcrack.doctor.findings import Fact, Finding, Severity
from mmcrack.doctor.image_facts import ImageFacts
from mmcrack.doctor.scanning import Scan, images

_EIGHT_BITS = 8
_GRAY = ('1', 'L')
_WITH_ALPHA = ('LA', 'PA', 'RGBA', 'RGBa', 'La')
_PLAIN = ('RGB', *_GRAY, *_WITH_ALPHA)


def check_color(scan: Scan) -> Iterator[Fact | Finding]:
    """More than 8 bits, gray beside color, transparency, and other color models."""
    kinds = Counter(_text(image) for _, image in images(scan))
    if kinds:
        yield Fact('image kinds', ', '.join(f'{k} ({n})' for k, n in kinds.most_common()))
    yield from _deep(scan)
    yield from _gray_beside_color(scan)
    yield from _alpha(scan)
    yield from _other_models(scan)


def _text(image: ImageFacts) -> str:
    return f'{image.kind} {image.mode} {image.bits} bit'


def _files(scan: Scan, chosen: list[ImageFacts]) -> tuple[str, ...]:
    wanted = set(map(id, chosen))
    return tuple(f'{f.pair.image}: {_text(i)}' for f, i in images(scan) if id(i) in wanted)


def _deep(scan: Scan) -> Iterator[Finding]:
    deep = [image for _, image in images(scan) if image.bits > _EIGHT_BITS]
    if deep:
        yield Finding(
            Severity.WARNING,
            'more than 8 bits',
            f'{len(deep)} images have more than 8 bits a channel',
            'loaders keep the upper 8 of 16 bits: a 12-bit camera gives nearly black pictures',
            'convert to 8 bits over the range of values that the camera uses, the same for all',
            _files(scan, deep),
        )


def _gray_beside_color(scan: Scan) -> Iterator[Finding]:
    gray = [image for _, image in images(scan) if image.mode in _GRAY]
    others = sum(1 for _ in images(scan)) - len(gray)
    if gray and others:
        yield Finding(
            Severity.NOTE,
            'gray and color mixed',
            f'{len(gray)} images are gray, {others} have colors',
            'gray ones are loaded as three equal channels; a model may learn the camera by it '
            'where the cameras show different surfaces',
            'nothing, or an augmentation such as RandomGrayscale or PhotoMetricDistortion',
            _files(scan, gray),
        )


def _alpha(scan: Scan) -> Iterator[Finding]:
    alpha = [image for _, image in images(scan) if image.mode in _WITH_ALPHA]
    if alpha:
        yield Finding(
            Severity.NOTE,
            'transparency',
            f'{len(alpha)} images have a channel of transparency',
            'it is dropped, and what was transparent shows the color stored below it',
            'nothing where all is opaque; otherwise paint the background and save as RGB',
            _files(scan, alpha),
        )


def _other_models(scan: Scan) -> Iterator[Finding]:
    others = [
        image for _, image in images(scan) if image.mode not in _PLAIN and image.bits <= _EIGHT_BITS
    ]
    if others:
        yield Finding(
            Severity.NOTE,
            'unusual color models',
            f'{len(others)} images are stored as a palette, for print or in another unusual way',
            'loaders convert them, not all by the same formula',
            'convert them to RGB once',
            _files(scan, others),
        )
