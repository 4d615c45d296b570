import numpy as np
import pytest

from mmcrack.pseudo_labels import AgreementPseudoLabel, DarkRidgePseudoLabel, agreement


def bar(column, rows=slice(None)):
    label = np.zeros((12, 12), np.float32)
    label[rows, column] = 1
    return label


def test_the_first_label_leads_and_the_others_confirm_or_doubt():
    confidence = agreement([bar(4), bar(5, slice(0, 6)), bar(10)], tolerance=1)
    assert np.allclose(confidence[0:6, 4], 2 / 3)  # one of two others is near
    assert np.allclose(confidence[8:, 4], 1 / 3)  # nobody else
    assert np.allclose(confidence[:, 10], 1 / 3)  # only another
    assert np.allclose(confidence[0:6, 5], 1 / 3)
    assert not confidence[:, [0, 7]].any()


def test_full_agreement_is_the_first_label():
    np.testing.assert_array_equal(agreement([bar(4), bar(4), bar(4)]), bar(4))


@pytest.mark.parametrize('labels', [[bar(1)], [bar(1), np.zeros((4, 4), np.float32)]])
def test_labels_that_cannot_be_compared_are_refused(labels):
    with pytest.raises(ValueError, match='two or more labels of one size'):
        agreement(labels)


def test_labellers_are_built_from_configs_and_chains():
    ridge, edge = dict(type='mmcrack.DarkRidgePseudoLabel'), dict(type='mmcrack.EdgePseudoLabel')
    image = np.full((60, 80, 3), 160, np.uint8)
    image[20:24] = 60
    results = AgreementPseudoLabel([ridge, [edge]], tolerance=3)({'img': image})
    alone = DarkRidgePseudoLabel()({'img': image})['gt_seg_map'] > 0.5
    np.testing.assert_array_equal(results['gt_seg_map'] == 1, alone)
    with pytest.raises(ValueError, match='two or more'):
        AgreementPseudoLabel([ridge])
