import numpy as np
import pytest
from mmengine.logging import MMLogger
from PIL import Image

from mmcrack.datasets import CrackDataset

pytestmark = pytest.mark.usefixtures('mmseg_scope')
PIPELINE = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
FOLDERS = dict(img_path='images', seg_map_path='masks')


def build(folder, prefix=FOLDERS, pipeline=PIPELINE, **options) -> CrackDataset:
    return CrackDataset(
        data_root=str(folder.root), data_prefix=prefix, pipeline=pipeline, **options
    )


def names(dataset) -> list[str]:
    return [dataset.get_data_info(i)['img_path'].rsplit('/', 1)[1] for i in range(len(dataset))]


def test_pairs_are_found_by_name_whatever_the_suffix(folder):
    folder.pair('images/b.JPG', 'masks/b.png')
    folder.pair('images/a.png', 'masks/a.bmp')
    folder.pair('images/deck/c.jpg', 'masks/deck/c.png')
    dataset = build(folder)
    assert names(dataset) == ['a.png', 'b.JPG', 'c.jpg']
    sample = dataset[2]['data_samples']
    assert sample.seg_map_path == str(folder.root / 'masks/deck/c.png')
    assert sample.gt_sem_seg.data.unique().tolist() == [0, 1]
    assert dataset.metainfo['classes'] == ('background', 'crack')


def test_pseudo_labels_lie_in_another_folder(folder, tmp_path_factory):
    folder.image('photos/a.jpg')
    labels = tmp_path_factory.mktemp('labels')
    Image.fromarray(np.full((6, 8), 128, np.uint8)).save(labels / 'a.png')
    soft = [PIPELINE[0], dict(type='mmcrack.LoadCrackAnnotations', soft=True), PIPELINE[2]]
    dataset = build(folder, dict(img_path='photos', seg_map_path=str(labels)), soft)
    label = dataset[0]['data_samples'].gt_sem_seg.data
    assert label.unique().tolist() == pytest.approx([128 / 255])


def test_without_a_mask_folder_the_set_is_unlabelled(folder):
    folder.image('images/a.jpg')
    dataset = build(folder, dict(img_path='images'), [PIPELINE[0], PIPELINE[2]], test_mode=True)
    assert 'gt_sem_seg' not in dataset[0]['data_samples']


def test_lists_may_name_pairs_of_several_folders(folder):
    for name in ('x_img/1', 'y_img/1', 'y_img/2'):
        folder.pair(f'{name}.jpg', f'{name.replace("img", "lab")}.png')
    folder.root.joinpath('train.txt').write_text(
        'y_img/1.jpg y_lab/1.png\nx_img/1.jpg x_lab/1.png\n'
    )
    dataset = build(folder, dict(img_path='', seg_map_path=''), ann_file='train.txt')
    masks = [dataset.get_data_info(i)['seg_map_path'] for i in range(2)]
    assert masks == [str(folder.root / 'y_lab/1.png'), str(folder.root / 'x_lab/1.png')]


@pytest.mark.parametrize('line', ['b c', 'b c.jpg'])
def test_lists_may_name_images_alone(folder, line):
    folder.pair('images/b c.jpg', 'masks/b c.png')
    folder.pair('images/d.jpg', 'masks/d.png')
    folder.root.joinpath('test.txt').write_text(f'{line}\n\n')
    assert names(build(folder, ann_file='test.txt')) == ['b c.jpg']


def test_labels_of_a_listed_split_can_replace_the_listed_masks(folder):
    folder.pair('x_img/1.jpg', 'x_lab/1.png')
    label = folder.mask('labels/x_img/1.png')
    folder.root.joinpath('train.txt').write_text('x_img/1.jpg x_lab/1.png\n')
    prefix = dict(img_path='', seg_map_path='labels')
    dataset = build(folder, prefix, ann_file='train.txt', listed_masks=False)
    assert dataset.get_data_info(0)['seg_map_path'] == str(label)


def test_excluded_names_are_left_out(folder):
    for name in ('041', '042', 'noGT_1'):
        folder.pair(f'images/{name}.jpg', f'masks/{name}.png')
    assert names(build(folder, exclude=('042', 'noGT_*'))) == ['041.jpg']


def test_missing_masks_and_images_are_all_named(folder):
    folder.pair('images/a.jpg', 'masks/a.png')
    folder.image('images/b.jpg')
    folder.mask('masks/c.png')
    with pytest.raises(FileNotFoundError) as error:
        build(folder)
    assert 'b.jpg: has no mask b' in str(error.value)
    assert 'c.png: has no image c' in str(error.value)


