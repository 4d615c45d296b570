import pytest
import sam_toy as toy
import torch
from mmengine.registry import MODELS
from mmengine.runner import load_checkpoint, save_checkpoint

from mmcrack.engine.hooks.checkpoint_match_hook import require_match
from mmcrack.models.backbones.sam_checkpoints import SAM_CHECKPOINTS, require_checkpoint
from mmcrack.models.layers.base_record import fingerprint

LORA = dict(rank=2, targets=('q', 'v'))


@pytest.fixture
def base(tmp_path):
    return toy.save_official(tmp_path / 'base.pth')


def slim_config(base, **options):
    return toy.segmentor_config(base, **{'lora': LORA, 'save_only_trainable': True, **options})


@pytest.fixture
def tuned(base, tmp_path):
    """A fine-tuned model on ``base`` and its checkpoint."""
    model = toy.build(slim_config(base))
    model.init_weights()
    toy.randomize(model.backbone.adapters().values())
    path = str(tmp_path / 'tuned.pth')
    save_checkpoint({'state_dict': model.state_dict(), 'meta': {}}, path)
    return model.eval(), path


def same_output(a, b):
    return torch.equal(a.eval()(toy.images()), b.eval()(toy.images()))


def test_only_adapters_and_head_are_saved(tuned):
    model, path = tuned
    state = torch.load(path, weights_only=True)['state_dict']
    backbone = {n.removeprefix('backbone.') for n in state if n.startswith('backbone.')}
    assert backbone == {*model.backbone.adapters(), 'base_record'}
    assert {n for n in state if n.startswith('decode_head.')} == {
        f'decode_head.{n}' for n in model.decode_head.state_dict()
    }


@pytest.mark.parametrize('initialized', [True, False])
def test_loads_on_its_base_without_a_warning(tuned, base, initialized, warnings_logged):
    """``False``: as in a test or in inference, where nothing calls ``init_weights``."""
    model, path = tuned
    other = toy.build(slim_config(base))
    if initialized:
        other.init_weights()
    load_checkpoint(other, path, map_location='cpu', logger='current')
    assert not warnings_logged()
    assert same_output(model, other)


def test_passes_the_strict_check_of_the_training_script(tuned, base):
    model, path = tuned
    other = toy.build(slim_config(base))
    require_match(other, torch.load(path, weights_only=True)['state_dict'], path)
    assert same_output(model, other)


def test_inference_finds_the_recorded_base_where_the_config_names_none(tuned):
    model, path = tuned
    other = toy.build(slim_config(None))  # mmseg.apis.init_model clears init_cfg
    load_checkpoint(other, path, strict=True)
    assert same_output(model, other)


def test_other_base_weights_are_refused(tuned, tmp_path):
    _, path = tuned
    other = toy.build(slim_config(toy.save_official(tmp_path / 'other.pth', seed=7)))
    other.init_weights()
    with pytest.raises(ValueError, match=r'other base weights.*base\.pth.*other\.pth'):
        load_checkpoint(other, path)
    random = toy.build(slim_config(None))
    random.init_weights()
    with pytest.raises(ValueError, match=r'weights without a file'):
        load_checkpoint(random, path)


def test_a_missing_recorded_base_is_named(tuned, base, tmp_path):
    _, path = tuned
    (tmp_path / 'base.pth').unlink()
    with pytest.raises(FileNotFoundError, match=r'base\.pth'):
        load_checkpoint(toy.build(slim_config(None)), path)


def test_a_base_without_a_file_is_saved_whole(warnings_logged):
    model = toy.build(slim_config(None))
    model.init_weights()
    assert 'checkpoints will hold all its weights' in warnings_logged()[0]
    other = toy.build(slim_config(None))
    other.load_state_dict(model.state_dict(), strict=True)
    assert same_output(model, other)


def test_frozen_weights_that_are_no_longer_the_file_s_are_saved_whole(base):
    model = toy.build(slim_config(base))
    model.init_weights()
    assert 'backbone.pos_embed' not in model.state_dict()
    encoder = toy.official_sam(7).image_encoder.state_dict()
    model.load_state_dict({f'backbone.{n}': p for n, p in encoder.items()}, strict=False)
    again = toy.build(slim_config(base))
    again.init_weights()
    again.load_state_dict(model.state_dict(), strict=True)
    assert same_output(model, again)
    assert torch.equal(again.backbone.pos_embed, toy.official_sam(7).image_encoder.pos_embed)


