"""Cracks as what is not restored: the segmentor, its networks and its adversary."""

import pytest
import torch
from mmengine.optim import OptimWrapper
from mmseg.structures import SegDataSample
from restoration_toy import L2, PREPROCESSOR, UNET, build, cracked, segmentor, texture
from torch import nn

from mmcrack.engine.submodule_optim_wrappers import SubmoduleOptimWrapperConstructor
from mmcrack.models.segmentors.restoration_segmentor import mirrored

CELLS = dict(type='mmcrack.DisjointCellMasks', cell_sizes=(2, 4), sets=3)
ADVERSARIAL = dict(
    type='mmcrack.AdversarialRestorationSegmentor',
    discriminator=dict(type='mmcrack.PatchDiscriminator', channels=(4, 4)),
    corruption=dict(type='mmcrack.RandomSquareMasks', sizes=(4, 8)),
    adversarial_weight=2.0,
)


class Surface(nn.Module):
    """Stands for a perfect network: restores the same surface, whatever it is shown."""

    def __init__(self, image):
        super().__init__()
        self.image = image
        self.seen = []

    def forward(self, views):
        self.seen.append(views)
        return views

    def restore(self, views):
        height, width = views.shape[2:]
        return self.image[..., :height, :width].expand(len(views), -1, -1, -1), {}


def perfect(surface, **options):
    model = segmentor(**options)
    model.backbone = Surface(surface)
    model.decode_head.restore = model.backbone.restore
    return model.eval()


def batch(images):
    """What a loader gives for images (N, 3, H, W) in [0, 1]: BGR bytes."""
    size = images.shape[2:]
    return dict(
        inputs=list((255 * images.flip(1)).round().byte()),
        data_samples=[SegDataSample(metainfo=dict(ori_shape=size, img_shape=size)) for _ in images],
    )


def inputs_of(model, images):
    return model.data_preprocessor(batch(images), False)['inputs']


def test_pixels_undo_the_normalization():
    model = segmentor()
    images = texture(count=2)
    found = model.pixels(inputs_of(model, images))
    torch.testing.assert_close(found, images, atol=0.51 / 255, rtol=0)


def test_hidden_pixels_are_zero_and_each_is_restored_from_where_it_was_hidden():
    model = segmentor(corruption=CELLS)
    seen = []

    class Numbered(nn.Module):
        def forward(self, views):
            seen.append(views)
            return views

    model.backbone = Numbered()
    numbers = torch.arange(3.0).repeat(2).view(6, 1, 1, 1) / 4
    model.decode_head.restore = lambda views: (numbers.expand_as(views), {})
    inputs = torch.rand(2, 3, 12, 10) + 1
    hidden = model.corruption(inputs)
    restored, _ = model.restore(inputs, hidden)
    views = seen[0].view(2, 3, 3, 12, 10)
    for number in range(3):
        where = hidden[:, number, None].expand(-1, 3, -1, -1)
        assert (views[:, number][where] == 0).all()
        assert torch.equal(views[:, number][~where], inputs[~where])
        assert (restored[where] == number / 4).all()


@pytest.mark.parametrize('corruption', [None, CELLS])
def test_perfect_restoration_of_the_surface_leaves_the_crack(corruption):
    surface = texture(48)
    image, line = cracked(surface)
    model = perfect(surface, corruption=corruption)
    model.threshold.value.fill_(0.2)
    image, line = image[..., :45, :41], line[..., :45, :41]  # not a multiple of anything
    (sample,) = model.test_step(batch(image))
    assert sample.seg_logits.data.shape == (1, 45, 41)
    assert torch.equal(sample.pred_sem_seg.data[0] > 0, line[0, 0])


def test_prediction_is_the_same_each_time_and_views_may_go_one_by_one():
    model = segmentor(corruption=CELLS).eval()
    inputs = inputs_of(model, texture(20))
    first = model.errors(inputs)
    torch.rand(3)
    torch.testing.assert_close(model.errors(inputs), first, rtol=0, atol=0)
    at_once = [
        model.error_map(model.pixels(inputs), model.restore(inputs, hidden)[0])
        for hidden in model.corruption.rounds(inputs)
    ]
    torch.testing.assert_close(torch.stack(at_once).mean(0), first)
    torch.testing.assert_close(model(inputs), first, rtol=0, atol=0)


