from functools import partial

import pytest
import sam_toy as toy
import torch
from mmengine.registry import MODELS
from torch.autograd.graph import saved_tensors_hooks
from torch.func import functional_call

from mmcrack.models.backbones.sam_vit import ARCHITECTURES, SAMViT
from mmcrack.models.layers import rel_pos_attention, sam_attention

CLOSE = dict(rtol=1e-4, atol=1e-4)


@pytest.fixture(scope='module')
def official():
    return toy.official_sam().image_encoder


def vit(official, **options):
    model = SAMViT(toy.ARCH, img_size=toy.SIZE, **options)
    model.load_state_dict(official.state_dict())
    return model


@pytest.mark.parametrize('attention', ['auto', 'chunked', 'folded', 'official'])
def test_output_is_the_official_one(official, attention):
    model, x = vit(official, attention=attention), toy.images()
    (out,) = model(x)
    assert out.shape == (2, 16, 8, 8)
    torch.testing.assert_close(out, official(x), **CLOSE)


def test_inference_in_pieces_gives_the_same(official, monkeypatch):
    model, x = vit(official), toy.images()
    for module in (rel_pos_attention, sam_attention):
        monkeypatch.setattr(module, 'CHUNK_ELEMENTS', 1000)
    with torch.no_grad():
        torch.testing.assert_close(model(x)[0], official(x), **CLOSE)


def test_relative_and_absolute_positions_matter(official):
    """Else the comparison above would not see them."""
    x, expected = toy.images(), official(toy.images())
    for part in ('pos_embed', 'blocks.0.attn.rel_pos_h', 'blocks.1.attn.rel_pos_w'):
        model = vit(official)
        torch.nn.init.zeros_(dict(model.named_parameters())[part])
        assert (model(x)[0] - expected).abs().max() > 0.01


@pytest.mark.parametrize('grid', [(4, 4), (10, 7), (12, 12)])
@pytest.mark.parametrize('attention', ['chunked', 'folded'])
def test_other_sizes_interpolate_as_the_official_code_does(grid, attention):
    official = toy.fit_positions(toy.official_sam().image_encoder, grid)
    model = vit(toy.official_sam().image_encoder, attention=attention)
    x = toy.images(size=(16 * grid[0], 16 * grid[1]))
    torch.testing.assert_close(model(x)[0], official(x), **CLOSE)


def test_checkpoint_loads_at_another_img_size(tmp_path):
    path = toy.save_official(tmp_path / 'sam.pth')
    model = toy.build(toy.backbone_config(path, img_size=192))
    model.init_weights()
    assert model.pos_embed.shape == (1, 12, 12, 32)
    official = toy.fit_positions(toy.official_sam().image_encoder, (12, 12))
    x = toy.images(size=(192, 192))
    torch.testing.assert_close(model(x)[0], official(x), **CLOSE)


def test_odd_sizes_are_padded_at_the_bottom_and_right(official):
    model, x = vit(official), toy.images(size=(100, 117))
    padded = torch.zeros(2, 3, 112, 128)
    padded[..., :100, :117] = x
    (out,) = model(x)
    assert out.shape == (2, 16, 7, 8)
    assert torch.equal(out, model(padded)[0])


def test_official_checkpoint_loads_with_no_key_left_over(tmp_path, warnings_logged):
    path = toy.save_official(tmp_path / 'sam.pth')
    model = toy.build(toy.segmentor_config(path, lora=dict(rank=2)))
    model.init_weights()
    assert not warnings_logged()
    state = model.state_dict()
    for name, tensor in toy.official_sam().state_dict().items():
        prefix = 'backbone.' if name.startswith('image_encoder.') else 'decode_head.'
        assert torch.equal(state.pop(prefix + name.removeprefix('image_encoder.')), tensor), name
    assert all('.lora_' in name for name in state)


@pytest.mark.parametrize('attention', ['chunked', 'folded'])
def test_gradients_of_the_adapters_are_those_of_the_official_encoder(attention):
    """The official encoder with weights W + B·A, differentiated with respect to A and B."""
    official, x = toy.official_sam().image_encoder, toy.images()
    model = vit(official, attention=attention, lora=dict(rank=3, alpha=6, targets=('q', 'v')))
    toy.randomize(model.adapters().values())
    model(x)[0].sin().sum().backward()

    leaves = {n: p.detach().clone().requires_grad_() for n, p in model.adapters().items()}
    weights = {}
    for i in range(toy.ARCH['depth']):
        layer = f'blocks.{i}.attn.qkv'
        update = [torch.zeros(32, 32)] * 3
        for third, name in ((0, 'q'), (2, 'v')):
            up, down = (leaves[f'{layer}.lora_{side}.{name}'] for side in ('up', 'down'))
            update[third] = 2.0 * up @ down
        weights[f'{layer}.weight'] = official.blocks[i].attn.qkv.weight + torch.cat(update)
    functional_call(official, weights, x).sin().sum().backward()
    for name, parameter in model.adapters().items():
        torch.testing.assert_close(parameter.grad, leaves[name].grad, **CLOSE)


