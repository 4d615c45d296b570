import pytest
import torch
from mmpretrain.structures import DataSample
from sklearn.metrics import f1_score, precision_score, recall_score

from mmcrack.evaluation import MacroFScore


def evaluate(scores, labels):
    metric = MacroFScore()
    samples = [
        DataSample().set_gt_label(label).set_pred_score(score).to_dict()
        for score, label in zip(scores, labels, strict=True)
    ]
    metric.process({}, samples)
    return metric.evaluate(len(samples))


def test_equals_scikit_learn_s_means():
    torch.manual_seed(0)
    scores, labels = torch.rand(50, 3).softmax(1), torch.randint(0, 3, (50,)).tolist()
    result, predicted = evaluate(scores, labels), scores.argmax(1).tolist()
    p = 100 * precision_score(labels, predicted, average='macro')
    r = 100 * recall_score(labels, predicted, average='macro')
    assert result['single-label/f_score'] == pytest.approx(2 * p * r / (p + r), rel=1e-5)
    assert result['single-label/precision'] == pytest.approx(p, rel=1e-5)
    f1 = 100 * f1_score(labels, predicted, average='macro')
    assert result['single-label/f1-score'] == pytest.approx(f1, rel=1e-5)
    assert result['single-label/f_score'] != pytest.approx(f1, rel=1e-4)


def test_fits_a_row_of_the_paper_s_table():
    assert pytest.approx(89.00, abs=0.005) == 2 * 89.95 * 88.07 / (89.95 + 88.07)


def test_nothing_right_is_zero():
    assert evaluate(torch.eye(2), [1, 0])['single-label/f_score'] == 0
