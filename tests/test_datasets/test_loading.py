import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from mmcrack.datasets.transforms import LoadCrackAnnotations


def load(path, **options) -> np.ndarray:
    results = LoadCrackAnnotations(**options)(dict(seg_map_path=str(path), seg_fields=[]))
    assert results['seg_fields'] == ['gt_seg_map']
    assert results['gt_seg_map'].dtype == np.float32
    return results['gt_seg_map']


def save_cfd(path, values) -> None:
    cell = np.empty((1, 1), [('Segmentation', object), ('Boundaries', object)])
    cell[0, 0] = (np.asarray(values, np.uint8), np.zeros((1, 1)))
    savemat(path, dict(groundTruth=cell))


@pytest.mark.parametrize('crack', [1, 255])
def test_hard_masks_of_0_and_255_and_of_0_and_1_become_0_and_1(folder, crack):
    path = folder.mask('m.png', [[0, crack, 0], [crack, 0, 0]])
    np.testing.assert_array_equal(load(path), [[0, 1, 0], [1, 0, 0]])


def test_one_bit_masks_are_hard(folder):
    path = folder.root / 'm.png'
    Image.fromarray(np.array([[True, False]])).save(path)
    np.testing.assert_array_equal(load(path), [[1, 0]])
    np.testing.assert_array_equal(load(path, soft=True), [[1, 0]])


def test_soft_masks_are_divided_by_255(folder):
    path = folder.mask('m.png', [[0, 51, 102, 255]])
    np.testing.assert_allclose(load(path, soft=True), [[0, 0.2, 0.4, 1]], rtol=1e-6)


def test_cfd_mat_files_are_read_as_they_are(tmp_path):
    save_cfd(tmp_path / '001.mat', [[1, 2, 2], [1, 1, 1]])
    np.testing.assert_array_equal(load(tmp_path / '001.mat'), [[0, 1, 1], [0, 0, 0]])


def test_a_few_cfd_files_mark_holes_and_cracks_hard_to_see(tmp_path):
    save_cfd(tmp_path / '001.mat', [[1, 2, 3, 4]])
    np.testing.assert_array_equal(load(tmp_path / '001.mat'), [[0, 1, 0, 1]])


def test_odd_values_in_a_hard_mask_are_counted_and_the_file_is_named(folder):
    path = folder.mask('m.png', [[0, 255, 3, 3], [3, 252, 0, 0]])
    with pytest.raises(ValueError, match=r'm\.png: 4 of 8 pixels .* 3 \(3×\), 252 \(1×\)') as error:
        load(path)
    assert 'soft=True' in str(error.value)
    assert 'threshold=' in str(error.value)


def test_zero_one_and_255_together_are_no_hard_mask(folder):
    with pytest.raises(ValueError, match=r'1 of 3 pixels'):
        load(folder.mask('m.png', [[0, 1, 255]]))


def test_threshold_makes_other_masks_hard(folder):
    path = folder.mask('m.png', [[0, 127, 128, 252]])
    np.testing.assert_array_equal(load(path, threshold=0.5), [[0, 0, 1, 1]])


def test_masks_that_are_dark_on_white_can_be_inverted(folder):
    path = folder.mask('m.png', [[255, 0], [255, 255]])
    np.testing.assert_array_equal(load(path, invert=True), [[0, 1], [0, 0]])


@pytest.mark.parametrize('invert', [False, True])
def test_ignored_pixels_become_minus_one(folder, invert):
    path = folder.mask('m.png', [[0, 1, 255]])
    expected = [[1, 0, -1]] if invert else [[0, 1, -1]]
    np.testing.assert_array_equal(load(path, ignore_value=255, invert=invert), expected)


@pytest.mark.parametrize('channels', [3, 4])
def test_equal_color_channels_are_one_mask(folder, channels):
    values = np.zeros((2, 2, channels), np.uint8)
    values[0, 1, :3] = 255
    values[..., 3:] = 200  # the alpha channel does not matter
    np.testing.assert_array_equal(load(folder.mask('m.png', values)), [[0, 1], [0, 0]])


def test_different_color_channels_are_refused(folder):
    values = np.zeros((2, 2, 3), np.uint8)
    values[0, 0, 0] = 255
    with pytest.raises(ValueError, match=r'm\.png: its 3 color channels differ'):
        load(folder.mask('m.png', values))


@pytest.mark.parametrize(
    'palette', [(0, 0, 0, 255, 255, 255), (0, 0, 0, 200, 0, 0)], ids=['gray', 'color']
)
def test_palette_masks_are_read_by_their_grays_or_else_their_indices(tmp_path, palette):
    image = Image.fromarray(np.array([[0, 1]], np.uint8))
    image.putpalette(palette)
    image.save(tmp_path / 'm.png')
    np.testing.assert_array_equal(load(tmp_path / 'm.png'), [[0, 1]])


def test_masks_of_16_bits_are_refused(tmp_path):
    Image.fromarray(np.array([[0, 65535]], np.uint16)).save(tmp_path / 'm.png')
    with pytest.raises(ValueError, match=r'm\.png: uint16 values'):
        load(tmp_path / 'm.png')


def test_a_mask_of_another_size_than_its_image_is_named_with_both_sizes(folder):
    path = folder.mask('11111.png', size=(380, 540))
    results = dict(seg_map_path=str(path), ori_shape=(384, 544), seg_fields=[])
    with pytest.raises(
        ValueError,
        match=r'11111\.png: 380×540, its image is 384×544; resize the mask or drop the pair',
    ):
        LoadCrackAnnotations()(results)


def test_missing_and_unreadable_masks_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'a\.png'):
        load(tmp_path / 'a.png')
    for name in ('b.png', 'c.mat'):
        (tmp_path / name).write_bytes(b'no mask')
        with pytest.raises(ValueError, match=name.replace('.', r'\.')):
            load(tmp_path / name)


def test_a_mat_file_without_the_field_says_what_it_lacks(tmp_path):
    savemat(tmp_path / 'a.mat', dict(other=1))
    with pytest.raises(ValueError, match=r'a\.mat: has no groundTruth'):
        load(tmp_path / 'a.mat')


def test_a_data_set_without_masks_is_named():
    with pytest.raises(ValueError, match=r'photo\.jpg: has no mask to load'):
        LoadCrackAnnotations()(dict(img_path='photo.jpg', seg_fields=[]))


def test_a_photograph_from_no_data_set_passes_unlabelled():
    assert LoadCrackAnnotations()(dict(img_path='photo.jpg')) == dict(img_path='photo.jpg')


@pytest.mark.parametrize('options', [dict(soft=True, threshold=0.5), dict(threshold=127)])
def test_contradicting_arguments_are_refused(options):
    with pytest.raises(ValueError, match='threshold'):
        LoadCrackAnnotations(**options)
