"""A student that learns from the mean of its own past weights."""

import copy
from collections.abc import Mapping
from itertools import chain
from typing import Any

import torch
from mmengine.config import ConfigDict
from mmengine.structures import PixelData
from mmseg.models.decode_heads.decode_head import BaseDecodeHead
from mmseg.models.segmentors import EncoderDecoder
from mmseg.models.segmentors.base import BaseSegmentor
from mmseg.structures import SegDataSample
from mmseg.utils import OptSampleList, SampleList
from torch import Tensor

from mmcrack.models.losses.soft_bce_loss import SoftBCELoss
from mmcrack.models.losses.soft_target import crack_logit
from mmcrack.registry import MODELS

IGNORED = -1.0


@MODELS.register_module()
class MeanTeacher(BaseSegmentor):
    """Two copies of a segmentor: a student, which is trained, and its exponential mean, a teacher.

    The teacher sees the batch as the data pipeline delivers it, the student sees it strongly
    augmented. The student learns the labels as it would alone, and besides, wherever the teacher is
    certain, the teacher's probability: there, ignored labels (−1) need not stay unlearned.

        loss = losses of the segmentor's heads + consistency · ramp · BCE(student, teacher),

    the mean over the pixels, but padding, at which the teacher is certain. The ramp
    exp(−5 (1 − t)²), t = min(step / ramp_up, 1), keeps an untaught teacher from teaching.

    All but ``mode='loss'`` is the teacher's: predictions, raw outputs and every attribute that is
    asked for (``decode_head``, ``test_cfg``, ``encode_decode``, …). At the beginning of a step the
    teacher takes in the student, so it lacks what the last step changed. No ``EMAHook`` is needed.

    A checkpoint of the bare segmentor starts both (``load_from``, or ``segmentor.init_cfg``);
    ``tools/model_converters/extract_teacher.py`` makes one of the teacher.

    Source: Tarvainen and Valpola, Mean teachers are better role models, NeurIPS 2017 (weights,
    ramp); Sohn et al., FixMatch, NeurIPS 2020 (certain pixels of a strongly augmented image).

    Args:
        segmentor: Config of mmseg's ``EncoderDecoder``, or a subclass of it, with one logit channel
            or two. Its decode head runs twice in a step: for its losses, and for its map.
        augmentation: Config of what the student's images go through: a module as
            :class:`~mmcrack.models.layers.strong_augmentation.StrongAugmentation`.
        momentum: Share of the student in the mean, as in MMEngine's ``ExponentialMovingAverage``.
        consistency: Weight of the teacher's term.
        low: Up to this probability the teacher is certain of background.
        high: From this probability it is certain of a crack.
        ramp_up: Steps until the term has its weight; 0 for at once.
        **defaults: What a Runner or mmseg's ``init_model`` adds to every model
            (``data_preprocessor``, ``train_cfg``, ``pretrained``); the segmentor gets it, unless
            its config says otherwise.

    Raises:
        ValueError: a number is out of range, or the segmentor is of another kind.
    """

    def __init__(
        self,
        segmentor: Mapping[str, Any],
        *,
        augmentation: Mapping[str, Any],
        momentum: float = 0.005,
        consistency: float = 1.0,
        low: float = 0.1,
        high: float = 0.9,
        ramp_up: int = 0,
        **defaults: Any,
    ) -> None:
        _check_numbers(momentum, consistency, low, high, ramp_up)
        student = _build(segmentor, defaults)
        super().__init__(data_preprocessor=student.data_preprocessor)
        self.student = student
        self.teacher = copy.deepcopy(student).requires_grad_(False).eval()
        self.augmentation = MODELS.build(augmentation)
        self.consistency_loss = SoftBCELoss(loss_weight=consistency)
        self.momentum = momentum
        self.low = low
        self.high = high
        self.ramp_up = ramp_up
        self.register_buffer('steps', torch.zeros((), dtype=torch.long))

    def __getattr__(self, name: str) -> Any:
        """What this class lacks is looked up in the teacher."""
        try:
            return super().__getattr__(name)
        except AttributeError:
            if name == 'teacher' or name.startswith('__'):  # asked for while copying
                raise
            return getattr(self.teacher, name)

    def train(self, mode: bool = True) -> 'MeanTeacher':
        """Set the student's mode; the teacher's is always that of testing."""
        super().train(mode)
        self.teacher.eval()
        return self

    def init_weights(self) -> None:
        """Initialize the student, and make the teacher equal to it."""
        self.student.init_weights()
        self._average(1.0)

    def extract_feat(self, inputs: Tensor) -> Any:
        """The teacher's features."""
        return self.teacher.extract_feat(inputs)

    def encode_decode(self, inputs: Tensor, batch_img_metas: list[dict]) -> Tensor:
        """The teacher's logits at the size of the images."""
        return self.teacher.encode_decode(inputs, batch_img_metas)

    def predict(self, inputs: Tensor, data_samples: OptSampleList = None) -> SampleList:
        """The teacher's predictions."""
        return self.teacher.predict(inputs, data_samples)

    def _forward(self, inputs: Tensor, data_samples: OptSampleList = None) -> Any:
        return self.teacher._forward(inputs, data_samples)

    def loss(self, inputs: Tensor, data_samples: SampleList) -> dict[str, Tensor]:
        """The student's losses; in training, the teacher takes in the student first.

        Args:
            inputs: Images as the data preprocessor leaves them, (N, C, H, W).
            data_samples: With ``gt_sem_seg``, which is not changed.

        Returns:
            The losses of the heads, ``consistency.loss_bce``, and ``teacher.confident``, the share
            of the pixels at which the teacher is certain.
        """
        ramp = self._ramp()
        if self.training:
            self._average(self.momentum)
            self.steps += 1
        valid = _unpadded(inputs, data_samples)
        target = self.target(inputs, valid)
        labels = torch.stack([sample.gt_sem_seg.data for sample in data_samples])
        images, labels, mixed_target = self._augment(inputs, valid, labels, target)
        losses, logits = self._study(images, _with_labels(data_samples, labels))
        losses['consistency.loss_bce'] = ramp * self.consistency_loss(logits, mixed_target[:, 0])
        losses['teacher.confident'] = (target != IGNORED).sum() / valid.sum()
        return losses

    @torch.no_grad()
    def target(self, inputs: Tensor, valid: Tensor) -> Tensor:
        """The teacher's probability of a crack, (N, 1, H, W); −1 where it is not certain.

        Args:
            inputs: As :meth:`loss`.
            valid: False at padding, (N, 1, H, W).
        """
        logits = self.teacher.encode_decode(inputs, _metas(inputs))
        prob = crack_logit(logits.float()).sigmoid()[:, None]
        certain = valid & ((prob <= self.low) | (prob >= self.high))
        return prob.masked_fill(~certain, IGNORED)

    @torch.no_grad()
    def _average(self, share: float) -> None:
        """As MMEngine's, but of the tensors as they are now: moving a model exchanges them."""
        pairs = zip(_tensors(self.teacher), _tensors(self.student), strict=True)
        for mean, new in pairs:
            if mean.is_floating_point() and share < 1:
                mean.lerp_(new, share)
            else:
                mean.copy_(new)

    def _ramp(self) -> Tensor:
        part = (self.steps / self.ramp_up).clamp(max=1) if self.ramp_up else self.steps.new_ones(())
        return (-5 * (1 - part) ** 2).exp()

    @torch.no_grad()
    def _augment(self, inputs: Tensor, valid: Tensor, *maps: Tensor) -> list[Tensor]:
        """Augment as pixel values; padding keeps its value, wherever it comes to lie."""
        preprocessor = self.data_preprocessor
        normalized = getattr(preprocessor, '_enable_normalize', False)
        mean, std = (preprocessor.mean, preprocessor.std) if normalized else (0.0, 1.0)
        images, valid, *maps = self.augmentation(inputs * std + mean, valid, *maps)
        images = (images - mean) / std
        return [images.masked_fill(~valid, getattr(preprocessor, 'pad_val', 0)), *maps]

    def _study(self, images: Tensor, samples: SampleList) -> tuple[dict[str, Tensor], Tensor]:
        """The losses of the student's heads, and its logits at the size of the images."""
        student = self.student
        features = student.extract_feat(images)
        losses = student._decode_head_forward_train(features, samples)
        if student.with_auxiliary_head:
            losses.update(student._auxiliary_head_forward_train(features, samples))
        logits = student.decode_head.predict(features, _metas(images), student.test_cfg)
        return losses, logits

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args: Any) -> None:
        """Load; a bare segmentor's tensors are taken for both networks."""
        own = [key for key in state_dict if key.startswith(prefix)]
        if own and not any(key.startswith(f'{prefix}student.') for key in own):
            for key in own:
                name, tensor = key.removeprefix(prefix), state_dict.pop(key)
                state_dict[f'{prefix}student.{name}'] = tensor
                state_dict[f'{prefix}teacher.{name}'] = tensor
            state_dict[f'{prefix}steps'] = torch.zeros_like(self.steps)
        super()._load_from_state_dict(state_dict, prefix, *args)


