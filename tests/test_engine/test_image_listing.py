import pytest

from mmcrack.engine.image_listing import list_images


@pytest.fixture
def photos(tmp_path):
    for name in ('b.jpg', 'a.PNG', 'notes.txt', 'below/c.tif'):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    return tmp_path


def test_folder_is_listed_by_stem_in_order(photos):
    assert list(list_images(str(photos))) == ['a', 'b']


def test_recursive_listing_keeps_the_folders(photos):
    assert list(list_images(str(photos), recursive=True)) == ['a', 'b', 'below/c']


def test_pattern(photos):
    assert list_images(f'{photos}/*.jpg') == {'b': photos / 'b.jpg'}


def test_no_images_is_an_error_that_names_the_place(photos):
    with pytest.raises(FileNotFoundError, match='nowhere: no images'):
        list_images('nowhere')
    with pytest.raises(FileNotFoundError, match=r'\*\.bmp'):
        list_images(f'{photos}/*.bmp')


def test_two_images_of_one_stem_are_both_named(photos):
    (photos / 'b.png').touch()
    with pytest.raises(ValueError, match=r'b\.png and .*b\.jpg'):
        list_images(str(photos))


def write_list(folder, *lines):
    path = folder / 'list.txt'
    path.write_text('\n'.join(lines))
    return str(path)


def test_list_names_paths_below_the_folder_with_or_without_their_masks(photos):
    listed = list_images(str(photos), ann_file=write_list(photos, 'below/c.tif m/c.png', 'a.PNG'))
    assert listed == {'a': photos / 'a.PNG', 'below/c': photos / 'below/c.tif'}
    assert list(list_images(str(photos), ann_file=write_list(photos, 'b', 'b.jpg', ''))) == ['b']
    (photos / 'd.webp').touch()
    assert list(list_images(str(photos), ann_file=write_list(photos, 'd.webp'))) == ['d']


def test_every_missing_photograph_of_a_list_is_named(photos):
    wrong = write_list(photos, 'b.jpg', 'c.jpg', 'd.jpg')
    with pytest.raises(FileNotFoundError, match=r'(?s)c\.jpg.*list\.txt.*d\.jpg'):
        list_images(str(photos), ann_file=wrong)
    with pytest.raises(FileNotFoundError, match=r'list\.txt: names no image'):
        list_images(str(photos), ann_file=write_list(photos))


def test_a_list_cannot_point_out_of_the_folder(photos):
    wrong = write_list(photos, '../b.jpg')
    with pytest.raises(ValueError, match=r'list\.txt.*\.\./b\.jpg must lie below'):
        list_images(str(photos / 'below'), ann_file=wrong)


def test_a_list_and_recursive_exclude_each_other(photos):
    with pytest.raises(ValueError, match='leave recursive out'):
        list_images(str(photos), recursive=True, ann_file=write_list(photos, 'b.jpg'))
