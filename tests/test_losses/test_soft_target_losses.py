import math

import pytest
import torch
from mmseg.registry import MODELS as MMSEG_MODELS
from torch.nn import functional as F

import mmcrack.models  # noqa: F401
from mmcrack.registry import MODELS

NAMES = ('MAELoss', 'SoftBCELoss', 'SoftDiceLoss', 'SoftFocalLoss', 'SoftGCELoss', 'SoftSCELoss')


def build(name, **kwargs):
    return MODELS.build(dict(type=f'mmcrack.{name}', **kwargs))


def brute_force(name, probs, targets):
    """The formulas, pixel by pixel, over one image's counted pixels in float64."""
    pairs = list(zip(probs, targets, strict=True))
    if name == 'SoftDiceLoss':
        overlap = sum(p * y for p, y in pairs)
        total = sum(p * p + y * y for p, y in pairs)
        return 1 - (2 * overlap + 1e-3) / (total + 1e-3)
    bce = [-y * math.log(p) - (1 - y) * math.log(1 - p) for p, y in pairs]
    per_pixel = {
        'MAELoss': [abs(p - y) for p, y in pairs],
        'SoftBCELoss': bce,
        'SoftFocalLoss': [
            (0.25 * y + 0.75 * (1 - y)) * abs(y - p) ** 2 * b
            for (p, y), b in zip(pairs, bce, strict=True)
        ],
        'SoftGCELoss': [
            (y * (1 - p**0.7) + (1 - y) * (1 - (1 - p) ** 0.7)) / 0.7 for p, y in pairs
        ],
        'SoftSCELoss': [
            0.5 * b - 0.5 * (p * math.log(max(y, 1e-3)) + (1 - p) * math.log(max(1 - y, 1e-3)))
            for (p, y), b in zip(pairs, bce, strict=True)
        ],
    }[name]
    return sum(per_pixel) / len(per_pixel)


@pytest.fixture
def batch():
    generator = torch.Generator().manual_seed(3)
    logits = torch.randn(2, 2, 6, 5, generator=generator) * 3
    label = torch.rand(2, 6, 5, generator=generator)
    label[0, :2] = -1
    label[1, :, 3:] = -1  # as many counted pixels as in the first image
    label[1, :2, :2] = -1
    label[1, 2:5, 0] = 1.0
    label[0, 4, 1:4] = 0.0
    return logits, label


@pytest.mark.parametrize('name', NAMES)
@pytest.mark.parametrize('channels', [1, 2])
def test_equals_the_formula_on_counted_pixels(name, channels, batch):
    logits, label = batch
    logits = logits[:, :channels]
    exact = logits.double()
    probs = exact.sigmoid()[:, 0] if channels == 1 else exact.softmax(1)[:, 1]
    images = [
        brute_force(name, p[y >= 0].tolist(), y[y >= 0].double().tolist())
        for p, y in zip(probs, label, strict=True)
    ]
    counts = [int((y >= 0).sum()) for y in label]
    if name != 'SoftDiceLoss':  # a mean over pixels, not over images
        images = [value * n * 2 / sum(counts) for value, n in zip(images, counts, strict=True)]
    loss = build(name)(logits, label, ignore_index=-1)
    assert loss.item() == pytest.approx(sum(images) / 2, rel=1e-5)


@pytest.mark.parametrize('name', NAMES)
def test_ignored_pixels_have_no_influence_and_no_gradient(name, batch):
    logits, label = batch
    logits = logits[:, :1].clone().requires_grad_()
    loss = build(name)(logits, label)
    loss.backward()
    ignored = label == -1
    assert (logits.grad[:, 0][ignored] == 0).all()
    assert (logits.grad[:, 0][~ignored] != 0).any()
    poisoned = logits.detach().clone()
    poisoned[:, 0][ignored] = float('nan')
    assert torch.equal(build(name)(poisoned, label), loss.detach())


@pytest.mark.parametrize('name', NAMES)
def test_all_ignored_is_zero_and_back_propagates(name):
    logits = torch.randn(2, 1, 4, 4, requires_grad=True)
    loss = build(name)(logits, torch.full((2, 4, 4), -1.0))
    loss.backward()
    assert loss.item() == 0
    assert torch.equal(logits.grad, torch.zeros_like(logits))


@pytest.mark.parametrize('name', NAMES)
def test_stable_at_extreme_logits_and_smallest_at_the_truth(name):
    label = torch.tensor([[[0.0, 1.0]]])
    wrong = torch.tensor([[[[500.0, -500.0]]]], requires_grad=True)
    loss = build(name)(wrong, label)
    loss.backward()
    assert torch.isfinite(loss)
    assert torch.isfinite(wrong.grad).all()
    assert build(name)(-wrong, label).item() == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize('name', ['SoftBCELoss', 'SoftDiceLoss', 'SoftFocalLoss'])
def test_soft_target_is_its_own_optimum(name):
    target = torch.tensor([[[0.2, 0.7], [0.9, 0.4]]])
    logits = torch.logit(target)[:, None].clone().requires_grad_()
    loss = build(name, **(dict(alpha=None) if name == 'SoftFocalLoss' else {}))
    (gradient,) = torch.autograd.grad(loss(logits, target), logits)
    assert gradient.abs().max() < 1e-6


@pytest.mark.parametrize('name', NAMES)
def test_float32_inside_autocast(name, batch):
    logits, label = batch
    half = logits[:, :1].bfloat16()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        loss = build(name)(half, label)
    assert loss.dtype == torch.float32
    assert torch.equal(loss, build(name)(half.float(), label))


