from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import Hook
from mmengine.registry import HOOKS, MODELS, init_default_scope
from mmengine.runner.checkpoint import CheckpointLoader
from mmengine.structures import PixelData
from mmpretrain.structures import DataSample
from mmseg.structures import SegDataSample

import mmcrack.models  # noqa: F401
from mmcrack.engine.hooks import SemanticAugmentationHook
from mmcrack.engine.training import build_runner, train

CHANNELS = [4, 8, 12, 16]
MULTI = dict(in_channels=CHANNELS, in_index=[0, 1, 2, 3])
HEADS = dict(
    fcn=dict(type='FCNHead', in_channels=16, num_convs=1),
    aspp=dict(type='ASPPHead', in_channels=16, dilations=(1, 2)),
    separable_aspp=dict(
        type='DepthwiseSeparableASPPHead', in_channels=16, dilations=(1, 2), c1_in_channels=4,
        c1_channels=4,
    ),
    segformer=dict(type='SegformerHead', **MULTI),
    upernet=dict(type='UPerHead', pool_scales=(1, 2), **MULTI),
)  # fmt: skip


def segmentation_head(name, loss='IGMSDALoss', **options):
    init_default_scope('mmseg')
    loss_decode = dict(type=f'mmcrack.{loss}')
    common = dict(channels=6, num_classes=3, norm_cfg=dict(type='BN'), loss_decode=loss_decode)
    return MODELS.build({**common, **HEADS[name], **options})