def test_skipped_files_are_counted_and_listed(folder, caplog):
    folder.pair('images/a.jpg', 'masks/a.png')
    folder.image('images/b.jpg')
    logger = MMLogger.get_current_instance()  # MMEngine's loggers do not propagate
    logger.addHandler(caplog.handler)
    dataset = build(folder, unpaired='skip')
    logger.removeHandler(caplog.handler)
    assert names(dataset) == ['a.jpg']
    assert '1 files left out' in caplog.text
    assert 'b.jpg' in caplog.text


def test_a_folder_without_pairs_is_named_with_the_suffixes(folder):
    folder.image('images/a.gif')
    folder.root.joinpath('masks').mkdir()
    with pytest.raises(FileNotFoundError, match=r'images: no images \(\.jpg.*masks') as error:
        build(folder)
    assert 'data_prefix' in str(error.value)


def test_a_missing_folder_or_list_is_named(folder):
    folder.image('images/a.jpg')
    with pytest.raises(FileNotFoundError, match=r'masks: no such folder.*data_root='):
        build(folder)
    with pytest.raises(FileNotFoundError, match=r'none\.txt: no such list'):
        build(folder, ann_file='none.txt')


def test_a_list_that_names_a_missing_file_is_an_error(folder):
    folder.pair('images/a.jpg', 'masks/a.png')
    folder.root.joinpath('train.txt').write_text('a\nb\n')
    with pytest.raises(
        FileNotFoundError, match=r'images/b\.jpg: no such file, needed for b of .*\.txt'
    ):
        build(folder, ann_file='train.txt')


def test_two_images_of_one_name_are_refused(folder):
    folder.pair('images/a.jpg', 'masks/a.png')
    folder.image('images/a.png')
    with pytest.raises(ValueError, match=r'a\.jpg and .*a\.png: two files for one name'):
        build(folder)


@pytest.mark.parametrize('validate', ['auto', 'full', 'sizes'])
def test_another_size_is_found_at_construction(folder, validate):
    folder.image('images/a.jpg', (384, 544))
    folder.mask('masks/a.png', size=(380, 540))
    with pytest.raises(ValueError, match=r'masks/a\.png: 380×540, its image is 384×544'):
        build(folder, validate=validate)
    assert len(build(folder, validate='pairs')) == 1


def test_exif_orientation_counts_as_the_image_loader_sees_it(folder):
    path = folder.root / 'images/a.jpg'
    path.parent.mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    Image.fromarray(np.zeros((6, 8, 3), np.uint8)).save(path, exif=exif)
    folder.mask('masks/a.png', size=(8, 6))
    assert build(folder)[0]['inputs'].shape == (3, 8, 6)


def test_unreadable_and_truncated_images_are_found_at_construction(folder):
    for name in 'abc':
        folder.pair(f'images/{name}.jpg', f'masks/{name}.png')
    (folder.root / 'images/a.jpg').write_bytes(b'')
    content = folder.image('images/b.jpg', (60, 80)).read_bytes()
    folder.mask('masks/b.png', size=(60, 80))
    (folder.root / 'images/b.jpg').write_bytes(content[: len(content) // 2])
    with pytest.raises(ValueError, match=r'images/a\.jpg: cannot be read') as error:
        build(folder)
    assert 'images/b.jpg: cannot be read' in str(error.value)
    assert 'c.jpg' not in str(error.value)


def test_odd_mask_values_are_found_at_construction(folder):
    folder.image('images/a.jpg')
    folder.mask('masks/a.png', np.full((6, 8), 7))
    with pytest.raises(ValueError, match=r'masks/a\.png: 48 of 48 pixels'):
        build(folder)
    assert len(build(folder, validate='sizes')) == 1


def test_many_problems_are_cut_short(folder):
    for i in range(13):
        folder.image(f'images/{i}.jpg')
        folder.mask(f'masks/{i}.png', size=(3, 3))
    with pytest.raises(ValueError, match='and 3 more'):
        build(folder)


@pytest.mark.parametrize('options', [dict(validate='some'), dict(unpaired='drop')])
def test_unknown_options_are_named(folder, options):
    with pytest.raises(ValueError, match=next(iter(options.values()))):
        build(folder, **options)
