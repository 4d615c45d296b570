from pathlib import Path

import pytest

from mmcrack.prediction import find_photographs


@pytest.fixture
def make(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def files(*names):
        for name in names:
            path = Path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    return files


def found(*images, out='out', **options):
    return {name: str(path.relative_to(Path.cwd()))
            for name, path in find_photographs(images, out, **options).items()}  # fmt: skip


def test_folders_patterns_and_files_are_listed_once(make):
    make('a/1.jpg', 'a/2.TIF', 'a/notes.txt', 'a/deep/3.png', 'b/photo[4].png')
    assert found('a', 'a/1.jpg', 'b/photo[4].png') == {
        '1': 'a/1.jpg', '2': 'a/2.TIF', 'photo[4]': 'b/photo[4].png',
    }  # fmt: skip
    assert list(found('a', recursive=True)) == ['1', '2', 'deep/3']
    assert found('a/*.jpg') == {'1': 'a/1.jpg'}
    with pytest.raises(FileNotFoundError, match='c: no images there'):
        found('a', 'c')


def test_same_stems_get_different_names(make):
    make('x/a/1.jpg', 'y/a/1.jpg', 'x/a/2.jpg', 'x/a/2.png', 'y/a/3.jpg')
    assert found('x/a', 'y/a') == {
        'x/a/1': 'x/a/1.jpg',
        'y/a/1': 'y/a/1.jpg',
        '2.jpg': 'x/a/2.jpg',
        '2.png': 'x/a/2.png',
        '3': 'y/a/3.jpg',
    }
    assert list(found('x', 'y', recursive=True))[2:] == ['a/3', 'x/a/1', 'y/a/1']


def test_predictions_of_an_earlier_run_are_no_photographs(make):
    make('a/1.jpg', 'a/out/masks/1.png', 'a/out/overlays/1.png')
    assert found('a', out='a/out', recursive=True) == {'1': 'a/1.jpg'}
    with pytest.raises(FileNotFoundError, match='nothing but predictions'):
        found('a/out/masks', out='a/out')


def test_names_that_differ_in_case_alone_are_refused(make):
    make('a/1.jpg', 'a/1.JPG')
    with pytest.raises(ValueError, match='but for its case'):
        found('a')
