"""The classification metric of the IGMSDA paper."""

from mmpretrain.evaluation import SingleLabelMetric

from mmcrack.registry import METRICS


@METRICS.register_module()
class MacroFScore(SingleLabelMetric):
    """Precision and recall, each a mean over the classes, and F = 2PR/(P + R) (IGMSDA, Eq. 13–15).

    ``f_score`` is the harmonic mean of the two means, which is what the paper's tables hold;
    mmpretrain's ``f1-score`` beside it is the mean of the classes' F1. All are in percent, with
    the prefix ``single-label``.

    Args:
        **kwargs: ``num_classes``, ``collect_device`` and ``prefix`` of mmpretrain's
            ``SingleLabelMetric``.
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(items=('precision', 'recall', 'f1-score'), average='macro', **kwargs)

    def compute_metrics(self, results: list) -> dict[str, float]:
        """The three of mmpretrain and ``f_score``."""
        scores = super().compute_metrics(results)
        precision, recall = scores['precision'], scores['recall']
        total = precision + recall
        scores['f_score'] = 2 * precision * recall / total if total else 0.0
        return scores
