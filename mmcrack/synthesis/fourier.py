"""Curves carried into photographs by their Fourier amplitudes (FreeCOS)."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from mmcrack.synthesis.fractal import FractalParams, fractal_crack
from mmcrack.synthesis.stable_random import seed_sequence

_STREAM = 200  # key of this module's draws
_WHITE = 255.0


@dataclass(frozen=True)
class FourierParams:
    """Family of composites that ``fourier_composite`` draws from.

    Attributes:
        beta: Lowest and highest share of the shorter side up to which frequencies take the
            photograph's amplitude. From 0.5 on there is no frequency left that does not.
        intensity: Lowest and highest gray value of the curves, on white.
        blur: Lowest and highest σ of the blur that follows, pixels.
        noise: Largest uniform noise added at last, gray levels.
        fractal: Family of the curves.
    """

    beta: tuple[float, float] = (0.3, 0.3)
    intensity: tuple[float, float] = (0.0, 160.0)
    blur: tuple[float, float] = (2.3, 2.3)
    noise: float = 5.0
    fractal: FractalParams = field(default_factory=FractalParams)

    def __post_init__(self) -> None:
        """Refuse ranges in the wrong order or outside their bounds."""
        for name, top in (('beta', 0.5), ('intensity', _WHITE), ('blur', np.inf)):
            low, high = getattr(self, name)
            if not 0 <= low <= high <= top:
                raise ValueError(f'{name}={(low, high)}: expected (lowest, highest) in [0, {top}]')
        if self.noise < 0:
            raise ValueError(f'noise={self.noise} must not be negative')


_DEFAULT = FourierParams()


def fourier_params(settings: dict) -> FourierParams:
    """``FourierParams`` of a config's settings; ``fractal`` may be a dict."""
    if isinstance(settings.get('fractal'), dict):
        settings = {**settings, 'fractal': FractalParams(**settings['fractal'])}
    return FourierParams(**settings)


def exchange_amplitude(source: np.ndarray, target: np.ndarray, beta: float) -> np.ndarray:
    """Give an image the low-frequency amplitude of another, and leave its phase.

    Source: Yang and Soatto, FDA: Fourier Domain Adaptation for Semantic Segmentation, CVPR 2020.

    Args:
        source: The image whose phase stays, H×W×C.
        target: The image whose amplitude is taken, of the same shape.
        beta: Frequencies of up to ⌊β·min(H, W)⌋ cycles per image, along each axis, are exchanged.

    Returns:
        float32 H×W×C; values may lie outside those of the images.

    Raises:
        ValueError: the shapes differ.
    """
    if source.shape != target.shape or source.ndim != 3:
        raise ValueError(f'two H×W×C images of one shape expected: {source.shape}, {target.shape}')
    height, width = source.shape[:2]
    own, other = (np.fft.rfft2(image, axes=(0, 1)) for image in (source, target))
    reach = int(beta * min(height, width))
    rows = np.abs(np.fft.fftfreq(height, 1 / height)) <= reach
    columns = np.fft.rfftfreq(width, 1 / width) <= reach
    low = (rows[:, None] & columns)[..., None]
    amplitude = np.where(low, np.abs(other), np.abs(own))
    mixed = np.fft.irfft2(amplitude * np.exp(1j * np.angle(own)), (height, width), axes=(0, 1))
    return mixed.astype(np.float32)


def fourier_composite(
    photograph: np.ndarray, seed: int, *, params: FourierParams = _DEFAULT
) -> tuple[np.ndarray, np.ndarray]:
    """Make a labelled training image of a fractal and an unlabelled photograph.

    FreeCOS's Fractal-FDA synthesis: curves of one gray value on white, of which the phase stays,
    get the low-frequency amplitude of the photograph; blur and noise follow. So the image shows the
    curves, in the photograph's tones and with a texture as coarse as its own, and nothing that the
    photograph shows at its place: its own cracks need no label.

    Source: Shi, Ding, Zhang and Yang, FreeCOS, ICCV 2023. The default numbers are those of its
    official code for crack images (β = 0.3, a 13×13 Gaussian, noise of ±5). There, each piece of a
    curve has a gray value of its own, of all 255; here, a curve is darker than what surrounds it
    (the amplitude that its gray value decides is exchanged anyway). Fractals are this library's.

    Args:
        photograph: Gray or in colors, uint8 H×W×C, at least 8×8.
        seed: Non-negative integer.
        params: Family of composites.

    Returns:
        The image, uint8 H×W×C, and the mask, uint8 H×W of 0 and 255.

    Raises:
        ValueError: the size or the seed is out of range, or the photograph is not uint8 H×W×C.
    """
    if photograph.dtype != np.uint8 or photograph.ndim != 3:
        raise ValueError(f'photograph must be uint8 H×W×C: {photograph.dtype}, {photograph.shape}')
    rng = np.random.default_rng(seed_sequence(seed, _STREAM))
    mask = fractal_crack(photograph.shape[:2], seed, params=params.fractal)
    curves = np.where(mask > 0, np.float32(rng.uniform(*params.intensity)), np.float32(_WHITE))
    curves = np.broadcast_to(curves[..., None], photograph.shape)
    image = exchange_amplitude(curves, photograph, rng.uniform(*params.beta))
    sigma = rng.uniform(*params.blur)
    if sigma > 0:
        image = cv2.GaussianBlur(image, (0, 0), sigma).reshape(photograph.shape)
    image += rng.uniform(-params.noise, params.noise, image.shape).astype(np.float32)
    return np.clip(np.rint(image), 0, 255).astype(np.uint8), mask
