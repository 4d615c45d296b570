"""Restores corrupted crack labels with a stage II VQVAE (CoGenSAM, Eq. 12)."""

import numpy as np
import torch
from mmcv.transforms import BaseTransform
from mmengine.device import get_device
from torch import Tensor, nn

from mmcrack.models.from_checkpoint import segmentor_from_checkpoint
from mmcrack.registry import TRANSFORMS
from mmcrack.utils.tiling import apply_tiled

_DIVISOR = 16


@TRANSFORMS.register_module()
class RestorePseudoLabel(BaseTransform):
    """Replaces a corrupted label by the restorer's Y_gen = sigmoid(X_recon) (Eq. 12).

    Labels of any size are padded to a multiple of 16; those larger than ``tile`` are restored
    in overlapping, blended tiles.

    Required and changed key: ``gt_seg_map`` (float32 H×W in [0, 1]).

    Args:
        checkpoint: The stage II model. It is built from the config it carries.
        device: ``'cpu'``, ``'cuda'``, …; MMEngine's choice by default.
        tile: Largest side restored at once, in pixels, a multiple of 16.
        overlap: Pixels that neighbouring tiles share, a multiple of 16.

    Raises:
        FileNotFoundError: there is no such checkpoint.
    """

    def __init__(
        self, checkpoint: str, *, device: str | None = None, tile: int = 1024, overlap: int = 128
    ) -> None:
        self.checkpoint = checkpoint
        self.device = device or get_device()
        self.tile = tile
        self.overlap = overlap
        self.model = self._load()

    def _load(self) -> nn.Module:
        purpose = (
            'the restorer of corrupted labels (RestorePseudoLabel.checkpoint); '
            'configs/cogensam/vqvae_restorer.py trains one'
        )
        return segmentor_from_checkpoint(self.checkpoint, purpose).to(self.device)

    def transform(self, results: dict) -> dict:
        """Restore the label."""
        results['gt_seg_map'] = self.restore(results['gt_seg_map'])
        return results

    def restore(self, label: np.ndarray) -> np.ndarray:
        """Y_gen, float32 H×W in [0, 1], of a corrupted label X_cor of the same form."""
        image = torch.from_numpy(np.ascontiguousarray(label, dtype=np.float32))
        restored = apply_tiled(
            self._restore_batch,
            image.to(self.device)[None, None],
            tile=self.tile,
            overlap=self.overlap,
            divisor=_DIVISOR,
        )
        return restored[0, 0].cpu().numpy()

    @torch.inference_mode()
    def _restore_batch(self, labels: Tensor) -> Tensor:
        """(N, 1, H, W) in [0, 1] to the same."""
        preprocessor = self.model.data_preprocessor
        inputs = (labels * 255 - preprocessor.mean) / preprocessor.std
        logits = self.model.encode_decode(inputs, [{'img_shape': labels.shape[-2:]}])
        return logits.sigmoid()

    def __repr__(self) -> str:
        return f'RestorePseudoLabel(checkpoint={self.checkpoint!r}, device={self.device!r})'
