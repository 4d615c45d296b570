import json

import pytest

from mmcrack.report import MeasuredFolder, write_report


def damage(path, *keys, value):
    """Put a value somewhere into a JSON file; ``...`` removes."""
    record = json.loads(path.read_text())
    at = record
    for key in keys[:-1]:
        at = at[key]
    if value is ...:
        del at[keys[-1]]
    else:
        at[keys[-1]] = value
    path.write_text(json.dumps(record))


@pytest.mark.parametrize(
    ('keys', 'value', 'message'),
    [
        (('schema',), 'mmcrack.measurement/9', "'schema': expected 'mmcrack.measurement/1'"),
        (('images',), ..., 'measuring has not ended'),
        (('images',), 'all', '\'images\': expected a list, found "all"'),
        (('images', 0), 3, r'images\[0\]: expected an object, found 3'),
        (('images', 0, 'file'), '../../secret.json', "'file': .* lies outside of"),
        (('images', 0, 'file'), '/etc/hostname', "'file': .* lies outside of"),
        (('images', 0, 'file'), 'images/a\0.json', "'file': .* lies outside of"),
        (('images', 0, 'summary', 'cracks'), -1, "summary: 'cracks': expected a finite number of"),
        (('images', 2, 'name'), 'empty', "'name': 'empty' is there twice"),
        (('threshold',), True, "'threshold': expected a number, found true"),
        (('unreadable',), {'a': 3}, "unreadable: 'a': expected a text"),
    ],
)
def test_damaged_list_is_refused(measure, keys, value, message):
    measured = measure()
    damage(measured / 'measurements.json', *keys, value=value)
    with pytest.raises(ValueError, match=rf'measurements\.json.*{message}') as error:
        MeasuredFolder(measured).read('empty')
    assert '\n' not in str(error.value)


@pytest.mark.parametrize(
    ('keys', 'value', 'message'),
    [
        (('width',), 0, "'width': expected a finite number of at least 1, found 0"),
        (('height',), 2.5, "'height': expected a whole number, found 2.5"),
        (('name',), 'other', "'name': expected 'thin'"),
        (('map',), None, "'map': expected a value, found null"),
        (('image',), ['a'], "'image': expected a text, found a list of 1"),
        (('cracks',), {}, "'cracks': expected a list, found an object of 0"),
        (('cracks', 0, 'id'), 7, r"cracks\[0\]: 'id': expected 1"),
        (('cracks', 0, 'length_mm'), ..., r"cracks\[0\]: 'length_mm' is missing"),
        (('cracks', 0, 'length_mm'), '<b>', '\'length_mm\': expected a number, found "<b>"'),
        (('cracks', 0, 'width_max_mm'), float('nan'), 'NaN is no number'),
        (('cracks', 0, 'area_mm2'), 10**400, "'area_mm2': expected a finite number"),
        (('cracks', 0, 'lines', 0), [[1, 2], [3]], r"'lines\[0\]': expected a list of points"),
        (('cracks', 0, 'lines', 0, 0), [1, None], r"'lines\[0\]': expected a list of points"),
        (('cracks', 0, 'lines', 0), 'M0 0', r"'lines\[0\]': expected a list of"),
        (('cracks', 0, 'widths', 0), [1.0], "'widths': expected one for each point"),
    ],
)
def test_damaged_image_is_refused(measure, keys, value, message):
    measured = measure(mm_per_pixel=0.5)
    damage(measured / 'images/thin.json', *keys, value=value)
    with pytest.raises(ValueError, match=rf'thin\.json.*{message}') as error:
        write_report(measured, measured / 'report.html')
    assert len(str(error.value)) < 600
    assert not (measured / 'report.html').exists()


@pytest.mark.parametrize('text', ['', '{"a": ', '\xff', '[' * 100_000, '[]'])
def test_file_that_is_no_record_is_refused(measure, text):
    measured = measure()
    (measured / 'images/thin.json').write_bytes(text.encode('latin-1'))
    with pytest.raises(ValueError, match=r'thin\.json: (cannot be read as|expected an object)'):
        MeasuredFolder(measured).read('thin')


def test_folder_without_measurements(tmp_path):
    with pytest.raises(FileNotFoundError, match=r'measurements\.json: no such file; give the fold'):
        MeasuredFolder(tmp_path)
