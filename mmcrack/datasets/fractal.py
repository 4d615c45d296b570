"""Synthetic crack masks and photographs as an MMSegmentation data set."""

import numpy as np
from mmseg.datasets import BaseSegDataset

from mmcrack.datasets.crack_dataset import CrackDataset
from mmcrack.registry import DATASETS
from mmcrack.synthesis import (
    FractalParams,
    PhotographParams,
    crack_photograph,
    fractal_crack,
    indexed_seed,
    photograph_params,
)
from mmcrack.synthesis.fractal import as_shape
from mmcrack.synthesis.surfaces import background_files


@DATASETS.register_module()
class FractalCrackDataset(BaseSegDataset):
    """Crack masks or photographs, generated when they are asked for.

    The index and the seed alone decide an image, whatever the worker, rank or epoch: item i is
    drawn with the seed seed·2³² + i. The pipeline starts with ``img``, ``gt_seg_map`` and the
    usual keys in place, so it has no loading transform.

    Args:
        length: Number of images.
        size: Side of a square image, or (height, width), in pixels; at least 8.
        seed: Non-negative integer; different seeds never share a generator's stream.
        mode: ``'mask'``: the image is the mask, H×W×1 uint8 of 0 and 255 (CoGenSAM, stages I
            and II). ``'photograph'``: BGR, H×W×3 uint8, as MMCV loads images. The label is
            float32 H×W of 0 and 1 in both.
        params: Settings of ``FractalParams`` or ``PhotographParams``, by the mode.
        backgrounds: Folder of crack-free photographs, for photographs.
        **kwargs: Of ``BaseSegDataset`` (``pipeline``, ``test_mode``, ``indices``, …).

    Raises:
        ValueError: If an argument is out of range.
        FileNotFoundError: If ``backgrounds`` is no folder with images.
    """

    METAINFO = CrackDataset.METAINFO  # so that both go into one ConcatDataset

    def __init__(
        self,
        *,
        length: int = 10_000,
        size: int | tuple[int, int] = 288,
        seed: int = 0,
        mode: str = 'mask',
        params: dict | None = None,
        backgrounds: str | None = None,
        **kwargs,
    ) -> None:
        if mode not in ('mask', 'photograph'):
            raise ValueError(f"mode must be 'mask' or 'photograph', got {mode!r}")
        if length < 1:
            raise ValueError(f'length must be at least 1, got {length}')
        if backgrounds is not None:
            if mode == 'mask':
                raise ValueError("backgrounds need mode='photograph'")
            background_files(str(backgrounds))
        indexed_seed(seed, length - 1)
        self.length = length
        self.size = as_shape(size)
        self.seed = seed
        self.mode = mode
        self.params = _params(mode, params or {})
        self.backgrounds = backgrounds
        super().__init__(**{'ignore_index': -1, **kwargs})

    def load_data_list(self) -> list[dict]:
        """List the images by name; nothing is generated yet."""
        return [
            dict(img_path=f'fractal/{index:06d}', fractal_index=index)
            for index in range(self.length)
        ]

    def prepare_data(self, idx: int) -> dict:
        """Generate image ``idx`` with its label and apply the pipeline."""
        results = self.get_data_info(idx)
        image, mask = self._generate(results['fractal_index'])
        results.update(
            img=image,
            img_shape=self.size,
            ori_shape=self.size,
            gt_seg_map=(mask // 255).astype(np.float32),
            seg_fields=['gt_seg_map'],
            label_map=self.label_map,
            reduce_zero_label=self.reduce_zero_label,
        )
        return self.pipeline(results)

    def _generate(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Draw the image, H×W×1 or H×W×3, and the mask, both uint8."""
        seed = indexed_seed(self.seed, index)
        if self.mode == 'mask':
            mask = fractal_crack(self.size, seed, params=self.params)
            return mask[..., None], mask
        rgb, mask = crack_photograph(
            self.size, seed, params=self.params, backgrounds=self.backgrounds
        )
        return np.ascontiguousarray(rgb[..., ::-1]), mask


def _params(mode: str, settings: dict) -> FractalParams | PhotographParams:
    if mode == 'mask':
        return FractalParams(**settings)
    return photograph_params(settings)
