from pathlib import Path

import pytest
from doctor_pictures import crack_mask, photograph

from mmcrack.doctor.layouts import recognize


def _write(folder, images: str, masks: str | None = None, mask=None) -> None:
    folder.save(images, photograph(1))
    if masks is not None:
        folder.save(masks, crack_mask() if mask is None else mask)


def _parts(root: Path) -> dict[str, int]:
    return {part.name: len(part.pairs) for part in recognize(root).parts}


@pytest.mark.parametrize(
    ('files', 'layout', 'parts'),
    [
        (
            [('train_img/1.jpg', 'train_lab/1.png'), ('test_img/2.jpg', 'test_lab/2.png')],
            'DeepCrackDataset as published',
            {'train': 1, 'test': 1},
        ),
        (
            [('traincrop/traincrop/1.jpg', 'traincrop/traincrop/1.png')],
            'Crack500Dataset as published',
            {'train': 1},
        ),
        (
            [('TITS/IMAGES/LCMS/Im_GT_LCMS_1or.png', 'TITS/GROUND_TRUTH/LCMS/GT_LCMS_1.png')],
            'TITS: AELDataset as published',
            {'TITS/all': 1},
        ),
        ([('images/1.png', 'masks/1.png')], 'Bridge2025', {'all': 1}),
        ([('img_dir/val/1.png', 'ann_dir/val/1.png')], 'img_dir and ann_dir', {'val': 1}),
        ([('train/images/1.jpg', 'train/masks/1.png')], 'PART/images', {'train': 1}),
        ([('Positive/1.jpg', None), ('Negative/2.jpg', None)], 'positive_negative', None),
        ([('D/CD/1.jpg', None), ('D/UD/1.jpg', None)], 'sdnet2018', {'D/CD': 1, 'D/UD': 1}),
        ([('a/1.jpg', None), ('b.jpg', None)], 'photographs without masks', {'all': 2}),
    ],
)
def test_layouts_are_recognized(folder, files, layout, parts):
    for images, masks in files:
        _write(folder, images, masks)
    found = recognize(folder.root)
    assert layout in found.layout
    assert _parts(folder.root) == (parts or {'Negative': 1, 'Positive': 1})


def test_masks_of_ael_are_read_inverted(folder):
    _write(folder, 'IMAGES/A/Im_GT_A_1or.png', 'GROUND_TRUTH/A/GT_A_1.png', mask=255 - crack_mask())
    assert folder.findings() == {}


def test_missing_folders_of_a_layout_are_named(folder):
    _write(folder, 'train_img/1.jpg', 'train_lab/1.png')
    finding = folder.findings()['missing folders']
    assert finding.files == (f'{folder.root}/test_img', f'{folder.root}/test_lab')


def test_a_folder_of_data_sets(folder):
    _write(folder, 'deepcrack/train_img/1.jpg', 'deepcrack/train_lab/1.png')
    _write(folder, 'mine/images/1.jpg', 'mine/masks/1.png')
    (folder.root / 'notes').mkdir()
    found = recognize(folder.root)
    assert [part.name for part in found.parts] == ['deepcrack/train', 'mine/all']
    assert found.ignored == (folder.root / 'notes',)


def test_folders_that_the_user_names(folder):
    _write(folder, 'x/1.jpg', 'y/1.png')
    assert folder.diagnose(images='x', masks='y').findings == ()
    with pytest.raises(FileNotFoundError, match='z: no such folder'):
        folder.diagnose(images='x', masks='z')


def test_nothing_to_examine(folder):
    with pytest.raises(FileNotFoundError, match='no images'):
        folder.diagnose()
    with pytest.raises(FileNotFoundError, match='no such folder'):
        recognize(folder.root / 'none')
