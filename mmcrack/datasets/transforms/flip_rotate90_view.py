"""One of the eight flips and quarter turns, as a view of test-time augmentation."""

from mmcv.transforms import BaseTransform

from mmcrack.datasets.transforms.flip_rotate90 import flip_rotate90
from mmcrack.registry import TRANSFORMS


@TRANSFORMS.register_module()
class FlipRotate90View(BaseTransform):
    """Turn the image, not its label: ``CrackTTAModel`` turns the view's map back.

    mmseg's ``RandomFlip`` gives a test two of the eight symmetries of a square besides the image
    itself; this gives all of them, and no pixel is interpolated:

    .. code-block:: python

        dict(
            type='TestTimeAug',
            transforms=[
                [dict(type='mmcrack.FlipRotate90View', case=case) for case in range(8)],
                [dict(type='mmcrack.PackCrackInputs')],
            ],
        )

    Required and changed keys: ``img``, ``img_shape``, ``ori_shape``. Added key: ``symmetry``, the
    case.

    Args:
        case: 0 to 7, as of :func:`mmcrack.datasets.transforms.flip_rotate90.flip_rotate90`; 0, the
            image itself, belongs first, since the first view lends its label.

    Raises:
        ValueError: ``case`` is none of them.
    """

    def __init__(self, case: int) -> None:
        if case not in range(8):
            raise ValueError(f'FlipRotate90View: case={case} must be one of 0 to 7')
        self.case = case

    def transform(self, results: dict) -> dict:
        """Turn the image."""
        results['img'] = flip_rotate90(results['img'], self.case)
        for key in ('img_shape', 'ori_shape'):
            height, width = results[key][:2]
            results[key] = (width, height) if self.case % 2 else (height, width)
        results['symmetry'] = self.case
        return results

    def __repr__(self) -> str:
        return f'{type(self).__name__}(case={self.case})'
