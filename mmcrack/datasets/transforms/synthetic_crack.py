"""Synthetic cracks in real photographs."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS
from mmcrack.synthesis import add_crack, photograph_params


@TRANSFORMS.register_module()
class AddSyntheticCrack(BaseTransform):
    """Draw a synthetic crack into a photograph, and its exact mask into the label.

    Put it after cropping: the crack is as large as the image that it is drawn into. What the
    label says elsewhere stays, so a photograph's own cracks need labels (or −1, ignored) too.
    Draws come from NumPy's global state, as those of MMCV's transforms do.

    Required and changed keys: ``img`` (BGR uint8) and ``gt_seg_map`` (float H×W).

    Args:
        prob: Share of the photographs that get a crack.
        params: Settings of ``PhotographParams``, of which ``contrast``, ``blur`` and ``fractal``
            (a dict of ``FractalParams``) count.

    Raises:
        ValueError: ``prob`` is no probability, or a setting is out of range.
    """

    def __init__(self, *, prob: float = 0.5, params: dict | None = None) -> None:
        if not 0 <= prob <= 1:
            raise ValueError(f'AddSyntheticCrack: prob={prob} must lie in [0, 1]')
        self.prob = prob
        self.params = photograph_params(params or {})

    def transform(self, results: dict) -> dict:
        """Add a crack, or none."""
        rng = np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002
        if rng.random() >= self.prob:
            return results
        rgb, mask = add_crack(
            results['img'][..., ::-1], int(rng.integers(2**31)), params=self.params
        )
        results['img'] = np.ascontiguousarray(rgb[..., ::-1])
        results['gt_seg_map'] = np.where(mask > 0, np.float32(1), results['gt_seg_map'])
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(prob={self.prob}, params={self.params})'
