import numpy as np
import pytest
from doctor_pictures import crack_mask, photograph
from PIL import Image

from mmcrack.doctor.findings import Severity


def test_a_sound_data_set_has_no_findings(folder):
    folder.pairs(3)
    diagnosis = folder.diagnose()
    assert diagnosis.findings == ()
    facts = {fact.name: fact.value for fact in diagnosis.facts}
    assert facts['part all'] == '3 pairs'
    assert facts['image sizes (height×width)'] == '96×128 (3)'
    assert facts['share of crack pixels'].startswith('median 4.17 %')  # 4 of 96 rows


def test_files_without_a_partner(folder):
    folder.pairs(1)
    folder.save('images/lone.png', photograph(5))
    folder.save('masks/left.png', crack_mask())
    finding = folder.findings()['files without a partner']
    assert finding.severity is Severity.ERROR
    assert [line.split(':')[0].split('/')[-1] for line in finding.files] == ['lone.png', 'left.png']


def test_shared_names_are_set_aside_and_the_rest_is_examined(folder):
    folder.pairs(2)
    folder.save('images/good0.bmp', photograph(7))
    findings = folder.findings()
    assert [line.split(':')[0].split('/')[-1] for line in findings['shared names'].files] == [
        'good0.bmp',
        'good0.png',
    ]
    assert 'unreadable files' not in findings


@pytest.mark.parametrize('damage', ['truncated', 'text', 'empty'])
def test_unreadable_files_are_named(folder, damage):
    folder.pairs(2)
    image = folder.root / 'images/good1.png'
    content = {'truncated': image.read_bytes()[:900], 'text': b'no image', 'empty': b''}[damage]
    image.write_bytes(content)
    finding = folder.findings()['unreadable files']
    assert finding.severity is Severity.ERROR
    assert len(finding.files) == 1
    assert finding.files[0].startswith(f'{image}: cannot be read')


def test_a_mask_of_another_size(folder):
    folder.pairs(1)
    folder.pair('other', 9, mask=crack_mask((48, 64)))
    finding = folder.findings()['mask sizes']
    assert finding.severity is Severity.ERROR
    assert finding.files[0].startswith(f'{folder.root}/masks/other.png: 48×64, its image')


def _orientation(value: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = value
    return exif


def test_a_mask_drawn_on_the_photograph_before_exif_turned_it(folder):
    folder.pair('turned', 1)
    folder.save('images/turned.png', photograph(1), exif=_orientation(6))
    findings = folder.findings()
    assert list(findings) == ['masks of unturned photographs']
    assert '96×128, its image' in findings['masks of unturned photographs'].files[0]


def test_a_photograph_turned_upside_down_by_exif_is_doubtful(folder):
    folder.pair('turned', 1)
    folder.save('images/turned.png', photograph(1), exif=_orientation(3))
    finding = folder.findings()['EXIF orientations']
    assert finding.severity is Severity.WARNING
    assert finding.files[0].endswith('orientation 3, its mask: 1')


def test_color_models_and_bits(folder):
    folder.pairs(2)
    deep = np.arange(96 * 128, dtype=np.uint16).reshape(96, 128) * 5
    for name, values in dict(
        deep=deep, gray=photograph(11)[..., 0], clear=np.dstack([photograph(12)] * 2)[..., :4]
    ).items():
        folder.pair(name, 0)
        folder.save(f'images/{name}.png', values)
    findings = folder.findings()
    expected = {'more than 8 bits': 'deep', 'gray and color mixed': 'gray', 'transparency': 'clear'}
    assert {check: findings[check].files[0].split('/')[-1] for check in expected} == {
        'more than 8 bits': 'deep.png: PNG I;16 16 bit',
        'gray and color mixed': 'gray.png: PNG L 8 bit',
        'transparency': 'clear.png: PNG RGBA 8 bit',
    }


def test_the_16_bits_that_pillow_does_not_show(folder):
    import cv2

    folder.pairs(1)
    deep = folder.root / 'images/good0.png'
    cv2.imwrite(str(deep), photograph(0).astype(np.uint16) * 257)
    assert folder.findings()['more than 8 bits'].files == (f'{deep}: PNG RGB 16 bit',)


def test_thumbnails_and_unusual_names(folder):
    folder.save('images/Riß 1.png', photograph(3, (32, 40)))
    folder.save('masks/Riß 1.png', crack_mask((32, 40)))
    findings = folder.findings()
    assert findings['very small images'].severity is Severity.WARNING
    assert findings['unusual names'].severity is Severity.NOTE


def test_names_that_differ_by_case_alone(folder):
    folder.pair('wall', 1)
    folder.pair('Wall', 2)
    assert len(folder.findings()['names equal but for case'].files) == 1


def test_several_workers_find_the_same_in_the_same_order(folder):
    folder.pairs(12)
    for name in ('good3', 'good7'):
        (folder.root / f'images/{name}.png').write_bytes(b'')
    assert folder.diagnose(workers=1) == folder.diagnose(workers=4)
