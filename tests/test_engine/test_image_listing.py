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
