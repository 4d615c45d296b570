"""What mmseg's predictions say of cracks."""

from torch import Tensor


def crack_probability(seg_logits: Tensor) -> Tensor:
    """The probability of a crack, (1, H, W), from a sample's ``seg_logits``.

    mmseg's ``postprocess_result`` keeps one channel as a probability already, and two as logits.
    """
    return seg_logits if len(seg_logits) == 1 else seg_logits.softmax(0)[1:]


def shifted(prob: Tensor, threshold: Tensor | float) -> Tensor:
    """logit⁻¹(logit(p) − logit(t)): the threshold becomes 0.5, exact at 0 and 1, too."""
    crack = prob * (1 - threshold)
    return crack / (crack + (1 - prob) * threshold)
