"""Finds sub-categories of the training set for ``SubCategoryClsHead``."""

import numpy as np
import torch
from mmengine.dist import all_gather_object
from mmengine.hooks import Hook
from mmengine.runner import Runner
from scipy.cluster.vq import kmeans2
from torch import nn

from mmcrack.registry import HOOKS
from mmcrack.utils.unwrapping import unwrapped


@HOOKS.register_module()
class SubCategoryHook(Hook):
    """Clusters each class's features by k-means, before the training and every few epochs.

    Chang et al. 2020, section 3.2; each clustering begins a round. A training starts from a
    trained classifier (``load_from``): random features have no clusters worth learning.

    Args:
        dataloader: Config of the training set's loader, without augmentation and shuffling.
        interval: Epochs of a round.

    Raises:
        ValueError: when the training starts, the model has no ``SubCategoryClsHead``.
    """

    def __init__(self, dataloader: dict, interval: int = 1) -> None:
        self.dataloader = dataloader
        self.interval = interval

    def before_train(self, runner: Runner) -> None:
        """Check the model and build the loader; a resumed training clusters at once."""
        if not hasattr(unwrapped(runner.model).head, 'set_sub_labels'):
            raise ValueError("SubCategoryHook needs model.head.type='mmcrack.SubCategoryClsHead'")
        self.dataloader = runner.build_dataloader(self.dataloader)
        if runner.epoch % self.interval:
            self._explore(runner)

    def before_train_epoch(self, runner: Runner) -> None:
        """Begin a round, where one is due."""
        if runner.epoch % self.interval == 0:
            self._explore(runner)

    def _explore(self, runner: Runner) -> None:
        model = unwrapped(runner.model)
        samples = [sample for part in all_gather_object(self._samples(model)) for sample in part]
        found = {index: (label, features) for index, label, features in samples}
        order = sorted(found)  # ranks may have got a sample twice, to even out their shares
        classes = np.array([found[index][0] for index in order])
        features = np.stack([found[index][1] for index in order]).astype(np.float64)
        labels = sub_categories(features, classes, model.head.sub_categories, runner.epoch)
        by_index = torch.full((order[-1] + 1,), -100)  # what cross entropy ignores
        by_index[torch.tensor(order)] = torch.from_numpy(labels)
        model.head.set_sub_labels(by_index)
        sizes = np.bincount(labels, minlength=model.head.sub_categories)
        runner.logger.info(f'Sub-categories of epoch {runner.epoch + 1}: {sizes.tolist()} patches')

    @torch.no_grad()
    def _samples(self, model: nn.Module) -> list[tuple[int, int, np.ndarray]]:
        """(index, class, features) of this rank's share."""
        training = model.training
        model.eval()
        samples = []
        for batch in self.dataloader:
            data = model.data_preprocessor(batch, training=False)
            features = model.extract_feat(data['inputs'], stage='pre_logits').cpu().numpy()
            samples += [
                (sample.sample_idx, int(sample.gt_label), values)
                for sample, values in zip(data['data_samples'], features, strict=True)
            ]
        model.train(training)
        return samples


def sub_categories(
    features: np.ndarray, classes: np.ndarray, count: int, seed: int = 0
) -> np.ndarray:
    """Cluster the samples of each class.

    Args:
        features: N×D.
        classes: (N,) integers.
        count: Clusters of a class, K; fewer where it has fewer samples.
        seed: Of k-means.

    Returns:
        (N,) int64, class·K + cluster.
    """
    labels = np.empty(len(classes), np.int64)
    for number in np.unique(classes):
        members = classes == number
        clusters = min(count, int(members.sum()))
        _, found = kmeans2(
            features[members], clusters, minit='++', seed=seed, missing='warn', iter=50
        )
        labels[members] = number * count + found
    return labels
