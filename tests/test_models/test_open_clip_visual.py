import copy
from pathlib import Path

import clip_toy as toy
import open_clip
import pytest
import torch
from mmengine.runner import load_checkpoint
from open_clip.factory import load_checkpoint as official_load_checkpoint
from safetensors.torch import save_file
from torch import nn

from mmcrack.engine.hooks.checkpoint_match_hook import require_match
from mmcrack.models.backbones import OpenCLIPVisual
from mmcrack.models.layers import clip_model, clip_weights
from mmcrack.models.layers.clip_model import load_clip
from mmcrack.models.layers.clip_weights import CLIP_CHECKPOINTS, find_weights
from mmcrack.utils.download import checksum


@pytest.fixture
def weights(tmp_path):
    return toy.save_official(tmp_path / 'clip.pt')


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """A working directory and a home without any weights."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv('HOME', str(tmp_path))
    monkeypatch.setattr(clip_weights, 'try_to_load_from_cache', lambda *_: None)
    return tmp_path


def tower(weights=None, **options):
    return OpenCLIPVisual(toy.ARCH, weights, **options)


def assert_all_equal(found, expected):
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=1e-6)


# what it computes


@torch.no_grad()
def test_equals_open_clip_s_intermediate_outputs(weights):
    images = toy.images()
    expected = toy.official().visual.forward_intermediates(images)['image_intermediates']
    assert_all_equal(tower(weights)(images), expected)


@torch.no_grad()
def test_equals_what_hooks_on_the_official_blocks_see(weights):
    visual, seen = toy.official().visual, []
    for i in (0, 2):
        visual.transformer.resblocks[i].register_forward_hook(lambda *args: seen.append(args[2]))
    visual(toy.images())
    maps = tower(weights, out_indices=(0, 2))(toy.images())
    assert_all_equal([x.flatten(2).transpose(1, 2) for x in maps], [x[:, 1:] for x in seen])


@torch.no_grad()
@pytest.mark.parametrize('size', [(96, 96), (48, 112)])
def test_other_sizes_equal_a_tower_whose_positions_open_clip_resized(weights, size):
    official = toy.official(seed=9, image_size=size)
    official_load_checkpoint(official, weights)
    images = toy.images(size=size)
    expected = official.visual.forward_intermediates(images)['image_intermediates']
    assert_all_equal(tower(weights)(images), expected)


@torch.no_grad()
def test_sides_that_are_no_multiple_of_the_patch_are_padded(weights):
    images = toy.images(size=(50, 64))
    padded = torch.cat([images, torch.zeros(2, 3, 14, 64)], dim=2)
    assert_all_equal(tower(weights)(images), tower(weights)(padded))


def arch_with(**vision):
    return {**toy.ARCH, 'vision_cfg': vision}


@torch.no_grad()
@pytest.mark.parametrize('size', [224, 96])
def test_a_tower_of_timm_equals_open_clip_s(size):
    arch = arch_with(timm_model_name='vit_tiny_patch16_224', image_size=224)
    backbone = OpenCLIPVisual(arch, img_size=size)
    images = toy.images(1, (size, size))
    indices = list(backbone.out_indices)
    assert indices == [2, 5, 8, 11]
    expected = backbone.clip.module.forward_intermediates(images, indices=indices)
    assert_all_equal(backbone(images), expected['image_intermediates'])
    with pytest.raises(ValueError, match=rf"{size}\), got \(64, 64\).*img_size.*mode='slide'"):
        backbone(toy.images())


@torch.no_grad()
def test_projected_tokens_average_to_the_embedding_of_a_tower_that_pools_so(tmp_path):
    official = toy.official(pool_type='avg')
    torch.save(official.state_dict(), tmp_path / 'avg.pt')
    projected = tower(str(tmp_path / 'avg.pt'), out_indices=(3,), project=True)(toy.images())
    expected = official.encode_image(toy.images())
    torch.testing.assert_close(projected[0].mean((2, 3)), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ('options', 'message'),
    [
        (dict(arch='ViT-L-14-33'), r'no such model; near: .*ViT-L-14-336'),
        (dict(arch=arch_with(layers=[1, 1, 1, 1], width=8)), r'ModifiedResNet.*no Vision Transf'),
        (dict(arch={'embed_dim': 8}), r'arch: text_cfg, vision_cfg missing'),
        (dict(arch=toy.ARCH, out_indices=(1, 4)), r'0…3'),
        (dict(arch=toy.ARCH, autocast='half'), 'autocast'),
        (dict(arch=toy.ARCH, cache=dict(dtype='float16')), 'cache: give folder'),
        (dict(arch=toy.ARCH, cache=dict(folder='x', max_gb=0)), 'max_gb must be positive'),
    ],
)
def test_mistakes_are_named(options, message):
    with pytest.raises(ValueError, match=message):
        OpenCLIPVisual(**options)


# what it does not train


def test_nothing_is_trained_and_adapters_behind_it_are(weights):
    backbone = tower(weights).train()
    assert not list(backbone.parameters())
    assert not any(m.training for m in backbone.clip.module.modules())
    adapter = nn.Conv2d(32, 1, 1)
    adapter(backbone(toy.images())[0]).sum().backward()  # no inference tensor enters the graph
    assert adapter.weight.grad.abs().sum() > 0
    assert all(p.grad is None for p in backbone.clip.module.parameters())


def test_autocast_gives_float32_close_to_float32(weights):
    exact, rough = (tower(weights, autocast=a)(toy.images())[3] for a in (None, 'bfloat16'))
    assert rough.dtype == torch.float32
    assert 0 < (exact - rough).abs().max() < 0.1 * exact.abs().max()


def test_carries_mmseg_s_heads(weights):
    config = toy.segmentor_config(weights)
    config['decode_head'] = dict(
        type='mmseg.FCNHead',
        **dict(in_channels=32, in_index=3, channels=8, num_convs=1, num_classes=2, out_channels=1),
        **dict(threshold=0.5, ignore_index=-1, norm_cfg=dict(type='BN')),
        loss_decode=dict(type='mmcrack.SoftBCELoss'),
    )
    model = toy.build(config)
    sum(model.loss(toy.images(), toy.samples(torch.rand(2, 64, 64))).values()).backward()
    assert all(p.grad is not None for p in model.parameters())


# checkpoints


def test_checkpoints_hold_adapters_and_a_fingerprint(weights):
    model = toy.model_of(weights)
    state = model.state_dict()
    assert {k for k in state if k.startswith('backbone.')} == {'backbone.base_record'}
    assert sum(t.numel() for t in state.values()) < 5000
    other = toy.build(toy.segmentor_config(weights))
    other.load_state_dict(state, strict=True)
    require_match(other, state, 'own.pth')
    assert torch.equal(model.eval()(toy.images()), other.eval()(toy.images()))


@pytest.mark.parametrize('other', ['file', 'random'])
def test_other_weights_below_the_adapters_are_refused(weights, tmp_path, other):
    state = toy.model_of(weights).state_dict()
    path = toy.save_official(tmp_path / 'other.pt', seed=7) if other == 'file' else None
    match = r'other CLIP weights: .*clip\.pt.*(other\.pt|random weights)'
    with pytest.raises(ValueError, match=match):
        toy.build(toy.segmentor_config(path)).load_state_dict(state)


@pytest.mark.parametrize('change', [dict(quick_gelu=True), dict(head_width=32)])
def test_the_same_weights_in_another_architecture_are_refused(weights, change):
    state = toy.model_of(weights).state_dict()
    arch = copy.deepcopy(toy.ARCH)
    (arch if 'quick_gelu' in change else arch['vision_cfg']).update(change)
    with pytest.raises(ValueError, match='other CLIP weights'):
        toy.build(toy.segmentor_config(weights, backbone=dict(arch=arch))).load_state_dict(state)


def test_random_weights_are_saved_whole(tmp_path, warnings_logged):
    model = toy.model_of()
    path = str(tmp_path / 'random.pth')
    torch.save({'state_dict': model.state_dict()}, path)
    other = toy.build(toy.segmentor_config())
    load_checkpoint(other, path, map_location='cpu', logger='current')
    assert not warnings_logged()
    assert torch.equal(model.eval()(toy.images()), other.eval()(toy.images()))


def test_random_weights_do_not_replace_those_of_a_file(weights):
    with pytest.raises(ValueError, match=r'random CLIP weights.*pretrained=None'):
        toy.build(toy.segmentor_config(weights)).load_state_dict(toy.model_of().state_dict())


def test_a_checkpoint_without_record_is_incomplete(weights):
    state = toy.model_of(weights).state_dict()
    del state['backbone.base_record']
    with pytest.raises(RuntimeError, match=r'Missing key.*backbone\.base_record'):
        toy.build(toy.segmentor_config(weights)).load_state_dict(state)


# where weights come from


class Archive(nn.Module):
    """The form of OpenAI's files: half precision, a scripted tree of tensors, three numbers."""

    def __init__(self, tensors):
        super().__init__()
        names = {name.split('.')[0] for name in tensors}
        for name in names:
            below = {k.partition('.')[2]: t for k, t in tensors.items() if k.split('.')[0] == name}
            if '' in below:
                self.register_buffer(name, below[''].half())
            else:
                self.add_module(name, Archive(below))


