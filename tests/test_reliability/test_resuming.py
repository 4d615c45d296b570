import pytest
import torch

from mmcrack.engine import resuming
from mmcrack.engine.resuming import is_whole, latest_checkpoint


@pytest.fixture
def saved(tmp_path):
    """A work directory with three checkpoints, the last of which is the latest."""
    for step in (2, 4, 10):
        torch.save({'step': torch.full((1000,), step)}, tmp_path / f'iter_{step}.pth')
    (tmp_path / 'last_checkpoint').write_text(str(tmp_path / 'iter_10.pth'))
    return tmp_path


@pytest.fixture
def warnings(monkeypatch):
    lines = []
    monkeypatch.setattr(resuming, 'print_log', lambda text, *args: lines.append(text))
    return lines


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-100])


def fill_with_zeros(path):
    data = path.read_bytes()
    path.write_bytes(data[:1000] + bytes(1000) + data[2000:])


def test_latest_checkpoint_is_the_one_that_is_named(saved, warnings):
    (saved / 'iter_12.pth').write_bytes(b'of another training')
    assert latest_checkpoint(saved) == saved / 'iter_10.pth'
    assert warnings == []


def test_nothing_was_saved_yet(tmp_path):
    assert latest_checkpoint(tmp_path) is None


@pytest.mark.parametrize('damage', [cut_off, fill_with_zeros, lambda path: path.unlink()])
def test_damage_leads_to_the_one_before_and_a_warning(saved, warnings, damage):
    damage(saved / 'iter_10.pth')
    assert latest_checkpoint(saved) == saved / 'iter_4.pth'
    assert 'iter_10.pth: is ' in warnings[0]
    assert 'iter_4.pth instead' in warnings[0]


def test_empty_pointer_leads_to_the_newest(saved, warnings):
    (saved / 'last_checkpoint').write_bytes(b'')
    assert is_whole(latest_checkpoint(saved))
    assert 'last_checkpoint: names no checkpoint' in warnings[0]


def test_no_whole_checkpoint_is_an_error_that_says_what_to_do(saved):
    for path in saved.glob('*.pth'):
        cut_off(path)
    with pytest.raises(OSError, match=r'iter_10\.pth: is cut off .* delete .*last_checkpoint'):
        latest_checkpoint(saved)


def test_work_directory_may_be_moved(saved, tmp_path_factory):
    moved = saved.rename(tmp_path_factory.mktemp('elsewhere') / 'work')
    assert latest_checkpoint(moved) == moved / 'iter_10.pth'
