import base64
import csv
import hashlib
import json
import re
from urllib.parse import unquote

import numpy as np
import pytest
from surveys import HOSTILE, NAMES, ORDER, Page


def rows(path):
    with path.open(newline='', encoding='utf-8') as file:
        return list(csv.DictReader(file))


def data(page, name):
    (element,) = page.all('data', id=name)
    return float(element['value'])


def anchors(page):
    return [a['id'] for a in page.all('section') if a.get('class') == 'image-page']


@pytest.mark.parametrize(('scale', 'unit'), [(None, 'px'), (0.5, 'mm')])
def test_totals_are_those_of_the_tables(measure, report, scale, unit):
    measured = measure(mm_per_pixel=scale)
    page = Page(report(measured))
    cracks, images = rows(measured / 'cracks.csv'), rows(measured / 'images.csv')
    assert data(page, 'total-images') == len(images) == len(NAMES)
    assert data(page, 'total-with-cracks') == sum(row['cracks'] != '0' for row in images)
    assert data(page, 'total-cracks') == len(cracks) == 5
    lengths = [float(row[f'length_{unit}']) for row in cracks]
    assert data(page, 'total-length') == pytest.approx(sum(lengths))
    widest = max(float(row[f'width_max_{unit}']) for row in cracks)
    assert data(page, 'total-widest') == widest
    share = np.mean([float(row['crack_share']) for row in images])
    assert data(page, 'total-share') == pytest.approx(share, rel=1e-4)
    assert (f'{sum(lengths):.1f}\xa0{unit}', f'{widest:.2f}\xa0{unit}') == tuple(
        text for tag, text in page.texts if tag == 'data'
    )[3:5]


def test_rows_of_cracks_are_those_of_the_tables(measure, report):
    measured = measure(mm_per_pixel=0.5)
    page = report(measured)
    body = page[page.index('id="image/b/two%20cracks"') :]
    table = re.search(r'<table class="sortable cracks">.*?</table>', body, re.S)[0]
    shown = re.findall(r'data-value="([^"]+)"', table)
    keys = ('id', 'length_mm', 'width_mean_mm', 'width_median_mm', 'width_p95_mm', 'width_max_mm',
            'area_mm2', 'orientation_deg', 'branch_points', 'ends')  # fmt: skip
    expected = [
        float(row[key])
        for row in rows(measured / 'cracks.csv')
        if row['image'] == 'b/two cracks'
        for key in keys
    ]
    assert [float(value) for value in shown] == expected


def test_nothing_is_fetched_from_elsewhere(measure, report):
    text = report(measure())
    page = Page(text)
    ids = {attributes['id'] for _, attributes in page.elements if 'id' in attributes}
    for tag, attributes in page.elements:
        for name in ('src', 'href', 'action', 'srcset', 'poster', 'data', 'xlink:href'):
            value = attributes.get(name, '#')
            assert value.startswith(('data:image/jpeg;base64,', '#')), (tag, name, value)
            assert not value.startswith('#') or value == '#' or value[1:] in ids
        assert not any(name.startswith('on') or name == 'style' for name in attributes), tag
    style = re.search(r'<style>(.*?)</style>', text, re.S)[1]
    assert 'url(' not in style
    assert '@import' not in style


def test_policy_allows_the_pages_own_scripts_and_style_alone(measure, report):
    text = report(measure())
    (policy,) = (a['content'] for a in Page(text).all('meta') if 'http-equiv' in a)
    rules = dict(rule.strip().split(' ', 1) for rule in policy.split(';'))
    assert (rules['default-src'], rules['img-src']) == ("'none'", 'data:')
    for tag, rule in (('script', 'script-src'), ('style', 'style-src')):
        inline = re.findall(rf'<{tag}>(.*?)</{tag}>', text, re.S)
        hashes = [base64.b64encode(hashlib.sha256(i.encode()).digest()).decode() for i in inline]
        assert rules[rule].split() == [f"'sha256-{digest}'" for digest in hashes]


