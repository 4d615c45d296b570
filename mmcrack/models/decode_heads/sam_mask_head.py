"""SAM's mask decoder as a decode head without prompts."""

from collections.abc import Mapping
from typing import Any

import torch
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from segment_anything.modeling import MaskDecoder, PromptEncoder, TwoWayTransformer
from torch import Tensor, nn

from mmcrack.models.backbones.sam_checkpoints import pretrained_source, require_checkpoint
from mmcrack.registry import MODELS

_OFFICIAL_PARTS = ('prompt_encoder.', 'mask_decoder.')


@MODELS.register_module()
class SAMMaskHead(BaseDecodeHead):
    """Prompt-free mask decoder of Segment Anything (Kirillov et al., ICCV 2023).

    The official prompt encoder gives what it gives without a prompt (no points, the "no mask"
    embedding), the official mask decoder answers with its first mask, the one meant for a single
    answer. Both are trained but for what has no part in that mask: the IoU head, the other
    masks' hypernetworks, and the embeddings of points, boxes and masks, which are frozen, so that
    DDP finds no unused parameter. Their names are the official ones, so an official checkpoint
    loads by ``init_cfg=dict(type='Pretrained', checkpoint=...)``
    (:class:`~mmcrack.models.segmentors.SAMEncoderDecoder` adds that where the backbone has one).

    Takes one map of any backbone; where it has other than ``channels`` channels, a 1×1
    convolution brings it there. Returns logits at 4 times the map's resolution.

    Args:
        in_channels: Channels of the feature map.
        channels: Width of the decoder.
        depth: Layers of the two-way transformer.
        num_heads: Attention heads.
        mlp_dim: Width of the transformer's MLPs.
        out_channels: 1, or 2: then the background's logit is 0, and the softmax over the two
            equals the sigmoid of the one.
        init_cfg: MMEngine's initialization.
        **kwargs: Further arguments of mmseg's ``BaseDecodeHead``.

    Raises:
        ValueError: ``out_channels`` is neither 1 nor 2.
        FileNotFoundError: the file of ``init_cfg`` is missing.
    """

    def __init__(
        self,
        in_channels: int = 256,
        channels: int = 256,
        *,
        depth: int = 2,
        num_heads: int = 8,
        mlp_dim: int = 2048,
        out_channels: int = 1,
        init_cfg: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if out_channels not in (1, 2):
            raise ValueError(f'SAMMaskHead: out_channels must be 1 or 2, got {out_channels}')
        source = pretrained_source(init_cfg)
        if source is not None:
            require_checkpoint(source[0])
        super().__init__(
            in_channels,
            channels,
            out_channels=out_channels,
            dropout_ratio=0,
            init_cfg=init_cfg,
            **kwargs,
        )
        del self.conv_seg  # the mask is a product of embeddings
        same = in_channels == channels
        self.projection = nn.Identity() if same else nn.Conv2d(in_channels, channels, 1)
        self.prompt_encoder = PromptEncoder(
            embed_dim=channels,
            image_embedding_size=(64, 64),
            input_image_size=(1024, 1024),
            mask_in_chans=16,
        )
        transformer = TwoWayTransformer(
            depth=depth, embedding_dim=channels, mlp_dim=mlp_dim, num_heads=num_heads
        )
        self.mask_decoder = MaskDecoder(transformer_dim=channels, transformer=transformer)
        self._freeze_unused()

    def _freeze_unused(self) -> None:
        self.prompt_encoder.requires_grad_(False)
        self.prompt_encoder.no_mask_embed.requires_grad_(True)
        self.mask_decoder.iou_prediction_head.requires_grad_(False)
        self.mask_decoder.output_hypernetworks_mlps[1:].requires_grad_(False)

    def forward(self, inputs: tuple[Tensor, ...]) -> Tensor:
        """Decode the selected feature map: (N, in_channels, h, w) to logits (N, 1 or 2, 4h, 4w)."""
        mask = self._mask(self.projection(self._transform_inputs(inputs)))
        if self.out_channels == 1:
            return mask
        return torch.cat([torch.zeros_like(mask), mask], dim=1)

    def _mask(self, features: Tensor) -> Tensor:
        """``MaskDecoder.predict_masks`` for its first mask, for a batch with one prompt each."""
        decoder, (batch, _, height, width) = self.mask_decoder, features.shape
        tokens = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])
        source = features + self.prompt_encoder.no_mask_embed.weight[..., None, None]
        position = self._position(height, width).expand(batch, -1, -1, -1)
        tokens, source = decoder.transformer(source, position, tokens.expand(batch, -1, -1))
        upscaled = decoder.output_upscaling(source.transpose(1, 2).unflatten(2, (height, width)))
        weights = decoder.output_hypernetworks_mlps[0](tokens[:, 1])  # tokens: IoU, mask 0, 1, …
        return torch.einsum('nc,nchw->nhw', weights, upscaled)[:, None]

    def _position(self, height: int, width: int) -> Tensor:
        """Positional encoding of the map's grid, (1, channels, h, w), float32 in autocast too."""
        encode = self.prompt_encoder.pe_layer
        with torch.autocast(encode.positional_encoding_gaussian_matrix.device.type, enabled=False):
            return encode((height, width))[None]

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args: Any) -> None:
        """Load; of an official checkpoint, the prompt encoder and mask decoder, all of them."""
        foreign = [k for k in state_dict if k.startswith(f'{prefix}image_encoder.')]
        if foreign:
            for key in foreign:
                del state_dict[key]
            self._complete(state_dict, prefix)
        super()._load_from_state_dict(state_dict, prefix, *args)

    def _complete(self, state_dict: dict, prefix: str) -> None:
        """Check an official checkpoint's part and add what it cannot have, the projection."""
        for name, tensor in self.state_dict().items():
            key = prefix + name
            if not name.startswith(_OFFICIAL_PARTS):
                state_dict[key] = tensor
            elif key not in state_dict or state_dict[key].shape != tensor.shape:
                found = tuple(state_dict[key].shape) if key in state_dict else 'missing'
                raise ValueError(
                    f"SAM checkpoint: {name} is {found}, SAMMaskHead's is {tuple(tensor.shape)}; "
                    'set channels, depth and mlp_dim as in the checkpoint'
                )
