"""Class activation maps of a patch classifier: Grad-CAM and Grad-CAM++.

Ours, and short, since at the backbone's last map only pooling and a linear layer follow. Of the
libraries, grad-cam brings a second OpenCV, and torchcam 0.5.0 loses the denominator of
Grad-CAM++'s weights (it divides a copy).
"""

import numpy as np
import torch
from torch import Tensor

from mmcrack.pseudo_labels.patch_classifier import PatchClassifier


def grad_cam_weights(features: Tensor, gradients: Tensor) -> Tensor:
    """Grad-CAM's weight of each channel (Selvaraju et al. 2017, Eq. 1): the mean gradient.

    Args:
        features: A, (N, C, h, w).
        gradients: Of the class's logit with respect to A, the same shape.

    Returns:
        (N, C, 1, 1).
    """
    return gradients.mean((2, 3), keepdim=True)


def grad_cam_plus_plus_weights(features: Tensor, gradients: Tensor) -> Tensor:
    """Grad-CAM++'s weight of each channel (Chattopadhay et al. 2018, Eq. 5 and 19).

    For the score exp(logit), whose first three derivatives are exp(logit) times g, g² and g³ of
    the logit's gradient g, α = g² / (2g² + g³·ΣA) = 1 / (2 + g·ΣA) where g ≠ 0, and the weight is
    Σ α·ReLU(g). Arguments and result are those of :func:`grad_cam_weights`.
    """
    denominator = 2 + gradients * features.sum((2, 3), keepdim=True)
    denominator = torch.where(denominator == 0, torch.inf, denominator)
    return (gradients.relu() / denominator).sum((2, 3), keepdim=True)


METHODS = {'gradcam': grad_cam_weights, 'gradcam++': grad_cam_plus_plus_weights}


def class_activation(
    classifier: PatchClassifier, image: np.ndarray, method: str = 'gradcam++'
) -> np.ndarray:
    """Grad-CAM or Grad-CAM++ of the crack class at the backbone's last feature map.

    The whole photograph goes through the classifier once; ReLU, then divided by its maximum
    (GPLL, section III-B).

    Args:
        classifier: The classifier.
        image: BGR, uint8 H×W×3.
        method: ``'gradcam'`` or ``'gradcam++'``.

    Returns:
        float32 h×w in [0, 1], h and w those of the feature map; all 0 where nothing speaks for a
        crack.

    Raises:
        ValueError: the method is unknown, or the backbone gives no feature map.
    """
    check_method(method)
    batch = torch.from_numpy(image).permute(2, 0, 1)[None]
    features = classifier.features(batch).requires_grad_()  # gradients need no further depth
    logit = classifier.logits(features)[:, classifier.crack_index].sum()
    (gradients,) = torch.autograd.grad(logit, features)
    features = features.detach()
    activation = (METHODS[method](features, gradients) * features).sum(1).relu()
    peak = activation.amax((1, 2), keepdim=True)
    return (activation / torch.where(peak > 0, peak, 1))[0].cpu().numpy()


def check_method(method: str) -> None:
    """Refuse an unknown method.

    Raises:
        ValueError: it is.
    """
    if method not in METHODS:
        raise ValueError(f'class activation by {method!r}: choose one of {", ".join(METHODS)}')
