import copy

import pytest
import sam_toy
import teacher_toy as toy
import torch
from mmengine.model import ExponentialMovingAverage, MMDistributedDataParallel
from mmengine.optim import OptimWrapper
from mmengine.registry import MODELS, DefaultScope
from torch import distributed
from torch.nn import functional as F

from mmcrack.engine.hooks.checkpoint_match_hook import require_match
from mmcrack.models.segmentors import CrackTTAModel


def tensors(module):
    return {**dict(module.named_parameters()), **dict(module.named_buffers())}


def change(module):
    with torch.no_grad():
        for tensor in tensors(module).values():
            tensor.add_(torch.randn_like(tensor.float()).abs().to(tensor))


def require_equal(module, other):
    torch.testing.assert_close(tensors(module), tensors(other), rtol=0, atol=0)


@pytest.mark.parametrize('dtype', [torch.float32, torch.float64], ids=['as built', 'moved'])
def test_teacher_is_mmengines_exponential_mean(dtype):
    model = toy.build(momentum=0.1).to(dtype)
    model.init_weights()
    expected = ExponentialMovingAverage(model.student, momentum=0.1, update_buffers=True)
    expected.steps += 1  # the first update would copy the student
    for _ in range(3):
        change(model.student)
        expected.update_parameters(model.student)
        model._average(model.momentum)
    for name, tensor in expected.module.state_dict().items():
        if tensor.is_floating_point():
            torch.testing.assert_close(tensors(model.teacher)[name].data, tensor)
    assert not torch.equal(
        model.teacher.decode_head.conv_seg.weight, model.student.decode_head.conv_seg.weight
    )


def test_a_step_takes_in_the_student_as_it_was():
    model = toy.build(momentum=0.25)
    old, new = (
        network.decode_head.conv_seg.weight.detach().clone()
        for network in (model.teacher, model.student)
    )
    toy.losses_of(model)
    expected = 0.75 * old + 0.25 * new
    torch.testing.assert_close(model.teacher.decode_head.conv_seg.weight.data, expected)
    assert model.steps == 1
    toy.losses_of(model.eval())  # no training, no step
    torch.testing.assert_close(model.teacher.decode_head.conv_seg.weight.data, expected)
    assert model.steps == 1


def test_gradients_reach_all_of_the_student_and_nothing_of_the_teacher():
    model = toy.build(low=0.4, high=0.6)
    losses = toy.losses_of(model)
    losses['consistency.loss_bce'].backward()
    assert all(p.grad.abs().sum() > 0 for p in model.student.decode_head.parameters())
    assert all(p.grad is not None for p in model.student.parameters())
    assert all(p.grad is None and not p.requires_grad for p in model.teacher.parameters())


@pytest.mark.parametrize('channels', [1, 2])
def test_losses_by_hand(channels):
    model = toy.build(
        toy.segmentor_config(channels), toy.PLAIN, consistency=2.0, low=0.2, high=0.7, ramp_up=0
    ).eval()  # so that student and teacher are as they are here
    data = model.data_preprocessor(toy.batch(), True)
    found = model(**data, mode='loss')

    def prob(network):
        logits = network(data['inputs'])
        return logits.sigmoid()[:, 0] if channels == 1 else logits.softmax(1)[:, 1]

    with torch.no_grad():
        p, t = prob(model.student), prob(model.teacher)
    labels = torch.stack([sample.gt_sem_seg.data[0] for sample in data['data_samples']])
    certain = (t <= 0.2) | (t >= 0.7)
    assert 0 < certain.float().mean() < 1
    expected = F.binary_cross_entropy(p[certain], t[certain])
    torch.testing.assert_close(found['consistency.loss_bce'], 2 * expected, rtol=1e-4, atol=1e-6)
    expected = F.binary_cross_entropy(p[labels >= 0], labels[labels >= 0])
    torch.testing.assert_close(found['decode.loss_bce'], expected, rtol=1e-4, atol=1e-6)
    assert found['teacher.confident'] == certain.float().mean()
    total, logged = model.parse_losses(found)
    torch.testing.assert_close(
        total, found['consistency.loss_bce'] + found['decode.loss_bce'], rtol=1e-6, atol=0
    )
    assert 'teacher.confident' in logged


def test_weight_of_the_teacher_ramps_up():
    def term(steps):
        model = toy.build(augmentation=toy.PLAIN, ramp_up=10).eval()
        model.steps.fill_(steps)
        return toy.losses_of(model)['consistency.loss_bce']

    full = term(10)
    assert full > 0
    assert term(25) == full
    torch.testing.assert_close(term(0), full * torch.tensor(-5.0).exp())
    torch.testing.assert_close(term(5), full * torch.tensor(-1.25).exp())


