import pytest
import sam_toy as toy
import torch
from torch import nn

from mmcrack.models.backbones.sam_vit import SAMViT
from mmcrack.models.layers.lora import LoRALinear, is_adapter

ALL = ('q', 'k', 'v', 'proj', 'mlp')


def adapted(**options):
    """An encoder with adapters at 0, and the same one without."""
    official = toy.official_sam().image_encoder
    plain = SAMViT(toy.ARCH, img_size=toy.SIZE)
    model = SAMViT(toy.ARCH, img_size=toy.SIZE, lora=dict(rank=3, **options))
    for encoder in (plain, model):
        encoder.load_state_dict(official.state_dict())
    return model, plain


def test_a_slice_is_updated_by_b_a_x_times_alpha_over_rank():
    base, x = nn.Linear(6, 9), torch.randn(2, 4, 6)
    layer = LoRALinear(base, {'q': slice(0, 3), 'v': slice(6, 9)}, rank=2, alpha=8)
    toy.randomize([*layer.lora_up.values(), *layer.lora_down.values()])
    expected = base(x)
    for name, start in (('q', 0), ('v', 6)):
        update = 4.0 * (x @ layer.lora_down[name].T) @ layer.lora_up[name].T
        expected = expected + nn.functional.pad(update, (start, 6 - start))
    torch.testing.assert_close(layer(x), expected)


@pytest.mark.parametrize('targets', [('q', 'v'), ('k',), ('proj',), ('mlp',), ALL])
def test_changes_nothing_at_initialization(targets):
    model, plain = adapted(targets=targets)
    assert torch.equal(model(toy.images())[0], plain(toy.images())[0])


@pytest.mark.parametrize('target', ALL)
def test_each_target_reaches_the_output(target):
    model, plain = adapted(targets=(target,), layers=[1])
    toy.randomize(model.adapters().values())
    assert (model(toy.images())[0] - plain(toy.images())[0]).abs().max() > 1e-3


def test_targets_and_layers_choose_the_adapters():
    model, _ = adapted(targets=('v', 'mlp'), layers=[0, 2])
    names = {name.rsplit('.lora_', 1)[0] for name in model.adapters()}
    parts = ('attn.qkv', 'mlp.lin1', 'mlp.lin2')
    assert names == {f'blocks.{i}.{part}' for i in (0, 2) for part in parts}
    assert sum(p.numel() for p in model.adapters().values()) == 2 * 3 * (64 + 160 + 160)


def test_only_adapters_get_gradients():
    model, _ = adapted(targets=ALL)
    toy.randomize(model.adapters().values())
    model.train()(toy.images())[0].sin().sum().backward()
    for name, parameter in model.named_parameters():
        assert parameter.requires_grad == is_adapter(name)
        assert (parameter.grad is not None) == is_adapter(name)


def test_dropout_acts_in_training_alone():
    model, _ = adapted(dropout=0.5)
    toy.randomize(model.adapters().values())
    x = toy.images()
    model.train()
    assert not torch.equal(model(x)[0], model(x)[0])
    model.eval()
    assert torch.equal(model(x)[0], model(x)[0])


@pytest.mark.parametrize('targets', [('q', 'v'), ALL])
def test_merged_equals_unmerged_and_unmerging_restores_every_bit(targets):
    model, _ = adapted(targets=targets, alpha=6)
    toy.randomize(model.adapters().values())
    before, x = {n: p.clone() for n, p in model.named_parameters()}, toy.images()
    expected = model(x)[0]
    model.merge_lora()
    assert model.merged
    torch.testing.assert_close(model(x)[0], expected, rtol=1e-5, atol=1e-5)
    model.train()  # training goes on with separate adapters
    assert not model.merged
    assert all(torch.equal(p, before[n]) for n, p in model.named_parameters())


def test_a_merged_state_is_one_of_the_official_encoder():
    model, _ = adapted()
    toy.randomize(model.adapters().values())
    expected = model(toy.images())[0]
    model.merge_lora()
    official = toy.official_encoder()
    official.load_state_dict(model.state_dict())
    torch.testing.assert_close(official(toy.images()), expected, rtol=1e-4, atol=1e-4)


def test_rank_is_bounded_by_the_layer():
    with pytest.raises(ValueError, match='rank 7 must be between 1 and'):
        LoRALinear(nn.Linear(6, 9), {'q': slice(0, 3)}, rank=7)
