import json

import clip_toy as toy
import numpy as np
import pytest
import torch
from mmengine.logging import MessageHub

from mmcrack.models.backbones import OpenCLIPVisual
from mmcrack.models.layers.clip_feature_cache import FeatureCache


@pytest.fixture
def weights(tmp_path):
    return toy.save_official(tmp_path / 'clip.pt')


@pytest.fixture
def folder(tmp_path):
    return tmp_path / 'features'


def tower(weights, folder, dtype='float16', **options):
    cache = dict(folder=str(folder), dtype=dtype)
    return OpenCLIPVisual(toy.ARCH, weights, cache=cache, **options).train()


def entries(folder):
    return sorted(folder.glob('*/*/*.npy'))


def forbid_the_trunk(backbone):
    def fail(x):
        raise AssertionError('the trunk was run')

    backbone.encode = fail


def hits():
    return MessageHub.get_current_instance().get_scalar('train/clip_cache_hits').current()


@pytest.mark.parametrize(('dtype', 'error'), [('float32', 0), ('float16', 2e-3)])
def test_the_second_time_nothing_is_computed_and_the_features_are_the_same(
    weights, folder, dtype, error
):
    exact = OpenCLIPVisual(toy.ARCH, weights)(toy.images(3))
    first = tower(weights, folder, dtype)(toy.images(3))
    assert hits() == 0
    assert len(entries(folder)) == 3
    backbone = tower(weights, folder, dtype)  # another process, another run
    forbid_the_trunk(backbone)
    again = backbone(toy.images(3))
    assert hits() == 1
    for a, b, c in zip(first, again, exact, strict=True):
        assert torch.equal(a, b)
        assert b.dtype == torch.float32
        torch.testing.assert_close(b, c, rtol=error, atol=error)


def test_only_what_is_missing_is_computed(weights, folder):
    backbone = tower(weights, folder)
    seen = []
    encode = backbone.encode
    backbone.encode = lambda x: seen.append(len(x)) or encode(x)
    backbone(toy.images(2))
    mixed = torch.cat([toy.images(1, seed=8), toy.images(2), toy.images(1, seed=9)])
    maps = backbone(mixed)
    assert seen == [2, 2]
    assert hits() == 0.5
    for one, all_of_them in zip(OpenCLIPVisual(toy.ARCH, weights)(mixed), maps, strict=True):
        torch.testing.assert_close(all_of_them, one, rtol=2e-3, atol=2e-3)


def test_a_flipped_image_has_features_of_its_own(weights, folder):
    backbone = tower(weights, folder, 'float32')
    image = toy.images(1)
    for flipped in (image, image.flip(-1), image.flip(-2), image.flip(-1)):
        expected = OpenCLIPVisual(toy.ARCH, weights)(flipped)
        for found, map_ in zip(backbone(flipped), expected, strict=True):
            torch.testing.assert_close(found, map_, rtol=0, atol=1e-6)
    assert len(entries(folder)) == 3


def test_other_weights_blocks_and_precisions_do_not_share_entries(weights, folder, tmp_path):
    other = toy.save_official(tmp_path / 'other.pt', seed=7)
    towers = [
        tower(weights, folder),
        tower(other, folder),
        tower(weights, folder, out_indices=(0, 3)),
        tower(weights, folder, 'float32'),
        tower(weights, folder, autocast='bfloat16'),
    ]
    for backbone in towers:
        backbone(toy.images(1))
    assert len({path.parents[1] for path in entries(folder)}) == len(towers)
    record = json.loads((entries(folder)[0].parents[1] / 'trunk.json').read_text())
    assert record['fingerprint'] in {t.base_record().sha256 for t in towers}


def test_tests_leave_the_cache_alone(weights, folder):
    tower(weights, folder).eval()(toy.images(1))
    assert not folder.exists()


def test_a_damaged_entry_is_named(weights, folder):
    tower(weights, folder)(toy.images(1))
    entry = entries(folder)[0]
    entry.write_bytes(entry.read_bytes()[:-100])
    with pytest.raises(ValueError, match=rf'{entry.name}: a damaged entry.*delete it'):
        tower(weights, folder)(toy.images(1))


def test_a_full_cache_says_so_once_and_goes_on(weights, folder, warnings_logged):
    size = 4 * 32 * 16 * 2 / 1e9
    backbone = tower(weights, folder)
    backbone.cache_options['max_gb'] = 2.5 * size
    for seed in range(4):
        backbone(toy.images(1, seed=seed))
    assert len(entries(folder)) == 2
    full = [text for text in warnings_logged() if 'is full' in text]
    assert len(full) == 1
    assert 'model.backbone.cache.max_gb' in full[0]
    other = tower(weights, folder)
    other.cache_options['max_gb'] = 2.5 * size
    other(toy.images(1, seed=9))  # what is there counts
    assert len(entries(folder)) == 2


def test_features_beyond_half_precision_are_refused(tmp_path):
    cache = FeatureCache(tmp_path, {}, dtype='float16')
    with pytest.raises(ValueError, match=r"cache\.dtype='float32'"):
        cache.round(torch.tensor([1e6]))
    with pytest.raises(ValueError, match='float16'):
        FeatureCache(tmp_path, {}, dtype='int8')


def test_entries_appear_whole_or_not_at_all(tmp_path, monkeypatch):
    cache = FeatureCache(tmp_path, {})

    def interrupted(file, array):
        file.write(b'half')
        raise KeyboardInterrupt

    monkeypatch.setattr(np, 'save', interrupted)
    with pytest.raises(KeyboardInterrupt):
        cache.write('abcd', torch.zeros(3))
    assert cache.read('abcd') is None
