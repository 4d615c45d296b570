"""The patch classifier computes what mmpretrain's model computes, and knows its crack class."""

import pytest
import torch
from torch import nn

from mmcrack.pseudo_labels.patch_classifier import PatchClassifier, with_folded_batch_norm


@pytest.fixture
def images():
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (5, 3, 32, 32), dtype=torch.uint8, generator=generator)


def test_probabilities_are_those_of_the_model(classifier_model, images):
    inputs = classifier_model.data_preprocessor({'inputs': list(images)}, training=False)
    samples = classifier_model.predict(inputs['inputs'])
    expected = torch.stack([sample.pred_score for sample in samples])
    for crack_index in (0, 1):
        classifier = PatchClassifier(classifier_model, crack_index, device='cpu', batch_size=2)
        probabilities = classifier.crack_probabilities(images)
        torch.testing.assert_close(probabilities, expected[:, crack_index], rtol=1e-4, atol=1e-5)
    assert expected[:, 1].std() > 0.01


def test_batch_norms_are_folded_and_the_given_model_is_left_alone(classifier_model):
    classifier = PatchClassifier(classifier_model, device='cpu')
    assert not any(isinstance(m, nn.BatchNorm2d) for m in classifier.model.modules())
    assert any(isinstance(m, nn.BatchNorm2d) for m in classifier_model.modules())
    assert all(p.requires_grad for p in classifier_model.parameters())


def test_what_cannot_be_folded_stays_as_it_is():
    class Swapped(nn.Module):
        """Its norm is listed after the convolution and computed before it."""

        def __init__(self):
            super().__init__()
            self.backbone = self.conv = nn.Conv2d(3, 3, 1)
            self.norm = nn.BatchNorm2d(3)
            self.norm.running_mean += 2

        def forward(self, inputs, mode):
            return self.conv(self.norm(inputs)).mean((2, 3))

    model = Swapped().eval()
    assert with_folded_batch_norm(model) is model


def test_the_crack_class_is_found_by_its_name(save_classifier, images):
    usual = PatchClassifier.from_checkpoint(save_classifier(), device='cpu')
    swapped = PatchClassifier.from_checkpoint(save_classifier(('crack', 'none')), device='cpu')
    torch.testing.assert_close(
        usual.crack_probabilities(images), 1 - swapped.crack_probabilities(images)
    )


def test_normalization_outside_the_model_section_is_found(classifier_checkpoint):
    classifier = PatchClassifier.from_checkpoint(classifier_checkpoint, device='cpu')
    white = classifier.prepare(torch.full((1, 3, 2, 2), 255.0))
    torch.testing.assert_close(white[0, 0, 0, 0], torch.tensor((255 - 123.675) / 58.395))


def test_three_classes_are_refused_by_name(save_classifier):
    with pytest.raises(ValueError, match=r'epoch_6\.pth: .* 3 classes \(none, crack, scratch\)'):
        PatchClassifier.from_checkpoint(save_classifier(('none', 'crack', 'scratch')))


def test_unnamed_classes_are_refused(save_classifier):
    with pytest.raises(ValueError, match=r'epoch_6\.pth: does not name its classes'):
        PatchClassifier.from_checkpoint(save_classifier(()))


def test_a_crack_class_of_another_name_is_asked_for(save_classifier):
    checkpoint = save_classifier(('intact', 'cracked'))
    with pytest.raises(ValueError, match=r'intact and cracked; .*crack_class'):
        PatchClassifier.from_checkpoint(checkpoint)
    assert PatchClassifier.from_checkpoint(checkpoint, crack_class='cracked').crack_index == 1


def test_other_files_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'nowhere\.pth.*configs/gpll'):
        PatchClassifier.from_checkpoint('nowhere.pth')
    path = tmp_path / 'weights.pth'
    torch.save({'weight': torch.zeros(1)}, path)
    with pytest.raises(ValueError, match=r'weights\.pth'):
        PatchClassifier.from_checkpoint(str(path))
