"""An encoder-decoder whose backbone and head are the two towers of one CLIP."""

from collections.abc import Mapping
from typing import Any

from mmseg.models.segmentors import EncoderDecoder
from mmseg.utils import OptSampleList, SampleList
from torch import Tensor

from mmcrack.models.layers.map_erosion import erode_predictions
from mmcrack.registry import MODELS


@MODELS.register_module()
class CLIPEncoderDecoder(EncoderDecoder):
    """mmseg's ``EncoderDecoder`` for CrackCLIP.

    - ``arch`` and ``pretrained`` of the backbone go for the head as well, where that does not say
      its own. So ``model.backbone.pretrained=None`` is all it takes to run on random weights.
    - ``test_cfg=dict(erode=3)`` erodes the probability map at the image's own size, three times by
      3×3. It works for any backbone and head.

    Args:
        backbone: Config of the backbone.
        decode_head: Config of the head.
        test_cfg: mmseg's, with ``erode``, a number of 3×3 erosions (0).
        **kwargs: Further arguments of mmseg's ``EncoderDecoder``.

    Raises:
        ValueError: ``erode`` is no number of times.
    """

    def __init__(
        self,
        backbone: Mapping[str, Any],
        decode_head: Mapping[str, Any],
        test_cfg: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        if _kind(backbone) == 'OpenCLIPVisual' and _kind(decode_head) == 'CLIPAdapterHead':
            shared = {k: backbone[k] for k in ('arch', 'pretrained') if k in backbone}
            decode_head = {**shared, **decode_head}
        super().__init__(backbone=backbone, decode_head=decode_head, test_cfg=test_cfg, **kwargs)
        self.erosions = (test_cfg or {}).get('erode', 0)
        if not isinstance(self.erosions, int) or self.erosions < 0:
            raise ValueError(f'test_cfg.erode must be 0, 1, 2, …, got {self.erosions!r}')

    def postprocess_result(
        self, seg_logits: Tensor, data_samples: OptSampleList = None
    ) -> SampleList:
        """mmseg's, then the erosion."""
        samples = super().postprocess_result(seg_logits, data_samples)
        if not self.erosions:
            return samples
        return erode_predictions(samples, self.erosions, self.decode_head.threshold or 0.5)


def _kind(config: Mapping[str, Any]) -> str:
    kind = config['type']
    return (kind if isinstance(kind, str) else kind.__name__).split('.')[-1]
