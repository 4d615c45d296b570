"""A small CLIP, built by open_clip itself, for the tests of CrackCLIP."""

import copy

import mmcrack.models  # noqa: F401  # first: it makes torchvision importable

# isort: split
import mmseg.models  # noqa: F401
import open_clip
import torch
from mmengine.config import ConfigDict
from mmengine.registry import MODELS
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample

SIZE = 64
ARCH = {
    'embed_dim': 24,
    'vision_cfg': {
        'image_size': SIZE,
        'patch_size': 16,
        'layers': 4,
        'width': 32,
        'head_width': 16,
    },
    'text_cfg': {
        'context_length': 77,
        'vocab_size': 49408,
        'width': 16,
        'heads': 2,
        'layers': 1,
    },
}
PROMPTS = {'background': ['flawless {}'], 'crack': ['{} with dark curve'], 'templates': 'simple'}


def official(seed=0, **vision):
    """A CLIP by the official class, with weights that make every part matter."""
    torch.manual_seed(seed)
    config = copy.deepcopy(ARCH)
    config['vision_cfg'].update(vision)
    model = open_clip.CLIP(**config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim:
                parameter.add_(0.1 * torch.randn(parameter.shape))
    return model.eval()


def save_official(path, seed=0):
    torch.save(official(seed).state_dict(), path)
    return str(path)


def segmentor_config(pretrained=None, head=(), backbone=(), **options):
    return dict(
        type='mmcrack.CLIPEncoderDecoder',
        data_preprocessor=dict(type='mmseg.SegDataPreProcessor', size=(SIZE, SIZE)),
        backbone=dict(type='mmcrack.OpenCLIPVisual', arch=ARCH, pretrained=pretrained)
        | dict(backbone),
        decode_head=dict(
            type='mmcrack.CLIPAdapterHead',
            **dict(in_channels=[32] * 4, prompts=PROMPTS, num_classes=2, threshold=0.5),
            **dict(ignore_index=-1, align_corners=False),
            loss_decode=[
                dict(type='mmcrack.SoftFocalLoss'),
                dict(type='mmcrack.SoftDiceLoss'),
                dict(type='mmcrack.EdgeLoss'),
            ],
        )
        | dict(head),
        test_cfg=dict(mode='whole'),
    ) | dict(options)


def build(config):
    return MODELS.build(ConfigDict(copy.deepcopy(config)))


def model_of(*args, **options):
    """A model with the weights that a training starts from."""
    model = build(segmentor_config(*args, **options))
    model.init_weights()
    return model


def images(count=2, size=(SIZE, SIZE), seed=1):
    return torch.randn(count, 3, *size, generator=torch.Generator().manual_seed(seed))


def samples(labels):
    """Data samples of labels (N, H, W)."""
    meta = dict(ori_shape=tuple(labels.shape[1:]), img_shape=tuple(labels.shape[1:]))
    return [SegDataSample(gt_sem_seg=PixelData(data=y[None]), metainfo=meta) for y in labels]
