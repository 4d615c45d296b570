"""Mask files: reading, their values, and their sizes.

Every file-reading function raises an error that begins with the file's path.
"""

from pathlib import Path

import numpy as np
from PIL import Image

_EXIF_ORIENTATION = 0x0112
_MAT_CRACK_OF = {1: 0, 2: 255, 3: 0, 4: 255}


def size_text(height: int, width: int) -> str:
    """``height×width`` as error messages print it."""
    return f'{height}×{width}'


def read_mask(path: str | Path) -> np.ndarray:
    """Read a mask file as it is stored.

    Args:
        path: An 8-bit or 1-bit image of one channel (or of equal color channels), or a ``.mat``
            file of CFD (``groundTruth[0, 0]['Segmentation']``).

    Returns:
        uint8 H×W; 1-bit images and ``.mat`` files give 0 and 255.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it cannot be read, or has another number of channels or bits.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'{path}: no such mask file')
    if Path(path).suffix.lower() == '.mat':
        return _read_mat(path)
    try:
        with Image.open(path) as image:
            values = np.asarray(_gray_palette(image))
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f'{path}: cannot be read as an image ({error})') from error
    if values.dtype == bool:
        return values.astype(np.uint8) * 255
    if values.dtype != np.uint8:
        raise ValueError(f'{path}: {values.dtype} values; save the mask with 8 bits per pixel')
    return _single_channel(values, path)


def _gray_palette(image: Image.Image) -> Image.Image:
    """A palette image's grays; its indices where the palette has colors, as mmseg's masks do."""
    if image.mode != 'P':
        return image
    gray = image.convert('RGB').convert('L')
    same = np.array_equal(np.asarray(gray.convert('RGB')), np.asarray(image.convert('RGB')))
    return gray if same else image


def _single_channel(values: np.ndarray, path: str | Path) -> np.ndarray:
    if values.ndim == 2:
        return values
    alpha = values.shape[2] in (2, 4)
    color = values[..., : values.shape[2] - alpha]
    if (color != color[..., :1]).any():
        raise ValueError(
            f'{path}: its {color.shape[2]} color channels differ; save the mask with one channel'
        )
    return np.ascontiguousarray(color[..., 0])


def _read_mat(path: str | Path) -> np.ndarray:
    """CFD's regions: 1 background, 2 crack; a few files also 3 (hole), 4 (crack hard to see)."""
    from scipy.io import loadmat  # only this format needs SciPy's reader

    try:
        values = np.asarray(loadmat(str(path))['groundTruth'][0, 0]['Segmentation'])
    except Exception as error:  # SciPy's reader raises many kinds on files that are none
        raise ValueError(
            f"{path}: has no groundTruth[0, 0]['Segmentation'], as CFD's .mat files do ({error})"
        ) from error
    odd = ~np.isin(values, list(_MAT_CRACK_OF))
    if values.ndim != 2 or odd.any():
        raise ValueError(
            f'{path}: Segmentation of shape {values.shape}, with {int(odd.sum())} values other '
            f'than {", ".join(map(str, _MAT_CRACK_OF))}'
        )
    return np.array([0, *_MAT_CRACK_OF.values()], np.uint8)[values.astype(np.intp)]


def label_from_mask(
    values: np.ndarray,
    path: str | Path,
    *,
    soft: bool = False,
    threshold: float | None = None,
    invert: bool = False,
    ignore_value: int | None = None,
) -> np.ndarray:
    """Turn stored mask values into a label.

    Args:
        values: uint8 H×W of :func:`read_mask`.
        path: The file they came from, for the errors.
        soft: Whether the values are 8-bit probabilities, value / 255. Otherwise the mask must be
            hard: 0 and 255, or 0 and 1.
        threshold: Makes a hard label of a mask with other values (a mask kept as JPEG): crack
            where value / 255 > threshold.
        invert: Whether cracks are dark on white.
        ignore_value: Stored value of pixels to ignore.

    Returns:
        float32 H×W in [0, 1], −1 where ignored.

    Raises:
        ValueError: a hard mask has other values.
    """
    ignored = np.zeros(values.shape, bool) if ignore_value is None else values == ignore_value
    if soft:
        label = values / np.float32(255)
    elif threshold is not None:
        label = (values / np.float32(255) > threshold).astype(np.float32)
    else:
        label = _hard_label(values, ignored, path)
    if invert:
        label = 1 - label
    label[ignored] = -1
    return label


def _hard_label(values: np.ndarray, ignored: np.ndarray, path: str | Path) -> np.ndarray:
    counts = np.bincount(values[~ignored], minlength=256)
    present = np.flatnonzero(counts)
    if set(present) <= {0, 1} or set(present) <= {0, 255}:
        return (values > 0).astype(np.float32)
    odd = [value for value in present if value not in (0, 255)]
    shown = ', '.join(f'{value} ({counts[value]}×)' for value in odd[:5])
    raise ValueError(
        f'{path}: {int(counts[odd].sum())} of {values.size} pixels are neither 0 nor 255 (nor all '
        f'0 and 1): {shown}{", …" if len(odd) > 5 else ""}; use soft=True for 8-bit soft labels, '
        'or threshold=0.5 to make the mask hard'
    )


def file_size(path: str | Path) -> tuple[int, int]:
    """Height and width of an image or mask, from the file's header where it has one.

    An EXIF orientation counts, because image loaders turn the picture by it.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is no image.
    """
    if not Path(path).is_file():
        raise FileNotFoundError(f'{path}: no such file')
    if Path(path).suffix.lower() == '.mat':
        return _read_mat(path).shape
    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = image.getexif().get(_EXIF_ORIENTATION, 1) >= 5
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f'{path}: cannot be read as an image ({error})') from error
    return (width, height) if turned else (height, width)


def check_decodes(path: str | Path) -> None:
    """Decode an image to its end.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is no image, or is damaged or cut short (which OpenCV passes over).
    """
    try:
        with Image.open(path) as image:
            image.load()
    except FileNotFoundError as error:
        raise FileNotFoundError(f'{path}: no such file') from error
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f'{path}: cannot be read as an image ({error})') from error


def check_same_size(
    mask_path: str | Path, mask_size: tuple[int, int], image_size: tuple[int, int]
) -> None:
    """Compare the (height, width) of a mask with its image's.

    Raises:
        ValueError: they differ.
    """
    if tuple(mask_size) != tuple(image_size):
        raise ValueError(
            f'{mask_path}: {size_text(*mask_size)}, its image is {size_text(*image_size)}; '
            'resize the mask or drop the pair'
        )
