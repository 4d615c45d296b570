"""Labelled training images from unlabelled photographs, by Fourier amplitudes."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS
from mmcrack.synthesis import fourier_composite, fourier_params


@TRANSFORMS.register_module()
class FourierAmplitudeExchange(BaseTransform):
    """Replace a photograph by a fractal in its tones, and its label by the fractal's mask.

    FreeCOS's Fractal-FDA synthesis (:func:`mmcrack.synthesis.fourier.fourier_composite`): the phase
    is the fractal's, the low-frequency amplitude the photograph's. Put it after cropping: the
    fractal is as large as the image. Draws come from NumPy's global state, as those of MMCV's
    transforms do.

    Required and changed key: ``img`` (uint8 H×W×C). Added key, whatever it was: ``gt_seg_map``
    (float32 H×W of 0 and 1).

    Args:
        **params: Settings of ``FourierParams``: ``beta``, ``intensity``, ``blur``, ``noise``, and
            ``fractal``, a dict of ``FractalParams``.

    Raises:
        ValueError: a setting is out of range; when called, the image is not uint8 H×W×C.
    """

    def __init__(self, **params) -> None:
        self.params = fourier_params(params)

    def transform(self, results: dict) -> dict:
        """Replace image and label."""
        seed = np.random.randint(2**31)  # noqa: NPY002
        image, mask = fourier_composite(results['img'], seed, params=self.params)
        results['img'] = image
        results['gt_seg_map'] = (mask > 0).astype(np.float32)
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}({self.params})'
