import numpy as np
import pytest
from scipy.io import savemat

from mmcrack.datasets import (
    AELDataset,
    Bridge2025Dataset,
    CFDDataset,
    Crack500Dataset,
    DeepCrackDataset,
)

pytestmark = pytest.mark.usefixtures('mmseg_scope')


def pipeline(**options) -> list[dict]:
    return [
        dict(type='LoadImageFromFile'),
        dict(type='mmcrack.LoadCrackAnnotations', **options),
        dict(type='mmcrack.PackCrackInputs'),
    ]


def build(dataset, folder, images, masks, **load):
    prefix = dict(img_path=images, seg_map_path=masks)
    return dataset(data_root=str(folder.root), data_prefix=prefix, pipeline=pipeline(**load))


def cracks(dataset) -> int:
    return int(sum((item['data_samples'].gt_sem_seg.data == 1).sum() for item in dataset))


def test_deepcrack(folder):
    folder.pair('train_img/11111.jpg', 'train_lab/11111.png')
    assert cracks(build(DeepCrackDataset, folder, 'train_img', 'train_lab')) == 8


@pytest.mark.parametrize('place', ['traincrop', 'traincrop/traincrop'])
def test_crack500_has_images_and_masks_side_by_side(folder, place):
    folder.pair(f'{place}/2016_1.jpg', f'{place}/2016_1.png')
    assert cracks(build(Crack500Dataset, folder, 'traincrop', 'traincrop')) == 8


def test_crack500_published_lists(folder):
    folder.pair('valcrop/2016_1.jpg', 'valcrop/2016_1.png')
    folder.pair('valcrop/2016_2.jpg', 'valcrop/2016_2.png')
    (folder.root / 'val.txt').write_text('valcrop/2016_2.jpg valcrop/2016_2.png\n')
    dataset = Crack500Dataset(data_root=str(folder.root), ann_file='val.txt', pipeline=pipeline())
    assert cracks(dataset) == 8


def test_cfd_without_conversion(folder):
    folder.image('image/001.jpg')
    cell = np.empty((1, 1), [('Segmentation', object)])
    cell[0, 0] = (np.array([[1, 2] * 4] * 6, np.uint8),)
    (folder.root / 'groundTruth').mkdir()
    savemat(folder.root / 'groundTruth/001.mat', dict(groundTruth=cell))
    assert cracks(build(CFDDataset, folder, 'image', 'groundTruth')) == 24


def test_ael_pairs_its_names_and_leaves_out_what_is_not_of_it(folder):
    dark = np.full((6, 8), 255)
    dark[1, :3] = 0
    for name, suffix in [('AIGLE_RN_C18a', 'or.png'), ('ESAR_30a', '.jpg'), ('LRIS_36b', 'or.png')]:
        system = name.rsplit('_', 1)[0]
        folder.image(f'IMAGES/{system}/Im_GT_{name}{suffix}')
        folder.mask(f'GROUND_TRUTH/{system}/GT_{name}.png', dark)
    folder.image('IMAGES/ESAR/Im_noGT_ESAR_01a.jpg')
    dataset = build(AELDataset, folder, 'IMAGES', 'GROUND_TRUTH', invert=True)
    assert len(dataset) == 2
    assert cracks(dataset) == 6


def test_bridge2025(folder):
    folder.pair('images/1.jpg', 'masks/1.png')
    assert cracks(build(Bridge2025Dataset, folder, 'images', 'masks')) == 8
