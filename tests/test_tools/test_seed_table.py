import json
import statistics
from pathlib import Path

import pytest

TOOL = 'analysis_tools/seed_table.py'


@pytest.fixture
def seeded(project):
    """The tiny job for one epoch, as a config that seeds change."""
    text = "_base_ = 'toy.py'\ntrain_cfg = dict(max_epochs=1)\n"
    text += "seed_options = ['randomness.seed={seed}']\n"
    Path('seeded.py').write_text(text)
    return project


def commands(script, capsys, *seeds):
    script(TOOL, 'seeded.py', '--work-dir', 'runs', '--seeds', *seeds, '--dry-run')
    return [line for line in capsys.readouterr().out.splitlines() if 'train.py' in line]


def pretend(seed, finished, scores, fingerprint, name='seeded'):
    """A run's folder as a training leaves it."""
    folder = Path(f'runs/{name}/seed_{seed}')
    logs = folder / '20260101_000000' / 'vis_data'
    logs.mkdir(parents=True)
    lines = [
        dict(loss=0.5, step=1),
        {'x/first': 0.0},
        {**scores, 'step': 3},
        dict(loss=0.1, step=3),
    ]
    (logs / 'scalars.json').write_text('\n'.join(map(json.dumps, lines)))
    record = dict(config='seeded.py', config_sha256=fingerprint, finished=finished)
    (folder / 'training.json').write_text(json.dumps(record))


def fingerprint_of(script, seed, name='seeded'):
    make_run = script(TOOL, f'{name}.py', '--table-only', '--seeds', seed)['make_run']
    return make_run(f'{name}.py', seed, Path('runs')).fingerprint


def test_a_seed_is_trained_once_and_its_last_figures_are_tabled(seeded, script, capsys):
    arguments = [TOOL, 'seeded.py', '--work-dir', 'runs', '--seeds', '7', '--metrics', 'mIoU']
    script(*arguments)
    assert 'seed_7: ' in capsys.readouterr().out
    record = json.loads(Path('runs/seeded/seed_7/training.json').read_text())
    assert record['finished']
    assert 'randomness = dict(seed=7)' in Path('runs/seeded/seed_7/seeded.py').read_text()
    script(*arguments)
    out = capsys.readouterr().out
    assert 'seed_7: ' not in out
    assert '| seeded | 1 |' in out


def test_mean_and_standard_deviation_over_finished_seeds(seeded, script, capsys):
    for seed, score in enumerate([60.0, 64.0, 99.0]):
        pretend(seed, seed < 2, {'x/score': score}, fingerprint_of(script, seed))
    capsys.readouterr()
    script(TOOL, 'seeded.py', '--work-dir', 'runs', '--seeds', 0, 1, 2, '--table-only')
    expected = f'| seeded | 2 | 62.00 ± {statistics.stdev([60, 64]):.2f} |'
    assert expected in capsys.readouterr().out


def test_differences_are_seed_by_seed(seeded, script, capsys):
    Path('other.py').write_text("_base_ = 'seeded.py'\n")
    scores = {'seeded': [60.0, 64.0], 'other': [61.0, 67.0, 99.0]}  # no seed 2 to compare with
    for name, values in scores.items():
        for seed, value in enumerate(values):
            pretend(seed, True, {'x/score': value}, fingerprint_of(script, seed, name), name)
    capsys.readouterr()
    arguments = [TOOL, *(f'{name}.py' for name in scores), '--work-dir', 'runs', '--table-only']
    script(*arguments, '--seeds', 0, 1, 2, '--minus', 'seeded.py')
    out = capsys.readouterr().out
    assert f'| other | 2 | 2.00 ± {statistics.stdev([1, 3]):.2f} |' in out
    assert '| seeded |' not in out
    with pytest.raises(SystemExit, match=r'--minus toy\.py: must be one of seeded\.py, other\.py'):
        script(*arguments, '--minus', 'toy.py')


def test_only_what_remains_is_run_and_resumed(seeded, script, capsys):
    pretend(0, True, {'x/score': 1.0}, fingerprint_of(script, 0))
    pretend(1, False, {}, fingerprint_of(script, 1))
    remaining = commands(script, capsys, 0, 1, 2)
    assert [command.split('seed=')[1] for command in remaining] == ['1', '2']
    assert all('--resume' in command for command in remaining)


def test_a_folder_of_another_config_is_refused(seeded, script, capsys):
    pretend(0, True, {'x/score': 1.0}, 'of another config')
    with pytest.raises(SystemExit, match=r'runs/seeded/seed_0: trained with another state'):
        commands(script, capsys, 0)


def test_a_config_without_seed_options_is_refused(project, script):
    with pytest.raises(SystemExit, match=r'toy\.py: no seed_options'):
        script(TOOL, 'toy.py', '--dry-run')
