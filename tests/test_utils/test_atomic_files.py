import os

import pytest

from mmcrack.utils.atomic_files import open_atomically, write_atomically


@pytest.mark.parametrize(
    ('content', 'stored'), [(b'\x00\r\n', b'\x00\r\n'), ('ä\n', b'\xc3\xa4\n')]
)
def test_bytes_and_text_are_written_as_they_are(tmp_path, content, stored):
    path = tmp_path / 'new' / 'file.txt'
    write_atomically(path, content)
    assert path.read_bytes() == stored
    assert os.listdir(path.parent) == ['file.txt']


def write_half(path):
    with open_atomically(path) as file:
        file.write('half')
        file.flush()
        assert path.read_text() == 'earlier'
        raise KeyError


def test_an_error_leaves_the_earlier_file_and_nothing_else(tmp_path):
    path = tmp_path / 'file.txt'
    path.write_text('earlier')
    with pytest.raises(KeyError):
        write_half(path)
    assert path.read_text() == 'earlier'
    assert os.listdir(tmp_path) == ['file.txt']


def test_what_cannot_be_written_is_named(tmp_path):
    (tmp_path / 'folder').write_text('a file')
    with pytest.raises(OSError, match=r'folder/map\.png: cannot be written'):
        write_atomically(tmp_path / 'folder' / 'map.png', b'')
