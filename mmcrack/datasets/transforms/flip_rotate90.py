"""The eight flips and quarter turns of an image and its label."""

import numpy as np
from mmcv.transforms import BaseTransform

from mmcrack.registry import TRANSFORMS


def flip_rotate90(image: np.ndarray, case: int) -> np.ndarray:
    """One of the eight symmetries of a square, for H×W or H×W×C.

    Args:
        image: Any dtype.
        case: 0 to 7; ``case % 4`` quarter turns counterclockwise, after a mirroring from left to
            right where ``case`` ≥ 4. 0 is the image itself.
    """
    mirrored = image[:, ::-1] if case >= 4 else image
    return np.ascontiguousarray(np.rot90(mirrored, case % 4))


@TRANSFORMS.register_module()
class RandomFlipRotate90(BaseTransform):
    """Draw one of the eight flips and quarter turns (GPLL's eightfold data, section IV-A).

    No pixel is interpolated or invented, unlike with other angles. Height and width change places
    in half of the cases. Draws come from NumPy's global state, as those of MMCV's transforms do.

    Required and changed key: ``img``. Changed where present: ``gt_seg_map``, ``img_shape``.
    """

    def transform(self, results: dict) -> dict:
        """Turn image and label alike."""
        case = np.random.randint(8)  # noqa: NPY002
        for key in {'img', 'gt_seg_map'} & results.keys():
            results[key] = flip_rotate90(results[key], case)
        results['img_shape'] = results['img'].shape[:2]
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}()'