def _build(config: Mapping[str, Any], defaults: Mapping[str, Any]) -> EncoderDecoder:
    given = {key: value for key, value in defaults.items() if value is not None}
    model = MODELS.build(ConfigDict({**given, **config}))
    head = getattr(model, 'decode_head', None)
    if not isinstance(model, EncoderDecoder) or not isinstance(head, BaseDecodeHead):
        raise ValueError(
            f'MeanTeacher: segmentor is a {type(model).__name__}; it needs an EncoderDecoder '
            'with one decode head'
        )
    if model.out_channels not in (1, 2):
        raise ValueError(
            f'MeanTeacher: segmentor.decode_head has {model.out_channels} channels; cracks need 1 '
            'or 2'
        )
    if any(getattr(module, 'save_only_trainable', False) for module in model.modules()):
        raise ValueError(
            'MeanTeacher: set save_only_trainable=False in segmentor: a teacher trains nothing, so '
            'nothing of it would be saved'
        )
    return model


def _check_numbers(
    momentum: float, consistency: float, low: float, high: float, ramp_up: int
) -> None:
    if not 0 < momentum <= 1:
        raise ValueError(f'MeanTeacher: momentum={momentum} must lie in (0, 1]')
    if min(consistency, ramp_up) < 0:
        raise ValueError(
            f'MeanTeacher: consistency={consistency} and ramp_up={ramp_up} must be at least 0'
        )
    if not 0 <= low < high <= 1:
        raise ValueError(f'MeanTeacher: needs 0 ≤ low < high ≤ 1, got {low} and {high}')


def _tensors(model: torch.nn.Module) -> chain:
    return chain(model.parameters(), model.buffers())


def _metas(images: Tensor) -> list[dict]:
    """Meta information by which heads give maps of the images' size."""
    size = images.shape[2:]
    return [dict(ori_shape=size, img_shape=size, pad_shape=size)] * len(images)


def _unpadded(inputs: Tensor, samples: SampleList) -> Tensor:
    """False where the data preprocessor has padded, (N, 1, H, W)."""
    valid = torch.zeros_like(inputs[:, :1], dtype=torch.bool)
    height, width = inputs.shape[2:]
    for part, sample in zip(valid, samples, strict=True):
        left, right, top, bottom = sample.metainfo.get('padding_size', (0, 0, 0, 0))
        part[:, top : height - bottom, left : width - right] = True
    return valid


def _with_labels(samples: SampleList, labels: Tensor) -> SampleList:
    """Samples of the same images with other labels, (N, 1, H, W)."""
    return [
        SegDataSample(metainfo=sample.metainfo, gt_sem_seg=PixelData(data=label))
        for sample, label in zip(samples, labels, strict=True)
    ]
