"""Contrast between the pixels of synthetic and real curves (FreeCOS)."""

from itertools import pairwise

import torch
import torch.nn.functional as F
from mmcv.cnn import ConvModule
from torch import Tensor, nn

from mmcrack.registry import MODELS


@MODELS.register_module()
class PixelContrast(nn.Module):
    """Pulls features of synthetic curves to those of real ones, and away from backgrounds.

    FreeCOS's curvilinear mask contrastive loss. Which pixels of a synthetic image are curve, its
    mask says; of a photograph, the prediction, where it is certain. A query is a synthetic curve
    pixel q, its positive a real curve pixel k, drawn at random, and its negatives B are background
    pixels of both kinds of images:

        −log exp(q·k/τ) / (exp(q·k/τ) + Σ exp(q·b/τ), b in B),

    the mean over the queries, of features that are projected and have unit length.

    Source: Shi et al., FreeCOS, ICCV 2023; the numbers are those of the official code. There, the
    queries are a random 30 % of the pixels off the curve's edge. Here they are as many as
    ``queries`` of all curve pixels, because hairlines have nothing but edge; backgrounds keep
    their distance from curves as there.

    Args:
        in_channels: Channels of the features.
        channels: Channels of their projection: four 3×3 convolutions and one of 1×1.
        temperature: τ.
        confidence: Probability above which a photograph's pixel is curve, and below one minus which
            it is background.
        queries: Largest number of queries in a batch.
        negatives: Largest number of negatives, half of each kind.
        margin: Distance in pixels of a synthetic image's negatives from its curves.
        norm_cfg: Normalization of the projection; batch normalization by default.

    Raises:
        ValueError: a number is out of range.
    """

    def __init__(
        self,
        in_channels: int,
        *,
        channels: int = 64,
        temperature: float = 0.1,
        confidence: float = 0.9,
        queries: int = 2048,
        negatives: int = 500,
        margin: int = 2,
        norm_cfg: dict | None = None,
    ) -> None:
        super().__init__()
        if not 0.5 <= confidence < 1 or temperature <= 0:
            raise ValueError(
                f'PixelContrast: confidence={confidence} must lie in [0.5, 1) and '
                f'temperature={temperature} be positive'
            )
        if queries < 1 or negatives < 2 or margin < 0:
            raise ValueError(
                f'PixelContrast: queries={queries} must be at least 1, negatives={negatives} at '
                f'least 2, margin={margin} at least 0'
            )
        self.projection = _projection(in_channels, channels, norm_cfg or dict(type='BN'))
        self.temperature = temperature
        self.confidence = confidence
        self.queries = queries
        self.negatives = negatives
        self.margin = margin

    def forward(self, features: Tensor, labels: Tensor, probabilities: Tensor) -> Tensor:
        """The loss of a batch; 0 where one of the kinds of pixels is missing.

        Args:
            features: (N, C, H, W).
            labels: Of the synthetic images in [0, 1]; of photographs −1, (N, 1, H, W).
            probabilities: Predicted probability of curve, (N, 1, H, W).
        """
        embedded = F.normalize(self.projection(features).float(), dim=1).permute(0, 2, 3, 1)
        synthetic, real = self._synthetic(labels), self._real(labels, probabilities)
        queries = _draw(embedded, synthetic[0], self.queries)
        positives = _draw(embedded, real[0], len(queries))
        half = self.negatives // 2
        negatives = torch.cat([_draw(embedded, kind[1], half) for kind in (synthetic, real)])
        pairs = min(len(queries), len(positives))
        if not pairs or not len(negatives):
            return embedded.sum() * 0  # keeps every parameter in the graph, as ranks need
        return self._nce(queries[:pairs], positives[:pairs], negatives)

    def _nce(self, queries: Tensor, positives: Tensor, negatives: Tensor) -> Tensor:
        own = (queries * positives).sum(1, keepdim=True)
        logits = torch.cat([own, queries @ negatives.T], 1) / self.temperature
        return F.cross_entropy(logits, logits.new_zeros(len(logits), dtype=torch.long))

    def _synthetic(self, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Curve and background of the synthetic images, bool (N, H, W)."""
        curve = labels > 0.5
        near = F.max_pool2d(curve.float(), 2 * self.margin + 1, 1, self.margin) > 0
        return curve[:, 0], ((labels >= 0) & ~near)[:, 0]

    def _real(self, labels: Tensor, probabilities: Tensor) -> tuple[Tensor, Tensor]:
        """Certain curve and background of the photographs, bool (N, H, W)."""
        real = (labels < 0).flatten(1).all(1)[:, None, None]
        probability = probabilities.detach()[:, 0]
        curve, background = probability > self.confidence, probability < 1 - self.confidence
        return real & curve, real & background


def _projection(in_channels: int, channels: int, norm_cfg: dict) -> nn.Sequential:
    widths = [in_channels, *[channels] * 4]
    blocks = [
        ConvModule(before, after, 3, padding=1, norm_cfg=norm_cfg)
        for before, after in pairwise(widths)
    ]
    return nn.Sequential(*blocks, ConvModule(channels, channels, 1, norm_cfg=norm_cfg))


def _draw(embedded: Tensor, chosen: Tensor, count: int) -> Tensor:
    """Up to ``count`` of the chosen pixels' vectors, (n, C), at random."""
    places = chosen.flatten().nonzero()[:, 0]
    order = torch.randperm(len(places), device=places.device)[:count]
    return embedded.flatten(0, 2)[places[order]]
