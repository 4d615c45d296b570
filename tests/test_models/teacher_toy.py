"""A small MeanTeacher, and batches for it."""

import mmcrack.models  # noqa: F401  # first: it makes torchvision importable

# isort: split
import mmseg.models  # noqa: F401
import torch
from mmengine.config import ConfigDict
from mmengine.registry import MODELS, DefaultScope
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

PLAIN = dict(contrast=0, brightness=0, gamma=1, blur=0, noise=0, cutmix_prob=0)


def segmentor_config(channels=1, **options):
    return dict(
        type='EncoderDecoder',
        data_preprocessor=dict(
            type='SegDataPreProcessor',
            mean=[120.0] * 3,
            std=[60.0] * 3,
            size_divisor=16,
            seg_pad_val=-1,
        ),
        backbone=dict(
            type='UNet',
            base_channels=4,
            num_stages=2,
            strides=(1, 1),
            enc_num_convs=(1, 1),
            dec_num_convs=(1,),
            downsamples=(True,),
            enc_dilations=(1, 1),
            dec_dilations=(1,),
            norm_cfg=dict(type='BN'),
        ),
        decode_head=dict(
            type='FCNHead',
            in_channels=4,
            in_index=1,
            channels=4,
            num_convs=0,
            concat_input=False,
            dropout_ratio=0.0,
            num_classes=2,
            out_channels=channels,
            threshold=0.4 if channels == 1 else None,
            ignore_index=-1,
            loss_decode=dict(type='mmcrack.SoftBCELoss'),
        ),
        test_cfg=dict(mode='whole'),
    ) | dict(options)


def build(segmentor=None, augmentation=None, *, seed=0, **options):
    """A model in training mode whose student and teacher give maps from 0 to 1, and differ."""
    config = dict(
        type='mmcrack.MeanTeacher',
        segmentor=segmentor or segmentor_config(),
        augmentation=dict(type='mmcrack.StrongAugmentation', **(augmentation or {})),
        **options,
    )
    torch.manual_seed(seed)
    with DefaultScope.overwrite_default_scope('mmseg'):
        model = MODELS.build(ConfigDict(config))
    for network in (model.student, model.teacher):
        torch.nn.init.normal_(network.decode_head.conv_seg.weight, std=3)
    return model.train()


def batch(*sizes, seed=0):
    """What a data loader gives: an image of noise with a label of 0, 1 and −1 for each size."""
    draw = torch.Generator().manual_seed(seed)
    inputs, samples = [], []
    for size in sizes or [(16, 16), (16, 16)]:
        image = torch.randint(0, 256, (3, *size), generator=draw, dtype=torch.uint8)
        label = torch.randint(-1, 2, (1, *size), generator=draw).float()
        meta = dict(img_shape=size, ori_shape=size)
        inputs.append(image)
        samples.append(SegDataSample(metainfo=meta, gt_sem_seg=PixelData(data=label)))
    return dict(inputs=inputs, data_samples=samples)


def losses_of(model, data=None):
    return model(**model.data_preprocessor(data or batch(), True), mode='loss')