def test_hostile_names_are_text(measure, report):
    page = Page(report(measure(), '--title', '</title><script>alert(1)</script>'))
    assert not [a for tag, a in page.elements if tag == 'img' and a.get('src') == 'q']
    assert len(page.all('script')) == 2
    assert ('h1', '</title><script>alert(1)</script>') in page.texts
    assert ('h2', HOSTILE) in page.texts
    assert HOSTILE in [card['data-name'] for card in page.all('li', **{'class': 'card'})]


def test_every_image_has_an_address_without_spaces(measure, report):
    page = Page(report(measure()))
    assert [unquote(anchor) for anchor in anchors(page)] == [f'image/{name}' for name in ORDER]
    assert not any(re.search(r'[\s"<>]', anchor) for anchor in anchors(page))


def test_worst_come_first_and_lead_to_their_neighbours(measure, report):
    page = Page(report(measure()))
    cards = page.all('li', **{'class': 'card'})
    assert [card['data-name'] for card in cards] == ORDER
    assert len(page.all('a', rel='prev')) == len(page.all('a', rel='next')) == len(ORDER) - 1
    assert [a['href'][1:] for a in page.all('a', rel='next')] == anchors(page)[1:]
    assert [a['href'][1:] for a in page.all('a', rel='prev')] == anchors(page)[:-1]


def test_further_images_are_listed(measure, report):
    text = report(measure(), '--max-images', '2')
    page = Page(text)
    assert len(anchors(page)) == len(page.all('li', **{'class': 'card'})) == 2
    assert [row['data-name'] for row in page.all('tr') if 'data-name' in row] == ORDER[2:]
    assert '2\xa0photographs have a page of their own' in text
    assert '3\xa0others are listed here, because --max-images is 2' in text
    assert data(page, 'total-cracks') == 5


def test_file_stays_near_its_limit(measure, report):
    whole = report(measure())
    limit = 0.7 * len(whole) / 1e6
    page = Page(report(measure(), '--max-megabytes', str(limit)))
    assert 0 < len(anchors(page)) < len(ORDER)
    assert len(page.all('a', rel='next')) == len(anchors(page)) - 1
    assert any('--max-megabytes' in text for _, text in page.texts)


def test_a_page_of_nothing(tmp_path, measure, report):
    (tmp_path / 'maps').mkdir()
    from PIL import Image

    Image.new('L', (20, 20)).save(tmp_path / 'maps/blank.png')
    page = Page(report(measure(photographs=False, maps=tmp_path / 'maps')))
    assert data(page, 'total-cracks') == 0
    assert page.all('svg', role='img') == []
    assert ('p', 'No cracks.') in page.texts


def test_what_was_unreadable_is_said(measure, report):
    measured = measure()
    record = json.loads((measured / 'measurements.json').read_text())
    record['unreadable'] = {'torn<b>': 'torn.png: cannot be read'}
    record['finished'] = False
    (measured / 'measurements.json').write_text(json.dumps(record))
    text = report(measured)
    assert '1\xa0map could not be measured' in text
    assert '<b>torn&lt;b&gt;</b>: torn.png: cannot be read' in text
    assert 'Measuring stopped before its end' in text


def test_figures_stay_in_pixels_where_a_crack_has_no_scale(measure, report):
    measured = measure(mm_per_pixel=0.5)
    for path in (measured / 'measurements.json', measured / 'images/thin.json'):
        record = json.loads(path.read_text())
        image = next((i for i in record.get('images', []) if i['name'] == 'thin'), record)
        image.update(mm_per_pixel=None, mm_per_pixel_from=None)
        path.write_text(json.dumps(record))
    text = report(measured)
    assert 'in pixels: only 4 of 5 photographs have a scale' in text
    lengths = [float(row['length_px']) for row in rows(measured / 'cracks.csv')]
    assert data(Page(text), 'total-length') == pytest.approx(sum(lengths))


def test_settings(measure, report):
    measured = measure(mm_per_pixel=0.25, threshold=0.4, min_length=12.0)
    page = Page(report(measured))
    facts = [text for tag, text in page.texts if tag == 'dd']
    record = json.loads((measured / 'measurements.json').read_text())
    assert record['options_sha256'] in facts
    assert 'crack where the map exceeds 0.4' in facts
    assert 'cracks shorter than 12 pixels or of fewer than 10 pixels' in facts
    assert '0.25 mm per pixel, as given' in facts
