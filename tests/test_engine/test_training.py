import json
import time
from pathlib import Path

import pytest
import torch
from mmengine.config import Config

from mmcrack.engine import training
from mmcrack.engine.hooks import AtomicCheckpointHook, atomic_checkpoint_hook


class FakeRunner:
    def __init__(self, work_dir):
        self.work_dir = Path(work_dir)

    def train(self):
        self.record_while_training = json.loads((self.work_dir / 'training.json').read_text())
        (self.work_dir / 'last_checkpoint').write_text(str(self.work_dir / 'epoch_3.pth'))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Trains with a Runner that does nothing; returns what it was built with, and itself."""

    def build(cfg, *, max_missing):
        built.update(load_from=cfg.get('load_from'), max_missing=max_missing)
        built['runner'] = FakeRunner(cfg.work_dir)
        return built['runner']

    def train(**settings):
        cfg = Config({'work_dir': str(tmp_path), **settings})
        training.train(cfg, 'F')
        return built

    built = {}
    monkeypatch.setattr(training, 'build_runner', build)
    return train


def test_record_says_whether_the_training_is_finished(run, tmp_path):
    runner = run()['runner']
    assert not runner.record_while_training['finished']
    record = json.loads((tmp_path / 'training.json').read_text())
    assert record['finished']
    assert (record['config_sha256'], record['checkpoint']) == ('F', 'epoch_3.pth')


def test_resumed_training_prefers_its_own_checkpoint_to_the_initial_weights(run, tmp_path):
    torch.save({}, tmp_path / 'epoch_2.pth')
    (tmp_path / 'last_checkpoint').write_text('epoch_2.pth')
    found = run(resume=True, load_from='initial.pth')['load_from']
    assert found == str(tmp_path / 'epoch_2.pth')
    assert run(resume=False, load_from='initial.pth')['load_from'] == 'initial.pth'


def test_training_interrupted_before_the_first_checkpoint_begins_anew(run):
    built = run(resume=True, load_from='initial.pth')
    assert built['load_from'] == 'initial.pth'
    assert built['max_missing'] > 0  # as fine-tuning, not as resuming


def test_resuming_is_stricter_than_fine_tuning(run):
    assert run(resume=True)['max_missing'] == 0
    assert 0 < run(load_from='initial.pth')['max_missing'] < 1


def test_runs_of_one_second_share_no_state(project, monkeypatch):
    monkeypatch.setattr(time, 'time', lambda: 1.8e9)  # what MMEngine names runs by
    cfgs = [Config.fromfile('toy.py') for _ in range(2)]
    hubs = []
    for index, cfg in enumerate(cfgs):
        cfg.work_dir = f'run_{index}'
        hubs.append(training.build_runner(cfg).message_hub)
    assert hubs[0] is not hubs[1]


def test_checkpoint_just_written_is_kept_whatever_is_listed(project):
    cfg = Config.fromfile('toy.py')
    cfg.work_dir = 'work'
    cfg.default_hooks.checkpoint.max_keep_ckpts = 2
    runner = training.build_runner(cfg)
    runner.message_hub.update_info('keep_ckpt_ids', [2])  # as after going back
    runner.train()
    assert Path('work/epoch_2.pth').is_file()


def test_best_checkpoint_that_a_kill_left_behind_goes_when_the_training_goes_on(
    project, monkeypatch
):
    class Killed(BaseException):
        pass

    def kill(backend, path):
        raise Killed

    def run(resume):
        cfg = Config.fromfile('toy.py')
        cfg.work_dir, cfg.resume = 'work', resume
        cfg.default_hooks.checkpoint.save_best = 'mIoU'
        training.train(cfg, 'F')

    monkeypatch.setitem(AtomicCheckpointHook.rule_map, 'greater', lambda new, old: True)
    with monkeypatch.context() as patch:
        patch.setattr(atomic_checkpoint_hook, '_remove', kill)
        with pytest.raises(Killed):
            run(resume=False)
    Path('work/best_mDice_epoch_1.pth').touch()  # of another metric
    best = 'best_mIoU_epoch_1.pth', 'best_mIoU_epoch_2.pth'
    assert all(Path('work', name).is_file() for name in best)
    run(resume=True)
    found = sorted(path.name for path in Path('work').glob('best_*'))
    assert found == ['best_mDice_epoch_1.pth', best[1]]
