import os

import clip_toy as toy
import pytest
import torch
from mmengine.runner import Runner
from mmengine.structures import PixelData
from mmseg.structures import SegDataSample
from torch.utils.data import Dataset

import mmcrack.engine  # noqa: F401
from mmcrack.datasets import DeepCrackDataset
from mmcrack.evaluation import evaluate_maps


class Bars(Dataset):
    """Eight images with a dark bar, half of the time flipped, and the bar as a soft label."""

    def __len__(self):
        return 8

    def __getitem__(self, index):
        image, label = toy.images(1, seed=index)[0], torch.zeros(1, 64, 64)
        rows = slice(16 * (index % 4), 16 * (index % 4) + 16)
        image[:, rows] -= 3
        label[:, rows] = 0.9
        if torch.rand(()) < 0.5:
            image, label = image.flip(-1), label.flip(-1)
        meta = dict(ori_shape=(64, 64), img_shape=(64, 64))
        sample = SegDataSample(gt_sem_seg=PixelData(data=label), metainfo=meta)
        return dict(inputs=image, data_samples=sample)


def train(weights, work_dir, epochs, *, resume=False, cache=None):
    """One run of MMEngine's Runner, from the seed on."""
    runner = Runner(
        model=toy.segmentor_config(weights, backbone=dict(cache=cache)),
        work_dir=str(work_dir),
        train_dataloader=dict(
            batch_size=4,
            num_workers=1,
            dataset=Bars(),
            sampler=dict(type='DefaultSampler', shuffle=True),
            collate_fn=dict(type='pseudo_collate'),
        ),
        train_cfg=dict(by_epoch=True, max_epochs=epochs),
        optim_wrapper=dict(optimizer=dict(type='Adam', lr=1e-2)),
        custom_hooks=[dict(type='mmcrack.SoftLabelLogHook'), dict(type='mmcrack.EpochSeedHook')],
        default_hooks=dict(checkpoint=dict(type='CheckpointHook', interval=1)),
        randomness=dict(seed=0),
        default_scope='mmseg',
        resume=resume,
        experiment_name=f'{work_dir.name}{epochs}{resume}',
    )
    runner.train()
    return runner.model.eval()


@pytest.fixture
def weights(tmp_path):
    return toy.save_official(tmp_path / 'clip.pt')


def same_weights(a, b):
    return all(torch.equal(p, q) for p, q in zip(a.parameters(), b.parameters(), strict=True))


def test_a_resumed_run_ends_where_the_uninterrupted_one_does(weights, tmp_path):
    """With flips, and a cache in the one that is resumed."""
    whole = train(weights, tmp_path / 'whole', 3)
    cache = dict(folder=str(tmp_path / 'features'), dtype='float32')
    train(weights, tmp_path / 'parts', 1, cache=cache)
    saved = tmp_path / 'parts/epoch_1.pth'
    assert os.path.getsize(saved) < 100_000  # nothing of CLIP, whose tower and words take 3.5 MB
    parts = train(weights, tmp_path / 'parts', 3, resume=True, cache=cache)
    assert 8 < len(list((tmp_path / 'features').glob('*/*/*.npy'))) <= 16  # an image or its flip
    for a, b in zip(whole.parameters(), parts.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)

    start = toy.build(toy.segmentor_config(weights))
    assert not same_weights(whole, start)


def test_without_a_cache_it_is_the_same_to_the_bit(weights, tmp_path):
    whole = train(weights, tmp_path / 'whole', 2)
    train(weights, tmp_path / 'parts', 1)
    assert same_weights(whole, train(weights, tmp_path / 'parts', 2, resume=True))


def test_random_weights_train_and_resume_too(tmp_path):
    whole = train(None, tmp_path / 'whole', 2)
    train(None, tmp_path / 'parts', 1)
    parts = train(None, tmp_path / 'parts', 2, resume=True)
    assert same_weights(whole, parts)
    images = toy.images()
    assert torch.equal(whole(images), parts(images))


@pytest.fixture
def photographs():
    """Four real photographs with cracks, and their masks."""
    folder = os.environ.get('MMCRACK_DATA')
    if folder is None:
        pytest.skip('MMCRACK_DATA is not set')
    data = DeepCrackDataset(
        data_root=f'{folder}/deepcrack',
        data_prefix=dict(img_path='train_img', seg_map_path='train_lab'),
        pipeline=[
            dict(type='LoadImageFromFile'),
            dict(type='mmcrack.LoadCrackAnnotations'),
            dict(type='Resize', scale=(192, 192), keep_ratio=False),
            dict(type='mmcrack.PackCrackInputs'),
        ],
        indices=4,
        validate='pairs',
    )
    return [data[i] for i in range(4)]


def test_learns_the_cracks_of_real_photographs(photographs):
    vision = dict(image_size=192, patch_size=8, layers=2, width=64, head_width=32)
    arch = {**toy.ARCH, 'vision_cfg': vision}
    torch.manual_seed(0)
    config = toy.segmentor_config(
        head=dict(in_channels=[64] * 2), backbone=dict(arch=arch, out_indices=(0, 1))
    )
    config['data_preprocessor'].update(
        size=(192, 192), mean=[122.8, 116.7, 104.1], std=[68.5, 66.6, 70.3]
    )
    model = toy.build(config)
    model.init_weights()
    batch = dict(
        inputs=[p['inputs'] for p in photographs],
        data_samples=[p['data_samples'] for p in photographs],
    )
    masks = [p['data_samples'].gt_sem_seg.data[0].numpy() > 0.5 for p in photographs]

    def ods():
        with torch.no_grad():
            maps = model.eval()._run_forward(model.data_preprocessor(batch), mode='tensor')
        maps = torch.nn.functional.interpolate(maps.sigmoid(), size=(192, 192), mode='bilinear')
        return evaluate_maps(list(maps[:, 0].numpy()), masks)['ODS']

    before = ods()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    data = model.data_preprocessor(batch, training=True)
    for _ in range(40):
        loss = sum(model.loss(**data).values())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert ods() > before + 20