def save_like_openai(state, path):
    extras = {
        name: torch.tensor(1) for name in ('input_resolution', 'context_length', 'vocab_size')
    }
    torch.jit.script(Archive({**state, **extras})).save(path)
    return str(path)


def publish(path, monkeypatch):
    known = frozenset({checksum(Path(path))})
    monkeypatch.setattr(clip_model, 'openai_checksums', lambda: known)


def test_files_of_all_kinds_are_read(tmp_path, monkeypatch):
    state = toy.official().half().float().state_dict()
    save_file(state, tmp_path / 'clip.safetensors')
    torch.save({'state_dict': state, 'epoch': 3}, tmp_path / 'training.pt')
    publish(save_like_openai(state, tmp_path / 'openai.pt'), monkeypatch)
    for name in ('clip.safetensors', 'training.pt', 'openai.pt'):
        found = load_clip(toy.ARCH, str(tmp_path / name)).state_dict()
        assert all(torch.equal(found[key], tensor) for key, tensor in state.items())


def test_archives_of_strangers_are_refused(tmp_path):
    path = save_like_openai(toy.official().state_dict(), tmp_path / 'openai.pt')
    with pytest.raises(ValueError, match='may hold code, and none of the files that OpenAI'):
        load_clip(toy.ARCH, path)