def test_weights_that_were_never_loaded_are_saved_whole(base):
    model = toy.build(slim_config(base))  # nobody called init_weights
    other = toy.build(slim_config(base))
    other.load_state_dict(model.state_dict(), strict=True)
    assert same_output(model, other)


def test_base_at_another_img_size_and_a_trained_neck(base):
    options = dict(img_size=192, freeze_neck=False)
    model = toy.build(slim_config(base, **options))
    model.init_weights()
    toy.randomize(model.backbone.neck.parameters())
    state = model.state_dict()
    assert 'backbone.neck.0.weight' in state
    assert 'backbone.pos_embed' not in state
    frozen_neck = toy.build(slim_config(base, img_size=192))
    frozen_neck.load_state_dict(state, strict=True)
    assert same_output(model, frozen_neck)


def test_a_merged_checkpoint_needs_nothing_else(tuned):
    model, _ = tuned
    expected = model(toy.images())
    model.backbone.merge_lora()
    plain = toy.build(toy.segmentor_config())
    plain.load_state_dict(model.state_dict(), strict=True)
    torch.testing.assert_close(plain.eval()(toy.images()), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    'lora',
    [dict(rank=4, targets=('q', 'v')), dict(rank=2, targets=('q',)), dict(rank=2, layers=[0])],
)
def test_adapters_of_another_layout_are_refused(tuned, base, lora):
    with pytest.raises(ValueError, match=r"adapters are not the model's.*model\.backbone\.lora"):
        load_checkpoint(toy.build(slim_config(base, lora=lora)), tuned[1])


def test_adapters_for_a_model_without_are_refused(tuned, base):
    with pytest.raises(ValueError, match=r'adapters and the model none.*merge_lora'):
        load_checkpoint(toy.build(toy.segmentor_config(base)), tuned[1])


def test_another_architecture_is_refused(base):
    arch = {**toy.ARCH, 'embed_dim': 48}
    with pytest.raises(ValueError, match='another architecture: pos_embed'):
        toy.build(toy.backbone_config(base, arch=arch)).init_weights()


def test_too_short_a_checkpoint_and_a_wrong_prefix_are_refused(base, tmp_path):
    arch = {**toy.ARCH, 'depth': 4}
    with pytest.raises(ValueError, match=r'base\.pth.*missing.*blocks\.3'):
        toy.build(toy.backbone_config(base, arch=arch)).init_weights()
    arch = {**toy.ARCH, 'depth': 2}
    with pytest.raises(ValueError, match=r'base\.pth.*unknown.*blocks\.2'):
        toy.build(toy.backbone_config(base, arch=arch)).init_weights()
    config = toy.backbone_config(base)
    config['init_cfg']['prefix'] = 'encoder.'
    with pytest.raises(ValueError, match=r"base\.pth: no key starts with 'encoder\.'"):
        toy.build(config).init_weights()


@pytest.mark.parametrize('name', SAM_CHECKPOINTS)
def test_a_missing_official_file_is_named_with_source_and_checksum(name):
    checkpoint = SAM_CHECKPOINTS[name]
    config = toy.segmentor_config(f'checkpoints/{checkpoint.name}')
    with pytest.raises(FileNotFoundError) as error:
        toy.build(config)
    text = str(error.value)
    for part in (f'checkpoints/{checkpoint.name}', checkpoint.url, checkpoint.sha256, name):
        assert part in text
    assert 'model.backbone.init_cfg=None' in text
    config['backbone']['init_cfg'] = None  # the way on that the message names
    MODELS.build(config).init_weights()


def test_urls_are_left_to_mmengine():
    require_checkpoint('https://example.org/sam.pth')


def test_fingerprint_depends_on_every_bit_and_not_on_the_order():
    tensors = {'a': torch.arange(6.0).view(2, 3), 'b': torch.ones(2, dtype=torch.bfloat16)}
    same = fingerprint({'b': tensors['b'].clone(), 'a': tensors['a'].t().contiguous().t()})
    assert same == fingerprint(tensors)
    changed = {**tensors, 'a': tensors['a'] + torch.tensor([[0, 0, 0], [0, 0, 1e-6]])}
    assert fingerprint(changed) != same
    assert fingerprint({**tensors, 'a': tensors['a'].view(3, 2)}) != same
