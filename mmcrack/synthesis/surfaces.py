"""Crack-free surfaces: procedural concrete and asphalt, shipped textures, own photographs."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from skimage import data

from mmcrack.synthesis.noise import grain, relief, value_noise

_IMAGE_SUFFIXES = ('.jpg', '.jpeg', '.png', '.bmp', '.tif', '.tiff')
_MOST_MAGNIFIED = 0.35  # texture pixels per image pixel
_WARMTH = np.array([1.0, 0.1, -1.0], dtype=np.float32)


def concrete(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Draw concrete or plaster: cement tones, stains, grain, relief and pores.

    Args:
        shape: Height and width, pixels.
        rng: Source of all draws.

    Returns:
        float32 H×W×3 reflectance, RGB, around [0, 1].
    """
    side = min(shape)
    stains = value_noise(shape, side * rng.uniform(0.2, 0.8), rng, octaves=3)
    clouds = value_noise(shape, rng.uniform(8, 40), rng, octaves=3)
    tone = rng.uniform(0.45, 0.8) * (
        1
        + rng.uniform(0.02, 0.09) * stains
        + rng.uniform(0.0, 0.05) * clouds
        + rng.uniform(0.015, 0.07) * grain(shape, rng.uniform(0.5, 1.3), rng)
    )
    tone += _relief(shape, rng, most=0.3)
    tone -= _pores(shape, rng)
    if rng.random() < 0.25:
        cells = (shape[0] * 0.5, rng.uniform(1.5, 4))  # brush or board marks
        flip = rng.random() < 0.5
        marks = value_noise(shape[::-1] if flip else shape, cells, rng)
        tone += rng.uniform(0.01, 0.05) * (marks.T if flip else marks)
    return _coloured(tone, rng.uniform(-0.04, 0.12), rng)