def test_openai_s_files_are_known_by_their_checksums():
    sums = clip_weights.openai_checksums()
    assert len(sums) >= 9
    assert all(len(bytes.fromhex(text)) == 32 for text in sums)


def test_openai_s_archives_have_their_activation(weights, tmp_path, monkeypatch):
    openai = save_like_openai(toy.official().state_dict(), tmp_path / 'openai.pt')
    publish(openai, monkeypatch)
    for path, quick in ((openai, True), (weights, False)):
        modules = load_clip(toy.ARCH, path).visual.modules()
        assert quick == any(isinstance(m, open_clip.transformer.QuickGELU) for m in modules)


def test_weights_of_another_architecture_and_pickles_are_refused(weights, tmp_path):
    arch = copy.deepcopy(toy.ARCH)
    arch['vision_cfg']['layers'] = 3
    with pytest.raises(ValueError, match=r'clip\.pt: not weights of the architecture'):
        OpenCLIPVisual(arch, weights)
    torch.save({'code': toy.build}, tmp_path / 'pickle.pt')
    with pytest.raises(ValueError, match=r'pickle\.pt: holds more than tensors'):
        OpenCLIPVisual(toy.ARCH, str(tmp_path / 'pickle.pt'))


@pytest.mark.parametrize('key', CLIP_CHECKPOINTS)
def test_missing_official_weights_are_named_with_place_source_and_checksum(elsewhere, key):
    arch = {'clip_vit_b_16': 'ViT-B-16', 'clip_vit_l_14': 'ViT-L-14'}.get(key, 'ViT-L-14-336')
    checkpoint = CLIP_CHECKPOINTS[key]
    for pretrained in ('openai', f'checkpoints/{checkpoint.name}'):
        with pytest.raises(FileNotFoundError) as error:
            find_weights(arch, pretrained)
        for part in (f'checkpoints/{checkpoint.name}', checkpoint.url, checkpoint.sha256, key):
            assert part in str(error.value)
        assert 'model.backbone.pretrained=None' in str(error.value)


def test_named_weights_are_found_where_the_message_says(elsewhere):
    (elsewhere / 'checkpoints').mkdir()
    (elsewhere / 'checkpoints/ViT-B-16.pt').touch()
    found = find_weights('ViT-B-16', 'openai')
    assert found.path.samefile('checkpoints/ViT-B-16.pt')
    assert found.quick_gelu


def test_weights_of_the_hub_are_named_by_repository_and_file(elsewhere):
    with pytest.raises(FileNotFoundError, match=r'hf download laion/CLIP-ViT-B-16.*safetensors'):
        find_weights('ViT-B-16', 'laion2b_s34b_b88k')


def test_unknown_names_of_weights_are_refused(elsewhere):
    with pytest.raises(ValueError, match=r"'openia': open_clip has no such.*openai"):
        find_weights('ViT-B-16', 'openia')
    with pytest.raises(ValueError, match='given as a dict'):
        find_weights(toy.ARCH, 'openai')
