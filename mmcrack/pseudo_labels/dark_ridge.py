"""Labels for dark thin structures, calibrated on each photograph by itself."""

import cv2
import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.pseudo_labels.edge import gray_image
from mmcrack.pseudo_labels.ridge_filters import oriented_ridges, slow_trend, surroundings
from mmcrack.registry import TRANSFORMS
from mmcrack.utils.holes import small_holes

_UNCERTAIN = 0.4  # of what a lower threshold finds
_LEAST_NOISE = 1.0  # gray values; flat images are not amplified beyond it
_BACKGROUND = 1.5  # standard deviations of darkness that background may have


def dark_ridge_map(
    gray: np.ndarray,
    *,
    width: tuple[float, float] = (2.0, 30.0),
    seed: float = 3.0,
    grow: float = 2.0,
    ridge: float = 5.0,
    depth: float = 0.4,
    elongation: float = 3.0,
    length: float = 25.0,
    holes: float = 0.0,
) -> np.ndarray:
    """Soft crack labels from darkness alone, float32 H×W in [0, 1].

    1. Darkness is the surroundings' gray value (without what is dark or bright in them) minus
       the pixel's, in units of its standard deviation nearby: uneven light and the surface's
       contrast drop out.
    2. Cracks grow from pixels darker than ``seed`` that lie on a ridge of an oriented line filter
       to neighbours darker than ``grow`` (hysteresis).
    3. They are kept where they are long and thin, and end where ``depth`` of the darkness nearby
       is reached, at which the label is 0.5.

    What half of the thresholds finds besides is uncertain: 0.4.

    Args:
        gray: H×W uint8, cracks darker than their surroundings.
        width: Narrowest and widest expected crack, pixels. Filters and lengths scale with it.
        seed: Darkness of a crack's seeds, in standard deviations.
        grow: Darkness of a crack's pixels, in standard deviations.
        ridge: Line response of seeds, in robust standard deviations.
        depth: Share of the darkness nearby at which a crack ends.
        elongation: Least squared extent of a crack over its area.
        length: Least extent of a crack, in narrowest widths.
        holes: Largest area of holes that are filled, as of stones in a crack, in squared narrowest
            widths.

    Raises:
        ValueError: the image is no gray uint8 image or the widths are no range of at least 1.
    """
    _check(gray, width)
    values = gray.astype(np.float32)
    light, calm = _surface(values, width[1])
    darkness = light - cv2.GaussianBlur(values, (0, 0), 0.35 * width[0])
    noise = _noise(darkness, calm, width[1])
    lines = oriented_ridges((light - values) / noise, (width[0], 2 * width[0]), calm)
    least = length * width[0]
    certain = _hysteresis(
        (darkness > seed * noise) & (lines > ridge), darkness > grow * noise, least, elongation
    )
    maybe = _hysteresis(
        (darkness > 0.6 * seed * noise) & (lines > ridge / 2), darkness > 0.6 * grow * noise,
        least / 2, elongation,
    )  # fmt: skip
    label = _up_to_depth(darkness, certain, depth, least, elongation)
    if holes:
        label[small_holes(label > 0.5, round(holes * width[0] ** 2))] = 1
    return np.where(maybe & (label < _UNCERTAIN), np.float32(_UNCERTAIN), label)


def _check(gray: np.ndarray, width: tuple[float, float]) -> None:
    if gray.ndim != 2 or gray.dtype != np.uint8:
        raise ValueError(f'needs a gray uint8 image, got {gray.dtype} of {gray.shape}')
    if not 1 <= width[0] < width[1]:
        raise ValueError(f'width={width} must be (narrowest, widest) in pixels, from 1')


def _surface(values: np.ndarray, sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """Gray value of the surroundings, and where (1, else 0) a pixel takes part in it."""
    trend = slow_trend(values)  # else the dark side's border would be darker than its mirror image
    rest = values - trend
    light = surroundings(rest, sigma)
    darkness = light - cv2.GaussianBlur(rest, (0, 0), 1)
    calm = (darkness < _BACKGROUND * darkness.std()).astype(np.float32)
    share = surroundings(calm, sigma)
    inpainted = surroundings(rest * calm, sigma) / np.maximum(share, 0.05)
    return trend + np.where(share > 0.05, inpainted, light), calm


def _noise(darkness: np.ndarray, calm: np.ndarray, sigma: float) -> np.ndarray:
    """Standard deviation of darkness nearby, drawn halfway to the photograph's median."""
    local = np.sqrt(np.maximum(surroundings(darkness**2 * calm, sigma), _LEAST_NOISE))
    return 0.5 * local + 0.5 * np.median(local)


def _hysteresis(
    seeds: np.ndarray, region: np.ndarray, length: float, elongation: float
) -> np.ndarray:
    """The components of ``region`` with seeds in them that are long and thin."""
    count, components = cv2.connectedComponents(region.astype(np.uint8), connectivity=8)
    seeded = np.zeros(count, bool)
    seeded[np.unique(components[seeds & region])] = True
    seeded[0] = False
    return _long_and_thin(seeded[components], length, elongation)


def _long_and_thin(mask: np.ndarray, length: float, elongation: float) -> np.ndarray:
    _, components, stats, _ = cv2.connectedComponentsWithStats(
        mask.astype(np.uint8), connectivity=8
    )
    extent = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(1).astype(float)
    keep = (extent > length) & (extent**2 > elongation * stats[:, cv2.CC_STAT_AREA])
    keep[0] = False
    return keep[components]


def _up_to_depth(
    darkness: np.ndarray, mask: np.ndarray, depth: float, length: float, elongation: float
) -> np.ndarray:
    """0.5 where ``depth`` of the darkest crack pixel nearby is reached, 1 at twice that."""
    nearby = np.ones((15, 15), np.uint8)
    peak = cv2.dilate(np.where(mask, darkness, np.float32(0)), nearby)
    share = np.divide(darkness, peak, out=np.zeros_like(darkness), where=peak > 0)
    soft = np.clip(0.5 * share / depth, 0, 1)
    crack = _long_and_thin(mask & (share > depth), length, elongation)
    return np.where(crack, np.maximum(soft, np.float32(0.502)), np.minimum(soft, np.float32(0.498)))


@TRANSFORMS.register_module()
class DarkRidgePseudoLabel(BaseTransform):
    """Label a photograph by :func:`dark_ridge_map`.

    Required key: ``img`` (BGR or gray, uint8). Added key: ``gt_seg_map`` (float32 H×W in [0, 1]).

    Args:
        bright: Whether cracks are brighter than their surroundings (sealed, efflorescent).
        **options: Of :func:`dark_ridge_map`.
    """

    def __init__(self, *, bright: bool = False, **options) -> None:
        self.bright = bright
        self.options = options
        dark_ridge_map(np.zeros((8, 8), np.uint8), **options)  # a misspelt option fails now

    def transform(self, results: dict) -> dict:
        """Add the label."""
        gray = gray_image(results['img'])
        results['gt_seg_map'] = dark_ridge_map(255 - gray if self.bright else gray, **self.options)
        return results

    def __repr__(self) -> str:
        options = ''.join(f', {key}={value!r}' for key, value in self.options.items())
        return f'{type(self).__name__}(bright={self.bright}{options})'