def test_student_learns_the_mixed_labels_and_targets_of_its_mixed_images():
    model = toy.build(augmentation=toy.PLAIN | dict(cutmix_prob=1), low=0.4, high=0.6).eval()
    data = model.data_preprocessor(toy.batch((16, 32), (16, 32), (16, 32)), True)
    target = model.target(data['inputs'], torch.ones(3, 1, 16, 32, dtype=torch.bool))
    labels = torch.stack([sample.gt_sem_seg.data for sample in data['data_samples']])
    before = labels.clone()
    torch.manual_seed(3)
    pixels = data['inputs'] * 60 + 120
    images, labels, target = model.augmentation(pixels, labels, target)
    logits = model.student((images - 120) / 60)
    torch.manual_seed(3)
    found = model(**data, mode='loss')
    for name, map_ in (('decode', labels), ('consistency', target)):
        assert not torch.equal(map_, before)
        known = map_ >= 0
        expected = F.binary_cross_entropy_with_logits(logits[known], map_[known])
        torch.testing.assert_close(found[f'{name}.loss_bce'], expected, rtol=1e-4, atol=1e-5)
    after = torch.stack([sample.gt_sem_seg.data for sample in data['data_samples']])
    assert torch.equal(after, before)  # the batch itself is left alone


def test_padding_counts_nowhere_and_stays_padding():
    class Seen(torch.nn.Module):
        def forward(self, images, *maps):
            self.pixels, self.maps = images, maps
            return images.flip(0) + 1, *(map_.flip(0) for map_ in maps)

    model = toy.build(low=0.49, high=0.51).eval()
    model.augmentation = Seen()
    inputs, students = [], []
    model.student.backbone.register_forward_pre_hook(lambda _, x: students.append(x[0]))
    data = model.data_preprocessor(toy.batch((16, 16), (10, 13)), True)
    inputs = data['inputs']
    found = model(**data, mode='loss')
    valid, _, target = model.augmentation.maps
    assert valid[0].all()
    assert valid[1].sum() == 130
    assert valid[1, 0, :10, :13].all()
    assert (target[1][~valid[1]] == -1).all()
    assert found['teacher.confident'] == (target >= 0).sum() / (256 + 130)
    torch.testing.assert_close(model.augmentation.pixels, inputs * 60 + 120)  # gray values
    (images,) = students
    assert (images[0][:, ~valid[1, 0]] == 0).all()  # wherever it comes to lie
    torch.testing.assert_close(images[1], inputs[0] + 1 / 60)


def test_a_teacher_in_doubt_everywhere_teaches_nothing():
    model = toy.build(low=0.0, high=1.0)
    torch.nn.init.zeros_(model.teacher.decode_head.conv_seg.weight)
    found = toy.losses_of(model.eval())
    assert found['consistency.loss_bce'] == 0
    assert found['teacher.confident'] == 0


def test_all_but_the_loss_is_the_teachers():
    model = toy.build().eval()
    data = toy.batch((20, 16))
    (found,) = model.test_step(copy.deepcopy(data))
    (expected,) = model.teacher.test_step(copy.deepcopy(data))
    (other,) = model.student.test_step(copy.deepcopy(data))
    assert torch.equal(found.seg_logits.data, expected.seg_logits.data)
    assert torch.equal(found.pred_sem_seg.data, expected.pred_sem_seg.data)
    assert not torch.equal(found.seg_logits.data, other.seg_logits.data)
    images = torch.randn(1, 3, 16, 16)
    metas = [dict(img_shape=images.shape[2:])]
    assert torch.equal(model(images), model.teacher(images))
    assert torch.equal(model.encode_decode(images, metas), model.teacher(images))
    assert torch.equal(model.extract_feat(images)[1], model.teacher.extract_feat(images)[1])
    assert model.decode_head is model.teacher.decode_head
    assert (model.decode_head.threshold, model.out_channels, model.test_cfg.mode) == (
        0.4,
        1,
        'whole',
    )
    assert model.with_decode_head
    assert not model.with_auxiliary_head
    with pytest.raises(AttributeError, match='no_such_thing'):
        _ = model.no_such_thing


def test_teacher_is_in_test_mode_while_the_student_trains():
    model = toy.build()
    assert model.student.backbone.training
    assert not any(module.training for module in model.teacher.modules())
    assert not model.eval().student.training


