from pathlib import Path

import cv2
import numpy as np
import pytest

from mmcrack.pseudo_labels import edge_label

CONFIG = """
default_scope = 'mmseg'
custom_imports = dict(imports=['mmcrack'], allow_failed_imports=False)
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.EdgePseudoLabel', operator='prewitt'),
]
"""


@pytest.fixture
def label(project, script):
    Path('edges.py').write_text(CONFIG)

    def run(*options):
        script('generate_pseudo_labels.py', 'edges.py', '--images', 'data/images', '--out',
               'labels', *options)  # fmt: skip

    return run


def test_folder_is_labelled(label, capsys):
    label()
    assert 'labels: 5 labels, 5 of them new' in capsys.readouterr().out
    gray = cv2.cvtColor(cv2.imread('data/images/3.png'), cv2.COLOR_BGR2GRAY)
    expected = np.rint(edge_label(gray, 'prewitt') * 255)
    np.testing.assert_array_equal(cv2.imread('labels/3.png', cv2.IMREAD_UNCHANGED), expected)
    label()
    assert 'labels: 5 labels, 0 of them new' in capsys.readouterr().out


def test_only_listed_photographs_are_labelled(label, capsys):
    Path('list.txt').write_text('3.png\n1.png\n')
    label('--ann-file', 'list.txt')
    assert 'labels: 2 labels, 2 of them new' in capsys.readouterr().out
    assert sorted(path.name for path in Path('labels').glob('*.png')) == ['1.png', '3.png']


def test_options_change_the_labels_and_are_remembered(label):
    label()
    with pytest.raises(FileExistsError, match='another config'):
        label('--cfg-options', 'label_pipeline.1.operator=canny')
    before = Path('labels/0.png').read_bytes()
    label('--cfg-options', 'label_pipeline.1.operator=canny', '--overwrite')
    assert Path('labels/0.png').read_bytes() != before


def test_unknown_option_of_a_labeller_is_named(label):
    with pytest.raises(KeyError, match='did you mean operator'):
        label('--cfg-options', 'label_pipeline.1.operatr=canny')
    assert not Path('labels').exists()