@pytest.mark.parametrize('name', NAMES)
def test_reductions_weight_and_names(name, batch):
    logits, label = batch
    logits = logits[:, :1]
    loss = build(name, loss_weight=2.0, loss_name='loss_x')
    assert loss.loss_name == 'loss_x'
    none = loss(logits, label, reduction_override='none')
    count = 2 if name == 'SoftDiceLoss' else (label >= 0).sum()
    torch.testing.assert_close(loss(logits, label), none.sum() / count)
    torch.testing.assert_close(
        loss(logits, label, reduction_override='sum'), loss(logits, label, avg_factor=1.0)
    )
    torch.testing.assert_close(build(name)(logits, label) * 2, loss(logits, label))
    ones = torch.ones_like(label)
    torch.testing.assert_close(loss(logits, label, weight=ones), loss(logits, label))
    only = label.clone().masked_fill_(torch.arange(6)[:, None] < 4, -1)
    weight = (torch.arange(6)[:, None] >= 4).float().expand_as(label)
    torch.testing.assert_close(
        loss(logits, label, weight=weight, reduction_override='sum'),
        loss(logits, only, reduction_override='sum'),
    )


def test_focal_on_hard_labels_is_torchvision_s():
    from torchvision.ops import sigmoid_focal_loss

    logits = torch.randn(2, 1, 5, 5)
    label = (torch.rand(2, 5, 5) > 0.6).float()
    expected = sigmoid_focal_loss(logits[:, 0], label, alpha=0.25, gamma=2, reduction='mean')
    torch.testing.assert_close(build('SoftFocalLoss')(logits, label), expected)


def test_pos_weight_multiplies_the_crack_term():
    logits, label = torch.randn(1, 1, 3, 3), torch.ones(1, 3, 3)
    expected = 5 * F.softplus(-logits).mean()
    torch.testing.assert_close(build('SoftBCELoss', pos_weight=5.0)(logits, label), expected)


@pytest.mark.parametrize('name', NAMES)
def test_integer_labels_and_other_ignore_index(name):
    logits = torch.randn(1, 1, 2, 2)
    hard = torch.tensor([[[0, 1], [255, 1]]])
    soft = torch.tensor([[[0.0, 1.0], [-1.0, 1.0]]])
    assert torch.equal(build(name)(logits, hard, ignore_index=255), build(name)(logits, soft))


@pytest.mark.parametrize('name', NAMES)
def test_a_255_label_is_refused_by_value(name):
    with pytest.raises(ValueError, match=r'\[0, 1\].*0 to 255.*seg_pad_val=-1'):
        build(name)(torch.zeros(1, 1, 1, 2), torch.tensor([[[0.0, 255.0]]]))


def test_wrong_shapes_and_options_are_refused():
    loss = build('MAELoss')
    with pytest.raises(ValueError, match=r'logits must be \(N, 1 or 2, H, W\)'):
        loss(torch.zeros(1, 3, 2, 2), torch.zeros(1, 2, 2))
    with pytest.raises(ValueError, match=r'labels must be \(1, 2, 2\)'):
        loss(torch.zeros(1, 1, 2, 2), torch.zeros(1, 4, 4))
    with pytest.raises(ValueError, match='avg_factor'):
        loss(torch.zeros(1, 1, 2, 2), torch.zeros(1, 2, 2), avg_factor=2, reduction_override='sum')
    with pytest.raises(ValueError, match='reduction'):
        build('MAELoss', reduction='median')
    with pytest.raises(ValueError, match='gamma'):
        build('SoftFocalLoss', gamma=0.5)


@pytest.mark.parametrize('name', NAMES)
def test_serves_any_mmseg_head_by_config(name):
    head = MMSEG_MODELS.build(
        dict(
            type='mmseg.FCNHead',
            in_channels=4,
            channels=4,
            num_convs=0,
            concat_input=False,
            num_classes=2,
            out_channels=1,
            threshold=0.5,
            ignore_index=-1,
            loss_decode=dict(type=f'mmcrack.{name}', loss_weight=3.0),
        )
    )
    assert head.loss_decode.loss_weight == 3.0
    assert head.loss_decode.loss_name.startswith('loss_')


def test_generalized_cross_entropy_lies_between_cross_entropy_and_mae(batch):
    logits, label = batch
    logits, label = logits[:, :1].double(), label.double()
    bce, mae = build('SoftBCELoss')(logits, label), build('MAELoss')(logits, label.round())
    assert build('SoftGCELoss', q=1e-6)(logits, label).item() == pytest.approx(bce.item(), rel=1e-4)
    assert build('SoftGCELoss', q=1)(logits, label.round()).item() == pytest.approx(mae.item())


def test_reverse_cross_entropy_of_hard_labels_is_mae_in_other_units(batch):
    logits, label = batch
    logits, label = logits[:, :1], label.round()
    reverse = build('SoftSCELoss', alpha=0, beta=1, epsilon=1e-4)(logits, label)
    assert reverse.item() == pytest.approx(math.log(1e4) * build('MAELoss')(logits, label).item())


@pytest.mark.parametrize(
    ('name', 'setting'),
    [('SoftGCELoss', {'q': 0}), ('SoftGCELoss', {'q': 1.1}), ('SoftSCELoss', {'alpha': -1}),
     ('SoftSCELoss', {'epsilon': 0})],
)  # fmt: skip
def test_noise_robust_losses_check_their_settings(name, setting):
    with pytest.raises(ValueError, match=next(iter(setting))):
        build(name, **setting)
