"""RGB photographs of cracked surfaces with exact masks."""

from dataclasses import dataclass, field

import cv2
import numpy as np
from skimage.morphology import skeletonize

from mmcrack.synthesis.distractors import add_distractors
from mmcrack.synthesis.fractal import FractalParams, as_shape, fractal_crack
from mmcrack.synthesis.noise import grain, relief, value_noise
from mmcrack.synthesis.stable_random import seed_sequence
from mmcrack.synthesis.surfaces import SURFACES, background

_STREAM = 100  # key of this module's draws; fractal_crack uses the keys from 0


@dataclass(frozen=True)
class PhotographParams:
    """Family of photographs that ``crack_photograph`` draws from.

    Attributes:
        surfaces: Names of ``SURFACES``, each equally likely; repeat one to see it more often.
        background_share: Share of photographs on ``backgrounds``, where given.
        crack_free: Share of photographs without a crack.
        contrast: Lowest and highest darkening of a crack's ground; low values are faint cracks.
            On coarse surfaces it is at least ``clear`` times the grain's.
        clear: Least darkening of a crack's ground in standard deviations of the surface's grain.
        stones: Probability that grains of the surface lie in a crack. They are as bright as the
            surface, and in the mask all the same: a mask drawn by hand does not leave them out.
        distractors: Probability of each kind of distractor.
        blur: Largest blur of the camera, σ in pixels; sharp images are more frequent.
        noise: Largest sensor noise, in gray levels of 255.
        jpeg: Lowest and highest JPEG quality.
        fractal: Family of the cracks; without the finest, which no camera would resolve.
        drawn_width: Least width of a crack in the mask, pixels, odd. A hairline narrower than that
            is in the mask as a person would draw it; 0 leaves the mask as it was carved.
    """

    surfaces: tuple[str, ...] = ('concrete', 'concrete', 'asphalt', 'asphalt', 'brick', 'gravel')
    background_share: float = 0.5
    crack_free: float = 0.1
    contrast: tuple[float, float] = (0.45, 0.95)
    clear: float = 3.0
    stones: float = 0.0
    distractors: float = 0.2
    blur: float = 1.5
    noise: float = 6.0
    jpeg: tuple[int, int] = (50, 98)
    fractal: FractalParams = field(default_factory=lambda: FractalParams(width=(3.0, 36.0)))
    drawn_width: int = 0

    def __post_init__(self) -> None:
        """Refuse surfaces that do not exist, and brushes without a middle."""
        unknown = sorted(set(self.surfaces) - set(SURFACES))
        if unknown or not self.surfaces:
            raise ValueError(f'surfaces must be from {sorted(SURFACES)}, got {self.surfaces}')
        if self.drawn_width and (self.drawn_width < 0 or self.drawn_width % 2 == 0):
            raise ValueError(f'drawn_width must be 0 or odd, got {self.drawn_width}')


_DEFAULT = PhotographParams()


def photograph_params(settings: dict) -> PhotographParams:
    """``PhotographParams`` of a config's settings; ``fractal`` may be a dict."""
    if isinstance(settings.get('fractal'), dict):
        settings = {**settings, 'fractal': FractalParams(**settings['fractal'])}
    return PhotographParams(**settings)


