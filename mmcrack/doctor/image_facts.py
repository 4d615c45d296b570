"""Reads an image once and keeps the little that the checks need to know of it."""

import hashlib
import io
from pathlib import Path
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageOps

from mmcrack.doctor.descriptors import describe

_EXIF_ORIENTATION = 0x0112
_BITS_OF_MODE = {'1': 1, 'I': 32, 'F': 32}
_TIFF_BITS = 258
_PNG_BITS = 24  # offset of the bit depth in the file


class ImageFacts(NamedTuple):
    """What is known of an image.

    Args:
        size: Height and width, turned as EXIF says.
        mode: Pillow's, such as ``RGB`` or ``L``.
        bits: Of a channel, as stored.
        kind: File format, such as ``JPEG``.
        orientation: EXIF's, 1 where it says nothing.
        digest: Of the pixels.
        descriptor: See :mod:`mmcrack.doctor.descriptors`.
    """

    size: tuple[int, int]
    mode: str
    bits: int
    kind: str
    orientation: int
    digest: bytes
    descriptor: np.ndarray


def read_image_facts(path: Path) -> ImageFacts:
    """Decode an image to its end.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is no image, is damaged or cut short.
    """
    content = path.read_bytes()
    try:
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            bits = _bits(image, content)
            orientation = orientation_of(image)
            turned = ImageOps.exif_transpose(image)
            color = _eight_bits(turned)
            return ImageFacts(
                (turned.height, turned.width),
                image.mode,
                bits,
                image.format or '?',
                orientation,
                _digest(turned),
                describe(np.asarray(color.convert('L'))),
            )
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        reason = str(error) if content else 'the file is empty'
        raise ValueError(f'{path}: cannot be read as an image ({reason})') from error


def orientation_of(image: Image.Image) -> int:
    """EXIF's orientation, 1 where the file says nothing."""
    return int(image.getexif().get(_EXIF_ORIENTATION, 1) or 1)


def _digest(image: Image.Image) -> bytes:
    """Of the pixels, so that the same picture in another lossless format has the same."""
    digest = hashlib.blake2b(repr((image.size, image.mode)).encode(), digest_size=16)
    digest.update(image.tobytes())
    return digest.digest()


def _bits(image: Image.Image, content: bytes) -> int:
    """Bits of a channel as stored: Pillow reads some images of 16 bits as 8."""
    if image.format == 'PNG':
        return content[_PNG_BITS]
    if image.format == 'TIFF':
        return max(image.tag_v2.get(_TIFF_BITS, (8,)))
    if image.mode.startswith('I;16'):
        return 16
    return _BITS_OF_MODE.get(image.mode, 8)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Deep gray images over their own range, which Pillow's conversion would clip."""
    if image.mode not in ('I', 'F') and not image.mode.startswith('I;16'):
        return image
    values = np.nan_to_num(np.asarray(image).astype(np.float64))
    spread = values.max() - values.min()
    scaled = (values - values.min()) * (255 / spread) if spread else np.zeros_like(values)
    return Image.fromarray(scaled.astype(np.uint8))
