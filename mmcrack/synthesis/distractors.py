"""What looks like a crack and is none: joints, stains, shadows, writing, kerbs and the like."""

from collections.abc import Sequence

import cv2
import numpy as np

from mmcrack.synthesis.noise import value_noise

USUAL = ('stain', 'paint', 'joint', 'scratches', 'shadow')


def add_distractors(
    image: np.ndarray, rate: float, rng: np.random.Generator, kinds: Sequence[str] = USUAL
) -> np.ndarray:
    """Add each kind of distractor with probability ``rate``.

    Args:
        image: float32 H×W×3 reflectance, RGB.
        rate: Probability of each kind, in [0, 1].
        rng: Source of all draws.
        kinds: Names of ``DISTRACTORS``, in the order in which they are drawn.

    Returns:
        The image with distractors, float32 H×W×3.
    """
    for kind in kinds:
        if rng.random() < rate:
            image = DISTRACTORS[kind](image, rng)
    return image


def _stain(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Darken or lighten blotches with soft borders."""
    field = value_noise(image.shape[:2], min(image.shape[:2]) * 0.3, rng, octaves=4)
    blotch = 1 / (1 + np.exp(-rng.uniform(4, 12) * (field - rng.uniform(0.6, 1.6))))
    return image * (1 - rng.uniform(-0.2, 0.45) * blotch[..., None])


def _paint(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Paint a worn straight road marking."""
    shape = image.shape[:2]
    band = _stripe(shape, rng.uniform(0.04, 0.15) * min(shape), rng)
    worn = np.clip(value_noise(shape, 12, rng, octaves=3) * 0.4 + 0.9, 0, 1)
    paint = np.array([0.9, 0.9, 0.85] if rng.random() < 0.8 else [0.85, 0.7, 0.25], np.float32)
    cover = (band * worn * rng.uniform(0.6, 0.95))[..., None]
    return image * (1 - cover) + paint * cover


def _joint(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cut a straight joint or board mark of even width."""
    shape = image.shape[:2]
    groove = _stripe(shape, rng.uniform(0.8, 5.0) * min(shape) / 288, rng)
    return image * (1 - rng.uniform(0.2, 0.65) * groove[..., None])


def _scratches(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a few thin light scratches."""
    layer = np.zeros(image.shape[:2], np.uint8)
    for _ in range(rng.integers(1, 6)):
        ends = rng.uniform(-0.2, 1.2, (2, 2)) * image.shape[1::-1]
        line = tuple(int(value) for value in ends.ravel())
        cv2.line(layer, line[:2], line[2:], int(rng.integers(80, 256)), 1, cv2.LINE_AA)
    return image + rng.uniform(0.05, 0.2) * (layer[..., None].astype(np.float32) / 255)


def _shadow(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Cast the shadow of a straight edge over a part of the image."""
    shape = image.shape[:2]
    y, x = _grid(shape)
    angle = rng.uniform(0, 2 * np.pi)
    across = x * np.cos(angle) + y * np.sin(angle) + 0.06 * value_noise(shape, shape[0] / 3, rng)
    soft = rng.uniform(0.004, 0.05)
    dark = 1 / (1 + np.exp(np.clip((rng.uniform(-0.3, 0.3) - across) / soft, -30, 30)))
    return image * (1 - rng.uniform(0.15, 0.5) * dark[..., None])


def _specks(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Strew pits, dirt or dark pebbles, in places or everywhere; compact, as no crack is."""
    shape = image.shape[:2]
    field = value_noise(shape, rng.uniform(3, 10), rng)
    field += 0.5 * value_noise(shape, min(shape) * 0.3, rng)  # they lie in heaps
    dark = 1 / (1 + np.exp(-10 * (field - rng.uniform(1.7, 2.6))))
    return image * (1 - rng.uniform(0.2, 0.7) * dark[..., None])


def _rust(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let brown water run down or across: streaks with soft borders."""
    shape = image.shape[:2]
    along = rng.random() < 0.7
    cells = (shape[0] * rng.uniform(0.3, 1), rng.uniform(4, 20))
    streaks = value_noise(shape, cells if along else cells[::-1], rng, octaves=2)
    cover = 1 / (1 + np.exp(-rng.uniform(3, 8) * (streaks - rng.uniform(0.8, 1.8))))
    brown = np.array([0.1, 0.5, 0.8], np.float32) * rng.uniform(0.3, 0.9)
    return image * (1 - cover[..., None] * brown)


def _writing(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Write signs with a pen, chalk or a spray can: strokes of even width, bent smoothly."""
    shape = image.shape[:2]
    strokes = np.zeros(shape, np.uint8)
    text = ''.join(chr(code) for code in rng.integers(ord('!'), ord('~'), rng.integers(2, 9)))
    size = rng.uniform(0.02, 0.15) * min(shape) / 8
    thickness = int(rng.integers(1, max(int(2 * size), 1) + 2))
    corner = tuple(int(value) for value in rng.uniform(-0.1, 0.8, 2) * shape[::-1])
    cv2.putText(strokes, text, corner, int(rng.integers(8)), size, 255, thickness, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((shape[1] / 2, shape[0] / 2), rng.uniform(0, 360), 1)
    cover = cv2.warpAffine(strokes, turn, shape[::-1]).astype(np.float32) / 255
    cover = cv2.GaussianBlur(cover, (0, 0), rng.uniform(0.3, 1.2)) * np.float32(rng.uniform(0.3, 1))
    ink = np.float32(rng.uniform(0, 0.25) if rng.random() < 0.7 else rng.uniform(0.7, 1))
    return image * (1 - cover[..., None]) + ink * cover[..., None]


def _ledge(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let the surface step down: dark along a slightly wavy edge, lighter away from it on one side.

    So do frames, boards, stones and objects that lie on the ground. Where the shade is narrow and
    both sides are equally bright, a smooth crack looks the same; ``kerb`` leaves such ones out.
    """
    across, below = _step(image.shape[:2], rng, bent=1.5)
    shade = np.exp(-np.clip(across, 0, None) / rng.uniform(2, 20))
    step = 1 - rng.uniform(-0.25, 0.4) * below
    return image * (step - rng.uniform(0.3, 0.75) * below * shade)[..., None].clip(0.05)


def _kerb(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Let the surface step down as at a kerb: its two sides differ and its rough shade is wide.

    So no smooth crack looks like it: one has sides that are alike, and is not so wide.
    """
    shape = image.shape[:2]
    across, below = _step(shape, rng, bent=0.3)
    shade = np.exp(-np.clip(across, 0, None) / rng.uniform(8, 40))
    shade = shade * np.clip(1 + 0.3 * value_noise(shape, rng.uniform(2, 8), rng), 0, 1.3)
    step = 1 - rng.choice([-1, 1], p=[0.3, 0.7]) * rng.uniform(0.1, 0.35) * below
    return image * (step - rng.uniform(0.2, 0.7) * below * shade)[..., None].clip(0.05)


def _step(
    shape: tuple[int, int], rng: np.random.Generator, bent: float
) -> tuple[np.ndarray, np.ndarray]:
    """Pixels below a wavy edge, negative above it, and how much each pixel is below."""
    y, x = _grid(shape)
    angle = rng.uniform(0, 2 * np.pi)
    across = x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-0.4, 0.4)
    bend = rng.uniform(0, bent) * (y * np.cos(angle) - x * np.sin(angle)) ** 2
    across = (across + bend + 0.004 * value_noise(shape, shape[0] / 4, rng)) * max(shape)
    return across, 1 / (1 + np.exp(-np.clip(across / rng.uniform(0.4, 1.5), -30, 30)))


def _stripe(shape: tuple[int, int], width: float, rng: np.random.Generator) -> np.ndarray:
    """Straight stripe of ``width`` pixels with soft edges, mostly along the image's axes."""
    y, x = _grid(shape)
    angle = rng.integers(2) * np.pi / 2 + rng.normal(0, 0.15)
    across = np.abs(x * np.cos(angle) + y * np.sin(angle) - rng.uniform(-0.45, 0.45))
    return np.clip(width / 2 - across * max(shape) + 0.5, 0, 1).astype(np.float32)


def _grid(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Pixel coordinates, 0 in the middle, in units of the longer side; column and row."""
    longest = max(shape)
    y = (np.arange(shape[0], dtype=np.float32) - shape[0] / 2)[:, None] / longest
    x = (np.arange(shape[1], dtype=np.float32) - shape[1] / 2)[None, :] / longest
    return y, x


DISTRACTORS = {
    'stain': _stain,
    'paint': _paint,
    'joint': _joint,
    'scratches': _scratches,
    'shadow': _shadow,
    'specks': _specks,
    'rust': _rust,
    'writing': _writing,
    'ledge': _ledge,
    'kerb': _kerb,
}
