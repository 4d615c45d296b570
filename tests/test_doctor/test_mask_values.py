import io

import numpy as np
import pytest
from doctor_pictures import crack_mask
from PIL import Image

from mmcrack.doctor.data_diagnosis import diagnose
from mmcrack.doctor.findings import Severity


def _as_jpeg(mask: np.ndarray) -> np.ndarray:
    buffer = io.BytesIO()
    Image.fromarray(mask).save(buffer, 'JPEG')
    return np.asarray(Image.open(buffer))


def _classes() -> np.ndarray:
    mask = crack_mask() // 255
    mask[50:60] = 3
    return mask


@pytest.mark.parametrize(
    ('mask', 'remedy'),
    [
        (_as_jpeg(crack_mask()), 'threshold=0.5'),
        (crack_mask() // 2, 'threshold='),
        (_classes(), 'classes that you call crack'),
        (np.tile(np.arange(128, dtype=np.uint8), (96, 1)), 'soft=True'),
    ],
    ids=['compressed', 'two values', 'classes', 'gray'],
)
def test_odd_values_and_what_to_do(folder, mask, remedy):
    folder.pairs(2)
    folder.pair('odd', 9, mask=mask)
    finding = folder.findings()['mask values']
    assert finding.severity is Severity.ERROR
    assert remedy in finding.remedy
    assert [line.split(':')[0].split('/')[-1] for line in finding.files] == ['odd.png']


@pytest.mark.parametrize('scale', [1, 255])
def test_masks_of_0_and_1_or_255_are_right(folder, scale):
    folder.pair('one', 1, mask=crack_mask() // 255 * scale)
    assert folder.findings() == {}


def test_inverted_masks(folder):
    for seed in range(3):
        folder.pair(str(seed), seed, mask=255 - crack_mask())
    findings = folder.findings()
    assert list(findings) == ['inverted masks']
    assert 'invert=True' in findings['inverted masks'].remedy
    assert findings['inverted masks'].files[0].endswith('95.8 % crack')


def test_a_single_full_mask_is_a_warning_and_an_empty_one_a_note(folder):
    folder.pairs(3)
    folder.pair('full', 8, mask=np.full((96, 128), 255, np.uint8))
    folder.pair('empty', 9, mask=np.zeros((96, 128), np.uint8))
    findings = folder.findings()
    assert findings['masks mostly crack'].severity is Severity.WARNING
    assert findings['empty masks'].severity is Severity.NOTE
    assert findings['empty masks'].files == (f'{folder.root}/masks/empty.png',)


def test_mostly_empty_masks_are_a_warning(folder):
    for seed in range(3):
        folder.pair(str(seed), seed, mask=np.zeros((96, 128), np.uint8))
    assert folder.findings()['empty masks'].severity is Severity.WARNING


def test_masks_in_colors_are_unreadable(folder):
    folder.pair('color', 1, mask=np.dstack([crack_mask(), 0 * crack_mask(), crack_mask()]))
    assert 'color channels differ' in folder.findings()['unreadable files'].files[0]


CONFIG = """
default_scope = 'mmseg'
custom_imports = dict(imports=['mmcrack'], allow_failed_imports=False)
train_dataloader = dict(
    dataset=dict(
        type='RepeatDataset',
        times=2,
        dataset=dict(
            type='mmcrack.CrackDataset',
            data_root={root!r},
            data_prefix=dict(img_path='images', seg_map_path='masks'),
            pipeline=[dict(type='mmcrack.LoadCrackAnnotations', {options})],
        ),
    )
)
"""


@pytest.mark.parametrize(
    ('options', 'checks'),
    [('', ['inverted masks']), ('invert=True', []), ('threshold=0.5, invert=True', [])],
)
def test_a_config_says_how_masks_are_read(folder, tmp_path, options, checks):
    for seed in range(3):
        folder.pair(str(seed), seed, mask=255 - crack_mask())
    config = tmp_path / 'job.py'
    config.write_text(CONFIG.format(root=str(folder.root), options=options))
    diagnosis = diagnose(config=str(config))
    assert [finding.check for finding in diagnosis.findings] == checks
    assert {fact.name: fact.value for fact in diagnosis.facts}['part train'] == '3 pairs'


def test_labels_that_prerequisites_make_need_not_be_there(folder, tmp_path):
    folder.pair('one', 1)
    labels = folder.root / 'labels'
    config = tmp_path / 'job.py'
    text = CONFIG.format(root=str(folder.root), options='soft=True')
    text = text.replace("seg_map_path='masks'", f'seg_map_path={str(labels)!r}')
    config.write_text(text)
    with pytest.raises(FileNotFoundError, match='labels: no such folder'):
        diagnose(config=str(config))
    job = dict(label='labels.py', images='images', out=str(labels))
    config.write_text(f'{text}prerequisites = [{job!r}]\n')
    facts = {fact.name: fact.value for fact in diagnose(config=str(config)).facts}
    assert facts['made by prerequisites'] == str(labels)


def test_a_config_without_files_is_refused():
    with pytest.raises(ValueError, match=r'no data set of files to examine .*FractalCrackDataset'):
        diagnose(config='configs/cogensam/vqvae_prior_small.py')