def test_averages_views_of_the_teacher():
    model = toy.build().eval()
    views = [toy.batch((16, 16)) for _ in range(2)]
    data = {key: [view[key] for view in views] for key in views[0]}
    (found,) = CrackTTAModel(module=model).test_step(copy.deepcopy(data))
    (expected,) = model.teacher.test_step(toy.batch((16, 16)))
    torch.testing.assert_close(found.seg_logits.data, expected.seg_logits.data)


def test_initialized_teacher_equals_the_student():
    model = toy.build()
    model.init_weights()
    require_equal(model.teacher, model.student)


def test_segmentors_own_checkpoint_starts_both(tmp_path):
    trained = toy.build(seed=1).student
    path = str(tmp_path / 'bare.pth')
    torch.save({'state_dict': trained.state_dict()}, path)
    by_segmentor = toy.build(
        toy.segmentor_config(init_cfg=dict(type='Pretrained', checkpoint=path))
    )
    by_segmentor.init_weights()
    by_load_from = toy.build()
    by_load_from.steps.fill_(7)
    require_match(by_load_from, torch.load(path)['state_dict'], path)
    by_torch = toy.build()
    by_torch.load_state_dict(trained.state_dict(), strict=True)
    for model in (by_segmentor, by_load_from, by_torch):
        require_equal(model.student, trained)
        require_equal(model.teacher, trained)
        assert model.steps == 0


def test_checkpoint_of_another_segmentor_is_refused():
    config = toy.segmentor_config(channels=2)
    with pytest.raises(ValueError, match='checkpoint of another model'):
        require_match(toy.build(), toy.build(config).student.state_dict(), 'other.pth')


def test_state_dict_holds_both_and_the_step():
    model, other = toy.build(), toy.build(seed=1)
    toy.losses_of(model)
    other.load_state_dict(model.state_dict(), strict=True)
    require_equal(other, model)
    assert other.steps == 1


def test_copies():
    model = toy.build()
    require_equal(copy.deepcopy(model), model)


@pytest.fixture
def one_rank(tmp_path):
    distributed.init_process_group('gloo', f'file://{tmp_path}/store', rank=0, world_size=1)
    yield
    distributed.destroy_process_group()


def test_trains_in_ranks(one_rank):
    model = toy.build()
    alone = copy.deepcopy(model)
    ranks = MMDistributedDataParallel(model, broadcast_buffers=False)
    for trained, module in ((ranks, model), (alone, alone)):
        optimizer = OptimWrapper(torch.optim.SGD(module.parameters(), 0.1))
        for step in range(3):
            torch.manual_seed(step)
            trained.train_step(toy.batch(seed=step), optimizer)
    assert model.steps == 3
    torch.testing.assert_close(tensors(model), tensors(alone))


def test_what_a_runner_or_init_model_adds_goes_to_the_segmentor():
    config = toy.segmentor_config()
    preprocessor = config.pop('data_preprocessor') | dict(pad_val=3)
    model = toy.build(config, data_preprocessor=preprocessor, train_cfg=None, pretrained=None)
    assert model.data_preprocessor.pad_val == 3
    assert model.data_preprocessor is model.student.data_preprocessor
    own = toy.build(data_preprocessor=preprocessor)
    assert own.data_preprocessor.pad_val == 0


@pytest.mark.parametrize(
    'wrong',
    [dict(momentum=0), dict(consistency=-1), dict(low=0.9, high=0.1), dict(ramp_up=-1)],
    ids=str,
)
def test_numbers_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        toy.build(**wrong)


def built_around(segmentor):
    augmentation = dict(type='mmcrack.StrongAugmentation')
    with DefaultScope.overwrite_default_scope('mmseg'):
        return MODELS.build(
            dict(type='mmcrack.MeanTeacher', segmentor=segmentor, augmentation=augmentation)
        )


def test_other_models_are_refused():
    with pytest.raises(ValueError, match='SegDataPreProcessor; it needs an EncoderDecoder'):
        built_around(dict(type='SegDataPreProcessor', size=(16, 16)))
    config = toy.segmentor_config()
    config['decode_head'].update(num_classes=3, out_channels=3, threshold=None)
    with pytest.raises(ValueError, match='decode_head has 3 channels'):
        built_around(config)


def test_a_teacher_cannot_leave_frozen_weights_out_of_checkpoints():
    config = sam_toy.segmentor_config(lora=dict(rank=2), save_only_trainable=True)
    with pytest.raises(ValueError, match='save_only_trainable=False'):
        built_around(config)
    config['backbone']['save_only_trainable'] = False
    config['data_preprocessor'] = toy.segmentor_config()['data_preprocessor']
    found = toy.losses_of(built_around(config).train(), toy.batch((64, 64), (64, 64)))
    assert found['consistency.loss_bce'].isfinite()