def test_what_is_hidden_may_be_black():
    inputs = torch.rand(1, 3, 4, 4)
    hidden = torch.eye(4, dtype=torch.bool)[None, None]
    views = segmentor(hidden_value=-1.0).hide(inputs, hidden)
    assert (views[0, 0][:, hidden[0, 0]] == -1).all()
    assert torch.equal(views[0, 0][:, ~hidden[0, 0]], inputs[0][:, ~hidden[0, 0]])


def test_borders_are_mirrored_to_whole_cells():
    image = torch.arange(9.0).view(1, 1, 3, 3)
    assert mirrored(image, 4)[0, 0].tolist() == [
        [0, 1, 2, 1],
        [3, 4, 5, 4],
        [6, 7, 8, 7],
        [3, 4, 5, 4],
    ]
    assert mirrored(image, 8).shape == (1, 1, 8, 8)  # too small to be mirrored
    assert torch.equal(mirrored(image, 3), image)


def test_tiles_of_mmseg_work():
    model = segmentor(test_cfg=dict(mode='slide', crop_size=(16, 16), stride=(8, 8))).eval()
    model.threshold.value.fill_(0.2)
    (sample,) = model.test_step(batch(texture(30)))
    assert sample.seg_logits.data.shape == (1, 30, 30)


def test_losses_have_names_of_their_own():
    with pytest.raises(ValueError, match='share a name'):
        segmentor(losses=[L2, L2])


def test_training_images_of_other_sizes_are_refused():
    model = segmentor(size_divisor=16)
    with pytest.raises(ValueError, match=r'20×20 pixels.*size_divisor=16.*RandomCrop'):
        model.loss(torch.rand(1, 3, 20, 20), [])


def test_loss_is_that_of_the_restored_image():
    surface = texture()
    model = perfect(surface, losses=[L2, dict(type='mmcrack.SSIMLoss', loss_weight=2.0)])
    losses = model.loss(inputs_of(model, surface), [])
    assert set(losses) == {'loss_l2', 'loss_ssim'}
    assert losses['loss_l2'].item() < 1e-5
    brighter = model.loss(inputs_of(model, surface + 0.1), [])
    assert brighter['loss_l2'].item() == pytest.approx(0.01, rel=0.05)


@pytest.mark.parametrize(
    ('options', 'stride'),
    [
        (dict(), 1),
        (dict(full_size_first=False, refine=False, dropout_levels=1, norm_ends=False), 2),
    ],
)
def test_u_nets_restore_at_full_size(options, stride):
    net = build(dict(UNET, channels=(4, 6, 8), **options))
    head = build(dict(type='mmcrack.RestorationHead', in_channels=net.out_channels, stride=stride))
    image = torch.rand(2, 3, 16, 24)
    restored, losses = head.restore(net(image))
    assert restored.shape == image.shape
    assert not losses
    restored.sum().backward()
    assert all(p.grad is not None for p in (*net.parameters(), *head.parameters()))


def test_published_sizes_of_the_u_nets():
    with torch.device('meta'):
        pix2pix = build(
            dict(
                type='mmcrack.StridedUNet',
                channels=(64, 128, 256, 512, 512, 512, 512, 512),
                full_size_first=False,
                refine=False,
                dropout_levels=3,
                norm_ends=False,
            )
        )
        discriminator = build(dict(type='mmcrack.PatchDiscriminator'))
        judged = discriminator(*torch.zeros(2, 1, 3, 256, 256))
    down = [(3, 64), (64, 128), (128, 256), (256, 512), *[(512, 512)] * 4]
    up = [(512, 512), *[(1024, 512)] * 3, (1024, 256), (512, 128), (256, 64)]
    weights = 16 * sum(narrow * wide for narrow, wide in down + up)
    normalized = 2 * sum(wide for _, wide in down[1:-1] + up)
    ends = 64 + 512  # biases
    assert sum(p.numel() for p in pix2pix.parameters()) == weights + normalized + ends
    assert judged.shape == (1, 1, 30, 30)


