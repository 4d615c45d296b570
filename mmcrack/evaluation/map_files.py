"""Files of probability maps."""

import io
from pathlib import Path

import cv2
import numpy as np

from mmcrack.utils.atomic_files import write_atomically

IMAGE_SUFFIXES = ('.png', '.tif', '.tiff', '.jpg', '.jpeg', '.bmp')
MAP_SUFFIXES = (*IMAGE_SUFFIXES, '.npy')


def check_bits(bits: int) -> None:
    """Raise ValueError where maps cannot be written with so many bits."""
    if bits not in (8, 16):
        raise ValueError(f'maps are written with 8 or 16 bits per pixel, not {bits!r}')


def write_map(path: Path, prob: np.ndarray, *, bits: int = 8) -> None:
    """Write a probability map as a gray PNG, at once or not at all.

    The values are those of :func:`map_steps`. The folder is made where it is missing.

    Args:
        path: The ``.png`` file.
        prob: H×W in [0, 1].
        bits: 8 or 16 bits per pixel.

    Raises:
        ValueError: the map has NaN or values outside [0, 1].
    """
    check_bits(bits)
    _, png = cv2.imencode('.png', map_steps(prob, path, bits=bits))
    write_atomically(path, png.tobytes())


def map_steps(prob: np.ndarray, path: Path, *, bits: int = 8) -> np.ndarray:
    """Probabilities as the integers that are kept in a file of 8 or 16 bits per pixel.

    The value is the nearest of 2^bits − 1 steps, at a tie the lower: p > 0.5 is then the same in
    the file, so F1, mIoU and clDice are too.

    Args:
        prob: Any shape, in [0, 1].
        path: The file, for the error.
        bits: 8 or 16.

    Raises:
        ValueError: there is NaN, or a value outside [0, 1].
    """
    prob = np.asarray(prob, np.float64)
    if not (prob.min() >= 0 and prob.max() <= 1):
        raise ValueError(f'{path}: the map to write has NaN or values outside [0, 1]')
    return np.ceil(prob * (2**bits - 1) - 0.5).astype(np.uint8 if bits == 8 else np.uint16)


def read_map(path: Path) -> np.ndarray:
    """Read a probability map.

    Args:
        path: As :func:`read_steps`.

    Returns:
        float32 H×W. The values of float files are as they are: whether they lie in [0, 1] is
        checked where they are compared.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it cannot be read, has differing color channels, or other values than these.
    """
    return steps_as_probabilities(read_steps(path))


def steps_as_probabilities(steps: np.ndarray) -> np.ndarray:
    """What :func:`read_steps` read, as float32: value / 255 or / 65535; floats as they are."""
    if steps.dtype in (np.uint8, np.uint16):
        return steps.astype(np.float32) / np.float32(np.iinfo(steps.dtype).max)
    return steps.astype(np.float32)


def read_steps(path: Path) -> np.ndarray:
    """Read a probability map as it is stored, in as little memory.

    Args:
        path: A gray image of 8 or 16 bits (which mean value / 255 or / 65535), a one-bit image,
            an image of 32-bit floats, or a ``.npy`` file of floats, of bools, or of 8 or 16 bits.

    Returns:
        H×W: uint8, uint16, bool or floats.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it cannot be read, has differing color channels, or other values than these.
    """
    if not path.is_file():
        raise FileNotFoundError(f'{path}: no such probability map')
    values = _read_npy(path) if path.suffix.lower() == '.npy' else _read_image(path)
    if values.ndim != 2:
        raise ValueError(f'{path}: has shape {values.shape}, expected a map of height × width')
    known = values.dtype in (bool, np.uint8, np.uint16) or np.issubdtype(values.dtype, np.floating)
    if not known:
        raise ValueError(f'{path}: {values.dtype} values; save 8 or 16 bits, or floats in [0, 1]')
    return values


def _read_npy(path: Path) -> np.ndarray:
    try:
        values = np.load(io.BytesIO(path.read_bytes()), allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise ValueError(f'{path}: cannot be read as an array ({error})') from error
    return values[0] if values.ndim == 3 and values.shape[0] == 1 else values


def _read_image(path: Path) -> np.ndarray:
    values = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_UNCHANGED)
    if values is None:
        raise ValueError(f'{path}: cannot be read as an image')
    if values.ndim == 2:
        return values
    color = values[..., :3]
    if (color != color[..., :1]).any():
        raise ValueError(f'{path}: its color channels differ; save the map with one channel')
    return np.ascontiguousarray(color[..., 0])
