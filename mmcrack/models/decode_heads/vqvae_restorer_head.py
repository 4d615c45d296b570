"""CoGenSAM's VQVAE behind its encoder: quantizer, decoder and losses of stages I and II."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.models.utils import resize
from mmseg.utils import SampleList
from torch import Tensor, nn

from mmcrack.models.from_checkpoint import segmentor_from_checkpoint
from mmcrack.models.layers.codebook import Codebook
from mmcrack.models.layers.contrastive import ContrastiveInteraction
from mmcrack.models.layers.crack_prior import CrackPrior
from mmcrack.models.layers.frozen import Frozen
from mmcrack.models.layers.vq_blocks import up_block
from mmcrack.registry import MODELS

# Start at the share of crack pixels (sigmoid(−3) = 5 %). From 0.5 the first steps would teach
# every feature to say "background", and the logits of cracks then rise by the bias alone.
_START = {'type': 'Normal', 'std': 0.1, 'bias': -3.0, 'override': {'name': 'conv_seg'}}


@MODELS.register_module()
class VQVAERestorerHead(BaseDecodeHead):
    """Quantizes a latent with a codebook and decodes it to a mask (CoGenSAM, Eq. 3 to 10).

    Stage I (``contrast=None``) reconstructs whole masks. Stage II restores corrupted masks and
    interacts with a frozen stage I model, given by ``prior``. The decoder's output is a logit:
    its sigmoid is compared with the mask in training and is the label of Eq. 12 later.

    Args:
        channels: Width of the decoder's last block.
        decoder_channels: Width of each decoder block, as many as the encoder halves; the
            mirror of :class:`VQEncoder` by default.
        embed_dim: Dimension c of the latent and of a codebook entry. A backbone of another
            width is projected to it.
        codebook: Arguments of :class:`Codebook`; None leaves the latent as it is (the ablation
            "w/o Codebook").
        contrast: Arguments of :class:`ContrastiveInteraction`; None for stage I and for the
            ablation "w/o L_c".
        prior: ``dict(checkpoint=...)`` of the stage I model, needed with ``contrast``. It is
            frozen, and neither saved nor optimized with this model.
        num_res_blocks: ResBlocks a decoder block.
        enlarge_last: Mirror of ``VQEncoder(reduce_first=True)``.
        kwargs: Arguments of mmseg's ``BaseDecodeHead``.

    Raises:
        ValueError: ``contrast`` without ``prior`` or without ``codebook``, or several inputs.
    """

    def __init__(
        self,
        *,
        channels: int = 64,
        decoder_channels: Sequence[int] = (256, 256, 128, 64),
        embed_dim: int = 256,
        codebook: dict | None = None,
        contrast: dict | None = None,
        prior: dict | None = None,
        num_res_blocks: int = 2,
        enlarge_last: bool = False,
        **kwargs,
    ) -> None:
        kwargs.setdefault('dropout_ratio', 0)
        kwargs.setdefault('init_cfg', _START)
        super().__init__(channels=channels, **kwargs)
        self._check(codebook, contrast, prior)
        self.to_latent = (
            nn.Identity()
            if self.in_channels == embed_dim
            else nn.Conv2d(self.in_channels, embed_dim, 1)
        )
        self.codebook = None if codebook is None else Codebook(dim=embed_dim, **codebook)
        self.contrast = (
            None if contrast is None else ContrastiveInteraction(dim=embed_dim, **contrast)
        )
        self.prior_cfg = prior
        self.prior = Frozen()
        self.decoder = self._build_decoder(
            embed_dim, decoder_channels, num_res_blocks, enlarge_last
        )

    def _check(self, codebook: dict | None, contrast: dict | None, prior: dict | None) -> None:
        if self.input_transform is not None:
            raise ValueError('VQVAERestorerHead reads one level: give one in_index, no transform.')
        if contrast is not None and (codebook is None or prior is None):
            raise ValueError(
                'decode_head.contrast compares two codebooks: give decode_head.codebook and '
                "decode_head.prior=dict(checkpoint='work_dirs/…/epoch_20.pth') of stage I too."
            )

    def _build_decoder(
        self, embed_dim: int, widths: Sequence[int], num_blocks: int, enlarge_last: bool
    ) -> nn.Sequential:
        widths = [*widths, self.channels]
        blocks = [
            up_block(
                wide,
                narrow,
                num_blocks=num_blocks,
                enlarge_last=enlarge_last,
                norm_cfg=self.norm_cfg or {'type': 'BN'},
            )
            for wide, narrow in pairwise(widths)
        ]
        return nn.Sequential(nn.Conv2d(embed_dim, widths[0], 1), *blocks)

    def init_weights(self) -> None:
        """Initialize, and load the stage I model early: a bad path fails before training."""
        super().init_weights()
        if self.contrast is not None:
            self._load_prior()

    def _load_prior(self) -> None:
        stage_one = segmentor_from_checkpoint(
            self.prior_cfg['checkpoint'],
            'the stage I model (model.decode_head.prior.checkpoint); '
            'configs/cogensam/vqvae_prior.py trains one',
        )
        self.prior.hold(CrackPrior(stage_one).to(next(self.parameters()).device))

    def latent(self, inputs: tuple[Tensor, ...]) -> Tensor:
        """z_e (Eq. 2) of (N, embed_dim, h, w) from the backbone's levels."""
        return self.to_latent(self._transform_inputs(inputs))

    def decode(self, codes: Tensor) -> Tensor:
        """Logits (N, out_channels, H, W) of codes (N, embed_dim, h, w) (Eq. 5)."""
        return self.cls_seg(self.decoder(codes))

    def forward(self, inputs: tuple[Tensor, ...]) -> Tensor:
        """Logits of the restored mask from the backbone's levels."""
        z = self.latent(inputs)
        return self.decode(z if self.codebook is None else self.codebook(z).straight_through)

    def loss(
        self, inputs: tuple[Tensor, ...], batch_data_samples: SampleList, train_cfg: dict
    ) -> dict[str, Tensor]:
        """Eq. 6 for stage I, Eq. 10 for stage II, with the codebook's health figures."""
        z = self.latent(inputs)
        if self.codebook is None:
            return self.loss_by_feat(self.decode(z), batch_data_samples)
        quantized = self.codebook(z)
        losses = self.loss_by_feat(self.decode(quantized.straight_through), batch_data_samples)
        losses['loss_codebook'] = quantized.loss
        if self.contrast is not None:
            if self.prior.is_empty:  # a Runner has called init_weights
                self._load_prior()
            whole = self._stack_batch_gt(batch_data_samples).float()
            losses['loss_contrast'] = self.contrast(quantized.codes, self.prior(whole))
        with torch.no_grad():
            losses.update(self.codebook.health(quantized.indices))
        return losses

    def loss_by_feat(self, seg_logits: Tensor, batch_data_samples: SampleList) -> dict[str, Tensor]:
        """The reconstruction loss; mmseg's accuracy means nothing on soft masks."""
        masks = self._stack_batch_gt(batch_data_samples)
        logits = resize(
            seg_logits, size=masks.shape[2:], mode='bilinear', align_corners=self.align_corners
        )
        loss = self.loss_decode(logits, masks.squeeze(1), ignore_index=self.ignore_index)
        return {self.loss_decode.loss_name: loss}
