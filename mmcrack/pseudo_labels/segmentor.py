"""Labels photographs with a trained segmenter: the step between rounds of self-training."""

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.device import get_device
from mmseg.structures import SegDataSample

from mmcrack.models.from_checkpoint import segmentor_from_checkpoint
from mmcrack.models.segmentors.probability import crack_probability
from mmcrack.pseudo_labels.images import bgr_image
from mmcrack.registry import TRANSFORMS
from mmcrack.utils.tiling import check_tiles, tiled_strips

_PURPOSE = 'the segmenter of SegmentorPseudoLabel; any training of a segmenter makes one'
_STRIDE = 32  # of the coarsest level of usual networks


@TRANSFORMS.register_module()
class SegmentorPseudoLabel(BaseTransform):
    """Labels a photograph by a segmenter's crack probability, averaged over views of it.

    Required key: ``img`` (BGR or gray, uint8). Added key: ``gt_seg_map`` (float32 H×W in
    [0, 1]).

    A view with a side longer than a tile goes through in tiles, which overlap by a quarter and are
    blended, so that the network's memory does not grow with the photograph.

    Args:
        checkpoint: The segmenter. It is built from the config it carries.
        scales: Sizes of the views, as factors of the photograph's.
        flip: Whether each view is also seen mirrored: left-right, upside down, and both.
        device: ``'cpu'``, ``'cuda'``, …; MMEngine's choice by default.
        tile: Side of the tiles in pixels, a multiple of 128.

    Raises:
        FileNotFoundError: there is no such checkpoint.
        ValueError: it is no segmenter of background and crack, a scale is not positive, or the
            tile is no multiple of 128.
    """

    def __init__(
        self,
        checkpoint: str,
        *,
        scales: tuple[float, ...] = (1.0,),
        flip: bool = True,
        device: str | None = None,
        tile: int = 1024,
    ) -> None:
        if not scales or min(scales) <= 0:
            raise ValueError(f'SegmentorPseudoLabel: scales={scales} must be positive')
        check_tiles(tile, tile // 4, _STRIDE)
        self.tile = tile
        self.checkpoint = checkpoint
        self.scales = tuple(scales)
        self.flip = flip
        self.model = segmentor_from_checkpoint(checkpoint, _PURPOSE).to(device or get_device())
        classes = self.model.decode_head.num_classes
        if classes != 2:
            raise ValueError(f'{checkpoint}: {classes} classes; it should be {_PURPOSE}')

    def transform(self, results: dict) -> dict:
        """Add the label."""
        results['gt_seg_map'] = self.label(bgr_image(results['img']))
        return results

    def label(self, image: np.ndarray) -> np.ndarray:
        """float32 H×W in [0, 1] of a BGR image, uint8 H×W×3."""
        total, count = np.zeros(image.shape[:2], np.float32), 0
        for view in self._views(image):  # one at a time: those of large photographs fill memory
            total += view
            count += 1
        return total / np.float32(count)

    def _views(self, image: np.ndarray) -> Iterator[np.ndarray]:
        height, width = image.shape[:2]
        for scale in self.scales:
            size = (max(round(width * scale), 1), max(round(height * scale), 1))
            filtered = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
            scaled = image if scale == 1 else cv2.resize(image, size, interpolation=filtered)
            for axes in [(), (0,), (1,), (0, 1)] if self.flip else [()]:
                seen = np.flip(self._probability(np.flip(scaled, axes)), axes)
                yield (
                    seen if scale == 1 else cv2.resize(np.ascontiguousarray(seen), (width, height))
                )

    def _probability(self, image: np.ndarray) -> np.ndarray:
        """Of one view, whole or in tiles."""
        if max(image.shape[:2]) <= self.tile:
            return self._window(image)
        overlap = self.tile // 4
        strips = tiled_strips(
            lambda rows, columns: torch.from_numpy(self._window(image[rows, columns])),
            image.shape[:2],
            tile=self.tile,
            overlap=overlap,
            divisor=_STRIDE,
            margin=overlap // 4,
        )
        return np.concatenate([strip.numpy() for _, strip in strips])

    @torch.inference_mode()
    def _window(self, image: np.ndarray) -> np.ndarray:
        pixels = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
        size = image.shape[:2]
        sample = SegDataSample(metainfo={'img_shape': size, 'ori_shape': size})
        (sample,) = self.model.test_step({'inputs': [pixels], 'data_samples': [sample]})
        return crack_probability(sample.seg_logits.data)[0].float().cpu().numpy()

    def __repr__(self) -> str:
        return (
            f'{type(self).__name__}(checkpoint={self.checkpoint!r}, scales={self.scales}, '
            f'flip={self.flip})'
        )