def asphalt(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Draw asphalt or exposed aggregate: stones of several tones in dark binder.

    Args:
        shape: Height and width, pixels.
        rng: Source of all draws.

    Returns:
        float32 H×W×3 reflectance, RGB, around [0, 1].
    """
    stones = _stones(shape, rng.uniform(2.0, 9.0), rng)
    if rng.random() < 0.5:
        stones = 0.5 * stones + 0.5 * _stones(shape, rng.uniform(1.5, 4.0), rng)
    wear = value_noise(shape, min(shape) * rng.uniform(0.2, 0.8), rng, octaves=3)
    tone = rng.uniform(0.28, 0.6) * (
        1
        + rng.uniform(0.1, 0.4) * stones
        + rng.uniform(0.02, 0.08) * wear
        + rng.uniform(0.02, 0.1) * grain(shape, rng.uniform(0.5, 1.0), rng)
    )
    return _coloured(tone + _relief(shape, rng, most=0.22), rng.uniform(-0.03, 0.05), rng)


def brick(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Cut scikit-image's CC0 brick wall (mortar joints included), coloured at random."""
    return _texture('brick', shape, rng, scales=(0.5, 1.5), warmth=(0.0, 0.35))


def gravel(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Cut scikit-image's CC0 gravel, coloured at random."""
    return _texture('gravel', shape, rng, scales=(1.0, 1.75), warmth=(-0.03, 0.08))


SURFACES: dict[str, Callable[[tuple[int, int], np.random.Generator], np.ndarray]] = {
    'concrete': concrete,
    'asphalt': asphalt,
    'brick': brick,
    'gravel': gravel,
}


@lru_cache(maxsize=8)
def background_files(folder: str) -> tuple[Path, ...]:
    """List the images of a folder of crack-free photographs, sorted by path.

    Raises:
        FileNotFoundError: If the folder does not exist or holds no image.
    """
    if not Path(folder).is_dir():
        raise FileNotFoundError(f'backgrounds: {folder} is not a folder')
    paths = sorted(p for p in Path(folder).rglob('*') if p.suffix.lower() in _IMAGE_SUFFIXES)
    if not paths:
        raise FileNotFoundError(f'backgrounds: {folder} holds no image {_IMAGE_SUFFIXES}')
    return tuple(paths)


def background(shape: tuple[int, int], rng: np.random.Generator, folder: str) -> np.ndarray:
    """Cut a random window of a random image of ``folder``; float32 H×W×3 RGB in [0, 1].

    Raises:
        ValueError: If the file is not a readable image.
    """
    files = background_files(folder)
    image = _read(files[rng.integers(len(files))])
    return _window(image, shape, rng, scales=(1.0, 1.0), turn=False).astype(np.float32) / 255


@lru_cache(maxsize=16)
def _read(path: Path) -> np.ndarray:
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError(f'backgrounds: {path} is not a readable image')
    return np.ascontiguousarray(image[..., ::-1])


@lru_cache(maxsize=2)
def _shipped(name: str) -> np.ndarray:
    """Load a texture of scikit-image that is part of its installation."""
    return getattr(data, name)()


def _texture(
    name: str,
    shape: tuple[int, int],
    rng: np.random.Generator,
    *,
    scales: tuple[float, float],
    warmth: tuple[float, float],
) -> np.ndarray:
    image = _shipped(name)
    widest = max((min(image.shape) - 1) / max(shape), _MOST_MAGNIFIED)  # no mirror images
    scales = (min(scales[0], widest), min(scales[1], widest))
    cut = _window(image, shape, rng, scales=scales, turn=True).astype(np.float32) / 255
    contrast = rng.uniform(0.3, 0.9)
    tone = rng.uniform(0.4, 0.65) * (1 + contrast * (cut / float(cut.mean()) - 1))
    return _coloured(tone, rng.uniform(*warmth), rng)


def _window(
    image: np.ndarray,
    shape: tuple[int, int],
    rng: np.random.Generator,
    *,
    scales: tuple[float, float],
    turn: bool,
) -> np.ndarray:
    """Cut a random window, mirrored at the image's borders where it is larger than the image."""
    if turn:
        image = np.rot90(image, rng.integers(4))
    image = np.ascontiguousarray(image[:, :: rng.choice((-1, 1))])
    step = rng.uniform(*scales)
    start = [rng.uniform(0, max(n - m * step, 0)) for n, m in zip(image.shape, shape, strict=False)]
    if step == 1:
        start = np.floor(start)  # keep a photograph's own pixels
    warp = np.array([[step, 0, start[1]], [0, step, start[0]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(image, warp, shape[::-1], flags=flags, borderMode=cv2.BORDER_REFLECT_101)


def _stones(shape: tuple[int, int], size: float, rng: np.random.Generator) -> np.ndarray:
    """Cover the plane with stones about ``size`` pixels wide; mean near 0, H×W float32."""
    free = (rng.random(shape, dtype=np.float32) > 1 / size**2).astype(np.uint8)
    free[0, 0] = 0
    distance, label = cv2.distanceTransformWithLabels(
        free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    tones = rng.standard_normal(int(label.max()) + 1, dtype=np.float32)
    light = rng.random(tones.shape) < rng.uniform(0, 0.15)
    stones = np.where(light, tones + rng.uniform(1, 3), tones)[label]
    return cv2.GaussianBlur(stones - (distance / np.float32(size)) ** 2, (0, 0), 0.6)


def _relief(shape: tuple[int, int], rng: np.random.Generator, most: float) -> np.ndarray:
    height = value_noise(shape, rng.uniform(3, 14), rng, octaves=2)
    return most * rng.random() ** 2 * relief(height, rng.uniform(0, 2 * np.pi))


def _pores(shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Darkness of small round holes of several depths."""
    depth = np.zeros(shape, dtype=np.float32)
    for radius in (0, 1, 2):
        count = int(shape[0] * shape[1] * rng.random() ** 3 * 0.004 / (1 + 3 * radius) ** 2)
        y, x = rng.integers(shape[0], size=count), rng.integers(shape[1], size=count)
        layer = np.zeros(shape, dtype=np.float32)
        layer[y, x] = rng.uniform(0.05, 0.4, count)
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
        depth = np.maximum(depth, cv2.dilate(layer, disc))
    return cv2.GaussianBlur(depth, (0, 0), 0.7)


def _coloured(tone: np.ndarray, warmth: float, rng: np.random.Generator) -> np.ndarray:
    """Give a gray surface its colour, warm (> 0) or cold, varying slowly."""
    drift = value_noise(tone.shape, min(tone.shape) * 0.5, rng)
    tint = warmth + rng.uniform(0, 0.02) * drift
    return tone[..., None] * (1 + tint[..., None] * _WARMTH)
