"""An encoder-decoder whose backbone and head are the two halves of one SAM checkpoint."""

from collections.abc import Mapping
from typing import Any

from mmseg.models.segmentors import EncoderDecoder

from mmcrack.models.backbones.sam_checkpoints import pretrained_source
from mmcrack.registry import MODELS

ENCODER_PREFIX = 'image_encoder.'


@MODELS.register_module()
class SAMEncoderDecoder(EncoderDecoder):
    """mmseg's ``EncoderDecoder`` with one switch for the official weights of both its halves.

    Where ``backbone.init_cfg`` names an official SAM checkpoint and a :class:`SAMMaskHead` says
    nothing about its own initialization, the head loads its half of the same file. So
    ``model.backbone.init_cfg=None`` is all it takes to train both from random weights.

    Args:
        backbone: Config of the backbone.
        decode_head: Config of the head.
        **kwargs: Further arguments of mmseg's ``EncoderDecoder``.
    """

    def __init__(
        self, backbone: Mapping[str, Any], decode_head: Mapping[str, Any], **kwargs: Any
    ) -> None:
        source = pretrained_source(backbone.get('init_cfg'))
        official = source is not None and source[1] == ENCODER_PREFIX
        if official and 'init_cfg' not in decode_head and _is_sam_head(decode_head):
            pretrained = {'type': 'Pretrained', 'checkpoint': source[0]}
            decode_head = {**decode_head, 'init_cfg': pretrained}
        super().__init__(backbone=backbone, decode_head=decode_head, **kwargs)


def _is_sam_head(decode_head: Mapping[str, Any]) -> bool:
    kind = decode_head['type']
    return (kind if isinstance(kind, str) else kind.__name__).split('.')[-1] == 'SAMMaskHead'
