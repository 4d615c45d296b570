"""Class activation against the papers' definitions, by derivatives that autograd takes."""

import numpy as np
import pytest
import torch

from mmcrack.pseudo_labels.class_activation import class_activation
from mmcrack.pseudo_labels.patch_classifier import PatchClassifier


@pytest.fixture(scope='module', params=[0, 1])
def classifier(request, classifier_model):
    return PatchClassifier(classifier_model, request.param, device='cpu')


@pytest.fixture
def image():
    return np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)


def crack_logit(classifier, features):
    return classifier.logits(features)[0, classifier.crack_index]


def features_of(classifier, image):
    return classifier.features(torch.from_numpy(image).permute(2, 0, 1)[None])


def scaled(activation):
    return (activation.clamp(min=0) / activation.max()).numpy()


def test_grad_cam_weighs_channels_by_their_mean_gradient(classifier, image):
    features = features_of(classifier, image).requires_grad_()
    (gradients,) = torch.autograd.grad(crack_logit(classifier, features), features)
    weights = gradients.mean((2, 3), keepdim=True)
    expected = scaled((weights * features.detach()).sum(1)[0])
    found = class_activation(classifier, image, 'gradcam')
    assert found.shape == (2, 3)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def derivatives(classifier, features, position):
    """The first three of exp(logit) with respect to one value of the features."""
    features = features.double()
    step = torch.zeros((), dtype=torch.float64, requires_grad=True)
    shift = torch.zeros_like(features)
    shift[position] = 1
    score = (crack_logit(classifier, features + step * shift)).exp()
    for _ in range(3):
        (score,) = torch.autograd.grad(score, step, create_graph=True)
        yield float(score.detach())


def test_grad_cam_plus_plus_has_the_papers_weights(classifier, image):
    classifier.model.head.double()
    features = features_of(classifier, image)
    orders = np.zeros((3, *features.shape))
    for position in np.ndindex(*features.shape):
        orders[(slice(None), *position)] = list(derivatives(classifier, features, position))
    classifier.model.head.float()
    first, second, third = orders
    values = features.numpy().astype(float)
    alpha = second / (2 * second + values.sum((2, 3), keepdims=True) * third)
    weights = (alpha * np.maximum(first, 0)).sum((2, 3), keepdims=True)
    expected = scaled(torch.from_numpy((weights * values).sum(1)[0]))
    np.testing.assert_allclose(class_activation(classifier, image), expected, atol=1e-4)


def test_an_image_without_evidence_gives_zeros(classifier_model, image):
    classifier = PatchClassifier(classifier_model, device='cpu')
    classifier.model.head.fc.weight[1] = -classifier.model.head.fc.weight[1].abs()
    assert not class_activation(classifier, image).any()


def test_unknown_methods_and_backbones_without_maps_are_refused(classifier, image):
    with pytest.raises(ValueError, match=r'gradcam, gradcam\+\+'):
        class_activation(classifier, image, 'lime')
    backbone = classifier.model.backbone
    hook = backbone.register_forward_hook(lambda module, args, output: (output[-1].mean((2, 3)),))
    with pytest.raises(ValueError, match='ResNet is of shape'):
        class_activation(classifier, image)
    hook.remove()
