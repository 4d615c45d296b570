"""The page in a real browser without a network."""

import base64
import hashlib
import json
import re
import shutil
import subprocess

import pytest
from surveys import HOSTILE, ORDER, Page

BROWSER = next(
    filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome', 'chrome'))),
    None,
)
pytestmark = pytest.mark.skipif(BROWSER is None, reason='neither chromium nor google-chrome here')

# what a reader does and sees; the last line is what the test gets
SCRIPT = """
const visible = e => e.getClientRects().length > 0;
const cards = () => [...document.querySelectorAll('.card')].filter(visible)
  .map(card => card.dataset.name);
const set = (id, value, event) => {
  const input = document.getElementById(id);
  input.value = value;
  input.dispatchEvent(new Event(event));
};
const pages = () => [...document.querySelectorAll('.image-page')].filter(visible)
  .map(page => page.querySelector('h2').textContent);
const moved = () => new Promise(done => setTimeout(done, 60));
window.addEventListener('load', async () => {
  const seen = {start: [cards(), pages()]};
  set('sort', 'name', 'change');
  seen.by_name = cards();
  set('sort', 'cracks', 'change');
  seen.by_cracks = cards();
  set('sort', 'severity', 'change');
  set('filter', ' TWO', 'input');
  seen.filtered = [cards(), document.getElementById('filtered').textContent];
  set('filter', '', 'input');
  location.hash = 'image/b/two cracks';
  await moved();
  seen.page = [cards(), pages(), document.title];
  const page = document.querySelector('.image-page:target');
  const hot = () => [...page.querySelectorAll('.hot')].map(e => e.tagName + e.dataset.crack);
  const over = e => e.dispatchEvent(new PointerEvent('pointerover', {bubbles: true}));
  over(page.querySelector('tr[data-crack="2"] td'));
  seen.row_lights = hot();
  over(page.querySelector('g[data-crack="1"] .hit'));
  seen.line_lights = hot();
  const picture = page.querySelector('.picture img');
  seen.picture = [picture.complete, picture.naturalWidth];
  const line = page.querySelector('.outline').getBoundingClientRect();
  const frame = picture.getBoundingClientRect();
  seen.line_at = [(line.left - frame.left) / frame.width, (line.right - frame.left) / frame.width,
    (line.top + line.height / 2 - frame.top) / frame.height];
  const ids = () => [...page.querySelectorAll('tbody tr')].map(row => row.dataset.crack);
  const heads = page.querySelectorAll('thead button');
  heads[0].click();
  seen.sorted = [ids(), page.querySelector('thead th').getAttribute('aria-sort')];
  heads[0].click();
  seen.sorted_again = ids();
  page.querySelector('.show-cracks').click();
  seen.without_cracks = visible(page.querySelector('.overlay'));
  document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}));
  await moved();
  seen.next = pages();
  location.hash = 'overview';
  await moved();
  seen.back = [cards(), pages(), document.title];
  document.body.textContent = 'SEEN' + JSON.stringify(seen) + 'END';
});
"""


@pytest.fixture
def browse(tmp_path):
    """The document after its scripts ran, and what the console said."""

    def run(text, fragment='', *options):
        (tmp_path / 'page.html').write_text(text, encoding='utf-8')
        done = subprocess.run(
            [
                BROWSER, '--headless', '--no-sandbox', '--disable-gpu', '--enable-logging=stderr',
                '--host-resolver-rules=MAP * ~NOTFOUND', f'--user-data-dir={tmp_path}/profile',
                '--virtual-time-budget=3000', *options, '--dump-dom',
                f'{(tmp_path / "page.html").as_uri()}{fragment}',
            ],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        return done.stdout, re.findall(r'.*CONSOLE.*', done.stderr)

    return run


def with_script(text, script):
    """The page with one more script, which its policy allows."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    text = text.replace('script-src ', f"script-src 'sha256-{digest}' ")
    return text.replace('</body>', f'<script>{script}</script></body>')


def test_reader_finds_the_way(measure, report, browse):
    dom, console = browse(with_script(report(measure(), '--title', 'Wall'), SCRIPT))
    assert console == []
    seen = json.loads(Page(dom).texts[-1][1].removeprefix('SEEN').removesuffix('END'))
    assert seen['start'] == [ORDER, []]
    assert seen['by_name'] == ['b/two cracks', 'empty', 'thin', 'wide', HOSTILE]
    assert seen['by_cracks'][0] == 'b/two cracks'
    assert seen['by_cracks'][-1] == 'empty'
    assert seen['filtered'] == [['b/two cracks'], '1 of 5']
    assert seen['page'] == [[], ['b/two cracks'], 'b/two cracks – Wall']
    assert seen['row_lights'] == ['g2', 'text2', 'TR2']
    assert seen['line_lights'] == ['g1', 'text1', 'TR1']
    assert seen['picture'] == [True, 120]
    assert seen['line_at'] == pytest.approx([10 / 120, 110 / 120, 62 / 90], abs=0.01)
    assert seen['sorted'] == [['2', '1'], 'descending']
    assert seen['sorted_again'] == ['1', '2']
    assert not seen['without_cracks']
    assert seen['next'] == ['thin']
    assert seen['back'] == [ORDER, [], 'Wall']


def test_policy_stops_what_is_not_the_pages_own(measure, report, browse):
    strange = '<script>document.title = "taken over"</script><img src="https://example.org/a.png">'
    dom, console = browse(report(measure()).replace('</body>', f'{strange}</body>'))
    assert 'taken over</title>' not in dom
    assert len(console) >= 2
    assert all('Content Security Policy' in line for line in console)


def test_prints_all_pages(measure, report, browse, tmp_path):
    pdf = tmp_path / 'report.pdf'
    browse(report(measure()), '', f'--print-to-pdf={pdf}')
    assert len(re.findall(rb'/Type\s*/Page\b', pdf.read_bytes())) >= 1 + len(ORDER)
