"""Distractors in real photographs."""

from collections.abc import Sequence

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS
from mmcrack.synthesis import DISTRACTORS, add_distractors


@TRANSFORMS.register_module()
class AddDistractors(BaseTransform):
    """Draw into a photograph what looks like a crack and is none; its label stays.

    Put it after cropping and before ``AddSyntheticCrack``. Draws come from NumPy's global state, as
    those of MMCV's transforms do.

    Required and changed key: ``img`` (BGR uint8).

    Args:
        rate: Probability of each kind.
        kinds: Names of ``mmcrack.synthesis.DISTRACTORS``. ``'paint'`` is none of the default ones:
            it hides cracks that the label holds.

    Raises:
        ValueError: ``rate`` is no probability, or there is no such kind.
    """

    def __init__(
        self,
        *,
        rate: float = 0.2,
        kinds: Sequence[str] = ('stain', 'joint', 'scratches', 'shadow', 'specks', 'rust'),
    ) -> None:
        if not 0 <= rate <= 1:
            raise ValueError(f'AddDistractors: rate={rate} must lie in [0, 1]')
        unknown = sorted(set(kinds) - set(DISTRACTORS))
        if unknown or not kinds:
            raise ValueError(
                f'AddDistractors: kinds must be from {sorted(DISTRACTORS)}, got {list(kinds)}'
            )
        self.rate = rate
        self.kinds = tuple(kinds)

    def transform(self, results: dict) -> dict:
        """Add some distractors, or none."""
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002
        rgb = results['img'][..., ::-1].astype(np.float32) / 255
        drawn = np.clip(add_distractors(rgb, self.rate, rng, self.kinds), 0, 1) * 255
        results['img'] = np.ascontiguousarray(np.rint(drawn).astype(np.uint8)[..., ::-1])
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(rate={self.rate}, kinds={self.kinds})'
