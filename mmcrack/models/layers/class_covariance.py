"""Running class means and covariances of features (ISDA's online estimate)."""

from typing import Any

import torch
from mmengine.dist import all_reduce, get_world_size
from torch import Tensor, nn


class ClassCovariance(nn.Module):
    """Mean and covariance of each class over all features seen in training.

    Equal to the covariances (divided by n, not n − 1) of all features given to :meth:`update`
    so far, on all ranks together: the online estimate of ISDA (Wang et al., TPAMI 2022), which
    IGMSDA takes over (Algorithm 1, line 7). A class that is absent from a batch keeps its values.

    All values are buffers, so checkpoints hold them. They are empty until :meth:`allocate` or a
    checkpoint gives them their sizes: a loss learns the number of classes and features from the
    model's last layer.
    """

    def __init__(self) -> None:
        super().__init__()
        self._set_buffers(0, 0, torch.device('cpu'))

    def _set_buffers(self, classes: int, features: int, device: torch.device) -> None:
        options = dict(dtype=torch.float32, device=device)
        self.register_buffer('count', torch.zeros(classes, dtype=torch.long, device=device))
        self.register_buffer('mean', torch.zeros(classes, features, **options))
        self.register_buffer('covariance', torch.zeros(classes, features, features, **options))

    @property
    def allocated(self) -> bool:
        """Whether the sizes are known."""
        return self.mean.numel() > 0

    def allocate(self, classes: int, features: int, device: torch.device) -> None:
        """Set the sizes, once.

        Raises:
            ValueError: The sizes are known and differ.
        """
        if not self.allocated:
            self._set_buffers(classes, features, device)
        elif self.mean.shape != (classes, features):
            raise ValueError(
                f'covariances of {tuple(self.mean.shape)} (classes, features) do not fit a last '
                f'layer of ({classes}, {features})'
            )

    @torch.no_grad()
    def update(self, features: Tensor, labels: Tensor) -> None:
        """Take in a batch; with several ranks, their batches together.

        Args:
            features: (N, F), or (N, F, H, W) with a feature for each pixel.
            labels: Class indices, int64 (N,) or (N, H, W); negative ones count nowhere.
        """
        if features.ndim == 2:  # as one image of N pixels
            features, labels = features.T[None], labels[None]
        features, labels = features.detach().flatten(2), labels.flatten(1)
        count, mean = self._batch_means(features, labels)
        if not mean.isfinite().all():
            return  # the loss is not finite either; float16 skips such a step
        total = self.count + count
        # Chan et al.'s merge of two sets, the new one's share of both being w
        share = count / total.clamp(min=1)
        shift = mean - self.mean
        between = shift * (self.count * share)[:, None].sqrt()
        ranks = get_world_size()  # each adds its members and an equal part of the rest
        for index, (n, w) in enumerate(zip(total.tolist(), share.tolist(), strict=True)):
            if w == 0:
                continue
            covariance = self.covariance[index]
            covariance.addr_(
                between[index], between[index], beta=(1 - w) / ranks, alpha=1 / (n * ranks)
            )
            for image, label in zip(features, labels, strict=True):  # a copy of one at a time
                members = image.index_select(1, (label == index).nonzero().flatten()).float()
                members -= mean[index, :, None]
                covariance.addmm_(members, members.T, alpha=1 / n)
            all_reduce(covariance)
        self.mean += share[:, None] * shift
        self.count.copy_(total)

    def _batch_means(self, features: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
        """Number of members, int64 (C,), and mean, (C, F), of each class over all ranks."""
        classes = torch.arange(len(self.count), device=labels.device)
        one_hot = labels[:, None] == classes[:, None]  # (N, C, P)
        count = one_hot.sum((0, 2))
        total = torch.bmm(one_hot.float(), features.float().transpose(1, 2)).sum(0)
        all_reduce(count)
        all_reduce(total)
        return count, total / count.clamp(min=1)[:, None]

    def margin_variance(self, weight: Tensor) -> Tensor:
        """q[y, j] = (w_j − w_y)ᵀ Σ_y (w_j − w_y), the quadratic form of IGMSDA's Eq. 4 and 9.

        The variance of the margin between the logits of j and y over the features of class y. It
        depends on the two classes alone, so one table serves a whole batch.

        Args:
            weight: Weight of the last layer, (C, F).

        Returns:
            (C, C); its gradient reaches ``weight`` but not the covariances.
        """
        difference = weight[None] - weight[:, None]
        product = torch.bmm(difference.detach(), self.covariance)
        # value dᵀΣd, gradient 2Σd: spares the backward pass the product, since Σ is symmetric
        return (product * (2 * difference - difference.detach())).sum(-1)

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *args: Any, **kwargs: Any
    ) -> None:
        saved = state_dict.get(f'{prefix}mean')
        if saved is not None and not self.allocated and saved.numel():
            self.allocate(*saved.shape, self.mean.device)
        super()._load_from_state_dict(state_dict, prefix, *args, **kwargs)