def maps():
    return [torch.randn(2, c, 32 // 2**i, 32 // 2**i) for i, c in enumerate(CHANNELS)]


def labelled(size=64):
    labels = torch.randint(0, 3, (2, 1, size, size))
    labels[:, :, : size // 2] = 255
    return [SegDataSample(gt_sem_seg=PixelData(data=label)) for label in labels]


def attached(model, **options):
    hook = SemanticAugmentationHook(**options)
    hook.attach(model)
    for module in model.modules():
        if hasattr(module, 'set_progress'):
            module.set_progress(0.5)
    return hook


@pytest.mark.parametrize('name', HEADS)
def test_any_head_with_a_final_convolution_takes_igmsda_by_config(name):
    model = torch.nn.ModuleDict(dict(decode_head=segmentation_head(name)))
    attached(model)
    head, seen = model.decode_head, []
    head.conv_seg.register_forward_pre_hook(lambda module, inputs: seen.append(inputs[0]))
    losses = head.loss(maps(), labelled(), train_cfg=None)
    losses['loss_igmsda'].backward()
    assert (head.conv_seg.weight.grad != 0).any()
    covariances = head.loss_decode.covariances
    assert covariances.count.sum() == seen[0][:, 0].numel() / 2  # the upper half is ignored
    assert covariances.mean.shape == (3, 6)


def test_increment_belongs_to_features_after_dropout():
    head = segmentation_head('fcn', dropout_ratio=0.9)
    model = torch.nn.ModuleDict(dict(decode_head=head))
    attached(model)
    head.loss(maps(), labelled(), train_cfg=None)
    assert (head.loss_decode.covariances.mean == 0).any()  # whole channels were dropped


def test_several_losses_of_a_head_are_served_together():
    losses = [dict(type='mmcrack.IGMSDALoss'), dict(type='mmcrack.GMLoss'), dict(type='DiceLoss')]
    head = segmentation_head('fcn', loss_decode=losses)
    attached(torch.nn.ModuleDict(dict(decode_head=head)))
    assert {'loss_igmsda', 'loss_gm', 'loss_dice'} <= set(head.loss(maps(), labelled(), None))


def test_detached_it_leaves_nothing_behind():
    head = segmentation_head('fcn')
    attached(torch.nn.ModuleDict(dict(decode_head=head))).detach()
    with pytest.raises(RuntimeError, match='SemanticAugmentationHook'):
        head.loss(maps(), labelled(), train_cfg=None)


CLASSIFIERS = dict(
    resnet=(dict(backbone=dict(type='ResNet', depth=18), neck=dict(type='GlobalAveragePooling'),
                 head=dict(type='LinearClsHead', num_classes=3, in_channels=512)), None, 64),
    resnet_6n2=(dict(backbone=dict(type='mmcrack.ResNet6n2', depth=20),
                     neck=dict(type='GlobalAveragePooling'),
                     head=dict(type='LinearClsHead', num_classes=3, in_channels=64)), None, 32),
    alexnet=(dict(backbone=dict(type='AlexNet', num_classes=3), head=dict(type='ClsHead')),
             'backbone.classifier.6', 224),
)  # fmt: skip


@pytest.mark.parametrize('loss', ['GMLoss', 'ISDALoss', 'IGMSDALoss', 'SampledGMLoss'])
@pytest.mark.parametrize('name', ['resnet', 'resnet_6n2'])
def test_classifiers_take_the_losses_by_config(name, loss):
    assert torch.isfinite(classification_loss(name, dict(type=f'mmcrack.{loss}'))[0])


def test_last_layer_in_the_backbone():
    loss, model = classification_loss('alexnet', dict(type='mmcrack.ISDALoss'))
    assert torch.isfinite(loss)
    assert model.head.loss_module.covariances.mean.shape == (3, 4096)


def classification_loss(name, loss):
    init_default_scope('mmpretrain')
    settings, layer, size = CLASSIFIERS[name]
    settings = {**settings, 'head': {**settings['head'], 'loss': loss}}
    model = MODELS.build(dict(type='ImageClassifier', **settings))
    attached(model, head='head', layer=layer)
    samples = [DataSample().set_gt_label(i % 3) for i in range(4)]
    value = model.loss(torch.randn(4, 3, size, size), samples)['loss']
    value.backward()
    return value.detach(), model


@pytest.mark.parametrize(
    ('head', 'options', 'message'),
    [
        (dict(num_classes=2, out_channels=1, threshold=0.5), {}, 'out_channels=2'),
        (dict(loss_decode=dict(type='CrossEntropyLoss')), {}, r'model\.decode_head has no loss'),
        ({}, dict(head='auxiliary_head'), "head='auxiliary_head': no such module"),
        ({}, dict(layer='decode_head.convs.0.conv'), 'no linear layer or 1×1 convolution'),
        ({}, dict(layer='decode_head.fc'), "layer='decode_head.fc': no such module"),
    ],
)
def test_what_cannot_work_is_refused_before_training(head, options, message):
    model = torch.nn.ModuleDict(dict(decode_head=segmentation_head('fcn', **head)))
    with pytest.raises(ValueError, match=message):
        SemanticAugmentationHook(**options).attach(model)


@HOOKS.register_module()
class StopHook(Hook):
    """Stops a training in the middle, as a kill would, and notes the schedule."""

    def __init__(self, stop=None):
        self.stop, self.progress = stop, []

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if runner.iter == self.stop:
            raise KeyboardInterrupt
        self.progress.append(runner.model.decode_head.loss_decode.progress)


def job(work_dir, stop=None, **options):
    hooks = [dict(type='mmcrack.SemanticAugmentationHook'), dict(type='StopHook', stop=stop)]
    cfg = Config.fromfile('toy.py')
    cfg.merge_from_dict(
        dict(
            model=dict(decode_head=dict(loss_decode=dict(type='mmcrack.IGMSDALoss'))),
            custom_hooks=hooks,
            work_dir=work_dir,
            **options,
        )
    )
    return cfg


def test_a_resumed_training_equals_the_uninterrupted_one(project):
    train(job('whole'), '')
    with pytest.raises(KeyboardInterrupt):
        train(job('parts', stop=4), '')
    assert not Path('parts/epoch_2.pth').exists()
    train(job('parts', resume=True), '')
    whole, parts = (
        CheckpointLoader.load_checkpoint(f'{folder}/epoch_2.pth')['state_dict']
        for folder in ('whole', 'parts')
    )
    assert whole['decode_head.loss_decode.covariances.count'].sum() == 2 * 5 * 32 * 32
    torch.testing.assert_close(parts, whole, rtol=0, atol=0)


def test_the_schedule_follows_the_iterations(project):
    runner = build_runner(job('work'))
    runner.train()
    (noted,) = [hook for hook in runner.hooks if isinstance(hook, StopHook)]
    assert noted.progress == [i / 6 for i in range(6)]


def test_checkpoints_are_tested_with_and_without_the_hook(project):
    train(job('work'), '')
    for hooks in (['mmcrack.SemanticAugmentationHook'], []):
        cfg = job('test', load_from='work/epoch_2.pth')
        cfg.custom_hooks = [dict(type=name) for name in hooks]
        runner = build_runner(cfg)
        runner.test()
        assert runner.model.decode_head.loss_decode.covariances.count.sum() > 0


def test_a_training_without_the_hook_stops_with_advice(project):
    cfg = job('work')
    cfg.custom_hooks = []
    with pytest.raises(RuntimeError, match=r'mmcrack\.SemanticAugmentationHook.*custom_hooks'):
        train(cfg, '')
