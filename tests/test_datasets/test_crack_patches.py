from collections import Counter

import pytest
from mmengine.registry import DATASETS

from mmcrack.datasets import CrackPatchDataset

SURFACES = ('D/CD', 'D/UD', 'P/CP', 'P/UP', 'W/CW', 'W/UW')


def fill(folder, *classes, count=10):
    for name in classes:
        for i in range(count):
            folder.image(f'{name}/{i:03}.jpg')


def build(folder, **options) -> CrackPatchDataset:
    return CrackPatchDataset(data_root=str(folder.root), **options)


def paths(dataset) -> list[str]:
    return [dataset.get_data_info(i)['img_path'] for i in range(len(dataset))]


def labels(dataset) -> Counter:
    return Counter(int(label) for label in dataset.get_gt_labels())


def test_positive_is_crack(folder):
    fill(folder, 'Positive', 'Negative')
    dataset = build(folder, split='all')
    assert dataset.CLASSES == ('none', 'crack')
    assert all(
        ('Positive' in path) == (dataset.get_data_info(i)['gt_label'] == 1)
        for i, path in enumerate(paths(dataset))
    )


def test_sdnet2018_cracked_folders_of_three_surfaces(folder):
    fill(folder, *SURFACES, count=5)
    dataset = build(folder, layout='sdnet2018', split='all')
    assert dataset.CLASSES == ('none', 'crack')
    assert labels(dataset) == {0: 15, 1: 15}
    info = next(dataset.get_data_info(i) for i in range(30) if '/CW/' in paths(dataset)[i])
    assert info['gt_label'] == 1


def test_folders_are_classes_in_the_given_order(folder):
    fill(folder, 'crack', 'none', 'scratch', count=5)
    dataset = build(folder, layout='folders', classes=('none', 'crack', 'scratch'), split='all')
    assert dataset.CLASSES == ('none', 'crack', 'scratch')
    assert 'scratch' in paths(dataset)[-1]
    assert dataset.get_data_info(14)['gt_label'] == 2
    assert build(folder, layout='folders').CLASSES == ('crack', 'none', 'scratch')


def test_the_split_is_3_1_1_in_each_class_and_complete(folder):
    fill(folder, 'Positive', count=10)
    fill(folder, 'Negative', count=23)
    parts = {split: build(folder, split=split) for split in ('train', 'val', 'test')}
    assert {split: labels(part) for split, part in parts.items()} == {
        'train': {0: 15, 1: 6},
        'val': {0: 4, 1: 2},
        'test': {0: 4, 1: 2},
    }
    everything = [path for part in parts.values() for path in paths(part)]
    assert sorted(everything) == sorted(paths(build(folder, split='all')))


def test_the_seed_alone_decides_the_split(folder):
    fill(folder, 'Positive', 'Negative', count=20)
    test = paths(build(folder, split='test', seed=3))
    assert test == paths(build(folder, split='test', seed=3))
    assert test != paths(build(folder, split='test', seed=4))


@pytest.mark.usefixtures('mmpretrain_scope')
def test_it_builds_in_mmpretrain_scope_with_its_pipeline(folder):
    fill(folder, 'Positive', 'Negative', count=5)
    config = dict(
        type='mmcrack.CrackPatchDataset',
        data_root=str(folder.root),
        pipeline=[
            dict(type='LoadImageFromFile'),
            dict(type='Resize', scale=(224, 224)),
            dict(type='PackInputs'),
        ],
    )
    item = DATASETS.build(config)[0]
    assert item['inputs'].shape == (3, 224, 224)
    assert item['data_samples'].gt_label.tolist() == [0]


def test_missing_and_empty_folders_are_named(folder):
    fill(folder, 'Positive')
    with pytest.raises(FileNotFoundError, match='Negative: no such folder'):
        build(folder)
    (folder.root / 'Negative').mkdir()
    with pytest.raises(FileNotFoundError, match='Negative: no images'):
        build(folder)


def test_unreadable_patches_are_named(folder):
    fill(folder, 'Positive', 'Negative')
    (folder.root / 'Positive/004.jpg').write_text('none')
    with pytest.raises(ValueError, match=r'Positive/004\.jpg: cannot be read'):
        build(folder, split='all')


@pytest.mark.parametrize(
    'options', [dict(split='dev'), dict(layout='rows'), dict(classes=('a', 'b'))]
)
def test_unknown_arguments_are_refused(folder, options):
    fill(folder, 'Positive', 'Negative')
    with pytest.raises(ValueError, match=next(iter(options))):
        build(folder, **options)
