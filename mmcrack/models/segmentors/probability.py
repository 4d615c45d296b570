"""What mmseg's predictions say of cracks."""

from torch import Tensor


def crack_probability(seg_logits: Tensor) -> Tensor:
    """The probability of a crack, (1, H, W), from a sample's ``seg_logits``.

    mmseg's ``postprocess_result`` keeps one channel as a probability already, and two as logits.
    """
    return seg_logits if len(seg_logits) == 1 else seg_logits.softmax(0)[1:]