def test_checkpointed_blocks_give_the_same_gradients(official):
    gradients, kept = [], []
    for with_cp in (False, True):
        model = vit(official, with_cp=with_cp, lora=dict(rank=2)).train()
        toy.randomize(model.adapters().values())
        saved: dict[int, int] = {}  # storages kept for the backward pass, and their sizes
        with saved_tensors_hooks(partial(_remember, saved), lambda tensor: tensor):
            out = model(toy.images())[0]
        kept.append(sum(saved.values()))
        out.sin().sum().backward()
        gradients.append([p.grad for p in model.adapters().values()])
    assert all(torch.equal(a, b) for a, b in zip(*gradients, strict=True))
    assert kept[1] < kept[0] / 2


def _remember(saved: dict[int, int], tensor: torch.Tensor) -> torch.Tensor:
    storage = tensor.untyped_storage()
    saved[storage.data_ptr()] = storage.nbytes()
    return tensor


def test_out_indices_return_the_blocks_tokens(official):
    seen = []
    handle = official.blocks[1].register_forward_hook(lambda *args: seen.append(args[2]))
    expected = official(toy.images())
    handle.remove()
    block, neck = vit(official, out_indices=(1,))(toy.images())
    torch.testing.assert_close(block, seen[0].permute(0, 3, 1, 2), **CLOSE)
    torch.testing.assert_close(neck, expected, **CLOSE)


def test_autocast_stays_close(official):
    x = toy.images()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        half = vit(official)(x)[0]
    exact = official(x)
    assert (half.float() - exact).norm() < 0.05 * exact.norm()


def test_compiles_without_graph_breaks():
    arch = {**toy.ARCH, 'depth': 2}  # one block of each kind
    model = SAMViT(arch, img_size=toy.SIZE, lora=dict(rank=2)).eval()
    compiled = torch.compile(model, backend='eager', fullgraph=True)  # raises at a graph break
    torch.testing.assert_close(compiled(toy.images())[0], model(toy.images())[0])


@pytest.mark.parametrize(
    ('options', 'trained'),
    [
        (dict(), {'pos_embed', 'patch_embed', 'blocks.0', 'blocks.1', 'blocks.2', 'neck'}),
        (dict(frozen_stages=0), {'blocks.0', 'blocks.1', 'blocks.2', 'neck'}),
        (dict(frozen_stages=2), {'blocks.2', 'neck'}),
        (dict(frozen_stages=3, freeze_neck=True), set()),
        (dict(lora=dict(rank=1, layers=[2])), {'blocks.2'}),
        (dict(lora=dict(rank=1), freeze_neck=False), {'blocks.0', 'blocks.1', 'blocks.2', 'neck'}),
    ],
)
def test_freezing_by_layer(options, trained):
    model = SAMViT(toy.ARCH, img_size=toy.SIZE, **options).train()
    names = [name for name, p in model.named_parameters() if p.requires_grad]
    assert {'.'.join(n.split('.')[: 1 + n.startswith('blocks')]) for n in names} == trained
    if 'lora' in options:
        assert all('lora_' in name or name.startswith('neck') for name in names)
    modes = {'blocks.0': model.blocks[0].norm1.training, 'neck': model.neck[1].training}
    for part, training in modes.items():
        frozen = 'lora' in options and part != 'neck'
        assert training == (part in trained and not frozen)


@pytest.mark.parametrize(('arch', 'millions'), [('b', 89.7), ('l', 308.3), ('h', 637.0)])
def test_published_sizes(arch, millions):
    with torch.device('meta'):
        model, official = SAMViT(arch), toy.official_encoder(ARCHITECTURES[arch], 1024)
    # the official encoder's default window is none; only its tables differ in shape
    assert {n for n, _ in model.named_parameters()} == {n for n, _ in official.named_parameters()}
    assert sum(p.numel() for p in model.parameters()) / 1e6 == pytest.approx(millions, abs=0.1)


def test_serves_another_head_by_config():
    head = dict(type='FCNHead', in_channels=16, channels=8, num_convs=1, num_classes=2)
    head.update(norm_cfg=dict(type='BN'), out_channels=1, threshold=0.5, ignore_index=-1)
    config = dict(type='mmseg.EncoderDecoder', backbone=toy.backbone_config(), decode_head=head)
    head['type'] = 'mmseg.FCNHead'
    head['loss_decode'] = dict(type='mmcrack.MAELoss')
    assert MODELS.build(config)(toy.images()).shape == (2, 1, 8, 8)


@pytest.mark.parametrize(
    ('arch', 'options', 'message'),
    [
        ('g', {}, 'arch must be one of'),
        ({'embed_dim': 8}, {}, r"missing \['depth', 'global_attn_indexes', 'num_heads'\]"),
        ({**toy.ARCH, 'width': 3}, {}, r"unknown \['width'\]"),
        (toy.ARCH, {'attention': 'fast'}, 'attention must be one of'),
        (toy.ARCH, {'img_size': 100}, 'multiple of 16'),
        (toy.ARCH, {'frozen_stages': 4}, 'frozen_stages must lie in'),
        (toy.ARCH, {'out_indices': (3,)}, 'out_indices must lie in'),
        (toy.ARCH, {'lora': dict(rank=2, targets=('qkv',))}, r'lora\.targets'),
        (toy.ARCH, {'lora': dict(rank=2, layers=[5])}, r'lora\.layers'),
        (toy.ARCH, {'lora': dict(rank=0)}, 'rank 0'),
    ],
)
def test_wrong_options_are_refused_by_name(arch, options, message):
    with pytest.raises(ValueError, match=message):
        SAMViT(arch, **{'img_size': toy.SIZE, **options})
