import hashlib
import http.server
import re
import threading
from typing import ClassVar

import pytest

from mmcrack.models.backbones.sam_checkpoints import SAM_CHECKPOINTS
from mmcrack.utils.download import DownloadError, download

CONTENT = bytes(range(256)) * 9000  # 2.3 MB: several blocks
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    resumes = True
    cut_after = None
    asked: ClassVar[list] = []

    def do_GET(self):
        wanted = self.headers.get('Range')
        self.asked.append(wanted)
        if self.path != '/sam.pth':
            self.send_error(404, 'Not Found')
            return
        start = int(re.fullmatch(r'bytes=(\d+)-', wanted)[1]) if wanted and self.resumes else 0
        if start >= len(CONTENT):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header('Content-Length', str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : self.cut_after])

    def log_message(self, *args):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(Handler, 'resumes', True)
    monkeypatch.setattr(Handler, 'cut_after', None)
    monkeypatch.setattr(Handler, 'asked', [])
    with http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={'poll_interval': 0.01})
        thread.start()
        yield f'http://127.0.0.1:{running.server_port}/sam.pth'
        running.shutdown()
        thread.join()


@pytest.fixture
def target(tmp_path):
    return tmp_path / 'checkpoints' / 'sam.pth'


def part_of(target):
    return target.with_name('sam.pth.part')


def test_downloads_once_and_reports_progress(server, target):
    seen = []
    assert download(server, target, SHA256, progress=lambda *args: seen.append(args))
    assert target.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert not part_of(target).exists()
    assert not download(server, target, SHA256)
    assert len(Handler.asked) == 1


def test_resumes_where_a_cut_connection_ended(server, target, monkeypatch):
    monkeypatch.setattr(Handler, 'cut_after', 1_000_000)
    with pytest.raises(DownloadError, match=r'ended after 1000000 of 2304000 bytes.*resume'):
        download(server, target, SHA256)
    assert not target.exists()
    monkeypatch.setattr(Handler, 'cut_after', None)
    download(server, target, SHA256)
    assert Handler.asked == [None, 'bytes=1000000-']
    assert target.read_bytes() == CONTENT


def test_starts_again_where_the_server_cannot_resume(server, target, monkeypatch):
    monkeypatch.setattr(Handler, 'resumes', False)
    target.parent.mkdir()
    part_of(target).write_bytes(b'old' * 100)
    download(server, target, SHA256)
    assert target.read_bytes() == CONTENT


def test_a_complete_part_needs_no_server(target):
    target.parent.mkdir()
    part_of(target).write_bytes(CONTENT)
    assert download('http://127.0.0.1:9/none', target, SHA256)
    assert target.read_bytes() == CONTENT


def test_a_wrong_checksum_leaves_nothing_behind(server, target):
    with pytest.raises(DownloadError, match=f'SHA-256 is {SHA256}, expected 00.*try again'):
        download(server, target, '00')
    assert not target.exists()
    assert not part_of(target).exists()


def test_a_part_that_is_too_long_is_dropped(server, target):
    target.parent.mkdir()
    part_of(target).write_bytes(CONTENT + b'more')
    with pytest.raises(DownloadError, match='no part of it and is deleted'):
        download(server, target, SHA256)
    assert not part_of(target).exists()


def test_an_existing_file_with_another_content_is_not_touched(server, target):
    target.parent.mkdir()
    target.write_bytes(b'mine')
    with pytest.raises(DownloadError, match=r'sam\.pth: SHA-256 is .*delete it or choose'):
        download(server, target, SHA256)
    assert target.read_bytes() == b'mine'


def test_a_refusal_is_passed_on(server, target):
    with pytest.raises(DownloadError, match='the server answers 404 Not Found'):
        download(server + 'x', target, SHA256)


def test_the_script_says_offline_what_to_fetch_and_where_to_put_it(target, script):
    url = 'http://127.0.0.1:9/sam.pth'  # nothing listens there
    with pytest.raises(DownloadError, match=rf'{url}: no connection .*copy it to {target}'):
        script('download_weights.py', 'sam_vit_b', '--out', target, '--url', url)
    assert not target.exists()


def test_the_published_addresses():
    assert {name: c.url.rsplit('/', 1)[1] for name, c in SAM_CHECKPOINTS.items()} == {
        'sam_vit_b': 'sam_vit_b_01ec64.pth',
        'sam_vit_l': 'sam_vit_l_0b3195.pth',
        'sam_vit_h': 'sam_vit_h_4b8939.pth',
    }