def adversarial(**options):
    model = segmentor(**(ADVERSARIAL | options)).train()
    entries = {
        name: dict(optimizer=dict(type='SGD', lr=0.1)) for name in ('generator', 'discriminator')
    }
    return model, SubmoduleOptimWrapperConstructor(entries)(model)


def state(module):
    return {name: value.clone() for name, value in module.named_parameters()}


def changed(module, before):
    return {
        name for name, value in module.named_parameters() if not torch.equal(value, before[name])
    }


def test_each_optimizer_has_its_own_part():
    model, wrappers = adversarial()
    held = {
        name: {id(p) for group in wrappers[name].param_groups for p in group['params']}
        for name in wrappers.keys()  # noqa: SIM118
    }
    own = {id(p) for p in model.discriminator.parameters()}
    assert held['discriminator'] == own
    assert held['generator'] == {id(p) for p in model.parameters()} - own


@pytest.mark.parametrize('still', ['generator', 'discriminator'])
def test_a_step_moves_both_parts_each_by_its_own_optimizer(still):
    model, wrappers = adversarial()
    for group in wrappers[still].optimizer.param_groups:
        group['lr'] = 0.0
    before = state(model)
    log = model.train_step(batch(texture(16, count=2)), wrappers)
    moved = changed(model, before)
    of_discriminator = {name for name in before if name.startswith('discriminator.')}
    assert moved <= (
        set(before) - of_discriminator if still == 'discriminator' else of_discriminator
    )
    assert moved
    assert {'loss', 'loss_l2', 'loss_adversarial', 'loss_discriminator'} <= set(log)
    expected = log['loss_l2'] + log['loss_adversarial']
    torch.testing.assert_close(log['loss'], expected)
    assert all(p.requires_grad for p in model.discriminator.parameters())


def test_no_gradient_of_the_generators_loss_stays_in_the_discriminator():
    model, _ = adversarial()
    data = model.data_preprocessor(batch(texture(16, count=2)), True)
    losses = model.loss(**data)
    sum(losses.values()).backward()
    assert all(p.grad is None for p in model.discriminator.parameters())
    assert all(p.grad is not None for p in model.backbone.parameters())


def test_discriminator_learns_to_tell_restored_from_original():
    model, wrappers = adversarial()
    for group in wrappers['generator'].optimizer.param_groups:
        group['lr'] = 0.0
    torch.manual_seed(0)
    data = batch(texture(16, count=4))
    log = [model.train_step(data, wrappers)['loss_discriminator'] for _ in range(30)]
    assert log[-1] < 0.5 * log[0]


def test_optimizers_that_do_not_fit_are_refused():
    model, wrappers = adversarial()
    plain = OptimWrapper(torch.optim.SGD(model.parameters(), lr=0.1))
    with pytest.raises(ValueError, match='generator and discriminator'):
        model.train_step(batch(texture(16)), plain)
    entry = dict(optimizer=dict(type='SGD', lr=0.1))
    with pytest.raises(ValueError, match='all but one'):
        SubmoduleOptimWrapperConstructor(dict(generator=entry))(model)
    with pytest.raises(ValueError, match=r'optim_wrapper: type: expected'):
        SubmoduleOptimWrapperConstructor(dict(type={}, generator=entry))
    views, wrappers = adversarial(corruption=CELLS)
    with pytest.raises(ValueError, match='one view'):
        views.train_step(batch(texture(16)), wrappers)


def test_normalization_is_optional():
    model = segmentor(data_preprocessor=dict(PREPROCESSOR, mean=None, std=None))
    torch.testing.assert_close(model.pixels(torch.full((1, 3, 2, 2), 51.0))[0, 0, 0, 0].item(), 0.2)