def crack_photograph(
    size: int | tuple[int, int],
    seed: int,
    *,
    params: PhotographParams = _DEFAULT,
    backgrounds: str | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a photograph of a surface with its exact crack mask.

    The mask is ``fractal_crack(size, seed, params=params.fractal)``, hairlines drawn
    ``params.drawn_width`` wide, or empty where there is no crack. It is what was carved,
    before soft flanks and the camera's blur: every crack pixel is carved, and the contour lies
    where half of the darkness is reached (before the camera's blur, the first pixel inside has
    about 2/3 of it, the first outside 1/10).
    Masks are the same on every machine; photographs, made with floating-point filters and
    JPEG, are the same on one software stack.

    Args:
        size: Side of a square image, or (height, width), in pixels; at least 8.
        seed: Non-negative integer.
        params: Family of photographs.
        backgrounds: Folder of crack-free photographs to use as surfaces as well.

    Returns:
        RGB uint8 H×W×3 and mask uint8 H×W of 0 and 255.

    Raises:
        ValueError: If the size or the seed is out of range or a background is unreadable.
        FileNotFoundError: If ``backgrounds`` is no folder with images.
    """
    shape = as_shape(size)
    rng = np.random.default_rng(seed_sequence(seed, _STREAM))
    cracked = rng.random() >= params.crack_free
    image = _surface(shape, params, backgrounds, rng)
    image = add_distractors(image, params.distractors, rng)
    if cracked:
        mask = fractal_crack(shape, seed, params=params.fractal)
        image = image * _groove(mask, image, params, rng)[..., None]
    else:
        mask = np.zeros(shape, dtype=np.uint8)
    return _camera(_illuminate(image, rng), params, rng), _as_drawn(mask, params.drawn_width)


def add_crack(
    photograph: np.ndarray, seed: int, *, params: PhotographParams = _DEFAULT
) -> tuple[np.ndarray, np.ndarray]:
    """Draw a synthetic crack into a photograph: a real surface with an exact mask.

    As in ``crack_photograph``, without its light, noise and JPEG, which a photograph has.

    Args:
        photograph: RGB uint8 H×W×3, at least 8×8.
        seed: Non-negative integer.
        params: Family of photographs; ``contrast``, ``clear``, ``stones``, ``blur``, ``fractal``
            and ``drawn_width`` are used.

    Returns:
        RGB uint8 H×W×3 and mask uint8 H×W of 0 and 255.

    Raises:
        ValueError: If the size or the seed is out of range, or the photograph is not RGB uint8.
    """
    if photograph.dtype != np.uint8 or photograph.ndim != 3 or photograph.shape[2] != 3:
        raise ValueError(
            f'photograph must be H×W×3 uint8, got {photograph.dtype} of {photograph.shape}'
        )
    rng = np.random.default_rng(seed_sequence(seed, _STREAM))
    mask = fractal_crack(photograph.shape[:2], seed, params=params.fractal)
    image = photograph.astype(np.float32) / 255
    tone = _groove(mask, image, params, rng)
    tone = cv2.GaussianBlur(tone, (0, 0), _blur(params, rng))
    carved = np.clip(image * tone[..., None], 0, 1) * 255
    return np.rint(carved).astype(np.uint8), _as_drawn(mask, params.drawn_width)


def _surface(
    shape: tuple[int, int],
    params: PhotographParams,
    backgrounds: str | None,
    rng: np.random.Generator,
) -> np.ndarray:
    if backgrounds is not None and rng.random() < params.background_share:
        return background(shape, rng, str(backgrounds))
    return SURFACES[params.surfaces[rng.integers(len(params.surfaces))]](shape, rng)


def _groove(
    mask: np.ndarray, image: np.ndarray, params: PhotographParams, rng: np.random.Generator
) -> np.ndarray:
    """Factor, H×W, by which a crack darkens the surface or, at its rim, brightens it.

    Its depth grows with the distance from the contour, so hairlines are fainter than wide
    cracks; the flank towards the light is brighter, the ground varies and may hold debris.
    """
    shape = mask.shape
    distance = cv2.distanceTransform(mask, cv2.DIST_L2, 5)
    depth = 1 - np.exp(-distance / np.float32(rng.uniform(0.3, 1.1)))
    depth = cv2.GaussianBlur(depth, (0, 0), rng.uniform(0.35, 0.8))
    uneven = np.clip(1 + 0.12 * value_noise(shape, 24, rng, octaves=3), 0.6, 1.3)
    ground = max(rng.uniform(*params.contrast), _least_contrast(image, params.clear)) * uneven
    debris = 1 + rng.uniform(0, 0.5) * grain(shape, rng.uniform(0.6, 1.5), rng)
    dark = np.clip(depth * ground, 0, 0.97)
    (aside,) = rng.spawn(1)  # whatever it draws, the crack stays the same
    if aside.random() < params.stones:
        dark *= 1 - _stones(distance, aside)
    left = 1 - dark * np.where(depth > 0.5, np.clip(debris, 0.6, 1.1), 1)
    halo = cv2.GaussianBlur(mask, (0, 0), rng.uniform(3, 8)).astype(np.float32) / 255
    left -= rng.uniform(-0.05, 0.12) * halo
    rim = relief(cv2.GaussianBlur(depth, (0, 0), 0.8), rng.uniform(0, 2 * np.pi))
    return np.clip(left, 0.02, None) + rng.uniform(0, 0.5) * np.clip(rim, 0, None)


def _stones(distance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """How much of a crack's darkness stones take away, H×W in [0, 1]; its rim stays dark.

    Args:
        distance: From the crack's contour, 0 outside.
        rng: Source of all draws.
    """
    field = value_noise(distance.shape, rng.uniform(2.5, 10), rng)
    field += 0.3 * value_noise(distance.shape, 40, rng)  # they lie in heaps
    stones = (field > rng.uniform(0.1, 1.4)) & (distance > rng.uniform(0.7, 2.5))
    soft = cv2.GaussianBlur(stones.astype(np.float32), (0, 0), rng.uniform(0.4, 1))
    return soft * np.float32(rng.uniform(0.5, 1))


def _as_drawn(mask: np.ndarray, width: int) -> np.ndarray:
    """The mask with its hairlines as wide as a person would draw them."""
    if width < 2 or not mask.any():
        return mask
    centerlines = skeletonize(mask > 0).astype(np.uint8) * 255
    brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
    return mask | cv2.dilate(centerlines, brush)


def _least_contrast(image: np.ndarray, clear: float) -> float:
    """Darkening that stands out from the surface's grain; below it no one could draw the mask."""
    gray = image[..., 1]
    fine = gray - cv2.GaussianBlur(gray, (0, 0), 4)
    return min(clear * float(fine.std()) / max(float(gray.mean()), 1e-3), 0.95)


def _illuminate(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Apply uneven light, falling off to one side and to the corners."""
    height, width = image.shape[:2]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    slope = rng.normal(0, 0.1, 2).astype(np.float32)
    light = 1 + slope[0] * y + slope[1] * x - rng.uniform(0, 0.15) * (x * x + y * y)
    return image * np.clip(light * rng.uniform(0.8, 1.25), 0.2, None)[..., None]


def _blur(params: PhotographParams, rng: np.random.Generator) -> float:
    return 0.3 + max(params.blur - 0.3, 0) * rng.random() ** 2


def _camera(image: np.ndarray, params: PhotographParams, rng: np.random.Generator) -> np.ndarray:
    """Blur, tone, sensor noise and JPEG; returns RGB uint8."""
    image = cv2.GaussianBlur(image, (0, 0), _blur(params, rng))
    image = np.clip(image, 0, 1) ** np.float32(rng.uniform(0.8, 1.2)) * 255
    sigma = np.float32(params.noise * rng.random() ** 2)
    image += sigma * rng.standard_normal(image.shape, dtype=np.float32)
    pixels = np.clip(np.rint(image), 0, 255).astype(np.uint8)
    quality = int(rng.integers(params.jpeg[0], params.jpeg[1] + 1))
    _, packed = cv2.imencode('.jpg', pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[..., ::-1])
