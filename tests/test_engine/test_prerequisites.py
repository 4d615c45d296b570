import shlex
from pathlib import Path

import pytest
from mmengine.config import Config

from mmcrack.engine import jobs as jobs_module
from mmcrack.engine.label_generation import RECORD as LABELS_RECORD
from mmcrack.engine.prerequisites import (
    PrerequisitesMissingError,
    collect_jobs,
    every_job,
    fulfil,
)
from mmcrack.engine.records import write_record
from mmcrack.engine.training import RECORD as TRAINING_RECORD

PRIOR = "dict(train='toy.py', checkpoint='work_dirs/prior/final.pth')"
LABELS = "dict(label='labels.py', images='data/images', out='work_dirs/labels')"


@pytest.fixture
def chain(project):
    """main.py needs labels, labels.py a trained model, toy.py nothing."""
    write('labels.py', prerequisites=f'[{PRIOR}]', label_pipeline=(
        "[dict(type='LoadImageFromFile'), dict(type='mmcrack.EdgePseudoLabel')]"
    ))  # fmt: skip
    write('main.py', "_base_ = 'toy.py'", prerequisites=f'[{LABELS}]')
    return project


@pytest.fixture
def ran(monkeypatch):
    """Replaces the work by its records; lists what was done."""
    done = []

    def train(cfg, fingerprint):
        done.append((cfg.filename, cfg.work_dir, cfg.resume))
        last = Path(cfg.work_dir, 'epoch_2.pth')
        last.parent.mkdir(parents=True, exist_ok=True)
        last.write_bytes(fingerprint.encode())
        record = {'config_sha256': fingerprint, 'finished': True, 'checkpoint': last.name}
        write_record(last.with_name(TRAINING_RECORD), record)

    def label(cfg, images, out, *, fingerprint, overwrite, strict):
        done.append((cfg.filename, str(out), overwrite))
        for stem in images:
            path = out / f'{stem}.png'
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        write_record(out / LABELS_RECORD, {'config_sha256': fingerprint, 'finished': True})

    monkeypatch.setattr(jobs_module.training, 'train', train)
    monkeypatch.setattr(jobs_module.label_generation, 'generate_labels', label)
    return done


def write(name, *lines, **settings):
    text = [*lines, *(f'{key} = {value}' for key, value in settings.items())]
    Path(name).write_text('\n'.join(text) + '\n')


def collect(config='main.py'):
    return collect_jobs(Config.fromfile(config), config)


def run(config='main.py', **options):
    cfg = Config.fromfile(config)
    fulfil(cfg, collect_jobs(cfg, config), **options)


def test_nested_prerequisites_come_first(chain):
    assert [job.config for job in every_job(collect())] == ['toy.py', 'labels.py']


def test_missing_products_are_made_in_order_and_then_reused(chain, ran):
    run()
    assert ran == [
        ('toy.py', 'work_dirs/prior', False),
        ('labels.py', 'work_dirs/labels', False),
    ]
    assert Path('work_dirs/prior/final.pth').samefile('work_dirs/prior/epoch_2.pth')
    ran.clear()
    run()
    assert ran == []


def test_finished_product_needs_no_inputs(chain, ran):
    run()
    for path in Path('work_dirs/prior').iterdir():
        path.unlink()
    ran.clear()
    run()
    assert ran == []


def test_only_listed_photographs_are_labelled_and_a_longer_list_adds_to_them(project, ran):
    write('labels.py', label_pipeline="[dict(type='mmcrack.EdgePseudoLabel')]")
    listed = "dict(label='labels.py', images='data', ann_file='list.txt', out='labels')"
    write('main.py', prerequisites=f'[{listed}]')
    Path('list.txt').write_text('images/3.png masks/3.png\n')
    run()
    assert sorted(Path('labels').rglob('*.png')) == [Path('labels/images/3.png')]
    Path('list.txt').write_text('images/3.png masks/3.png\nimages/1.png masks/1.png\n')
    (job,) = collect()
    assert 'lacks 1 of 2 labels' in job.why_run()
    assert '--images data --out labels --ann-file list.txt' in job.command('none', 1)


def test_change_of_a_config_renews_what_was_made_from_it(chain, ran):
    run()
    with open('toy.py', 'a') as file:
        file.write('optim_wrapper = dict(optimizer=dict(lr=0.5))\n')
    ran.clear()
    run()
    assert ran == [
        ('toy.py', 'work_dirs/prior', False),
        ('labels.py', 'work_dirs/labels', True),
    ]
    assert Path('work_dirs/prior.old1/epoch_2.pth').is_file()


def test_interrupted_training_is_resumed(chain, ran):
    job = next(every_job(collect()))
    job.work_dir.mkdir(parents=True)
    (job.work_dir / 'epoch_1.pth').touch()
    (job.work_dir / 'last_checkpoint').write_text(str(job.work_dir / 'epoch_1.pth'))
    record = {'config_sha256': job.fingerprint, 'finished': False}
    write_record(job.work_dir / TRAINING_RECORD, record)
    assert 'interrupted' in job.why_run()
    run()
    assert ran[0] == ('toy.py', 'work_dirs/prior', True)


def test_deleted_checkpoint_is_trained_from_the_start(chain, ran):
    run()
    for path in (*Path('work_dirs/prior').glob('*.pth'), *Path('work_dirs/labels').glob('*')):
        path.unlink()
    Path('work_dirs/prior/last_checkpoint').write_text('work_dirs/prior/epoch_2.pth')
    ran.clear()
    run()
    assert ran[0] == ('toy.py', 'work_dirs/prior', False)


def test_new_photographs_are_labelled(chain, ran):
    run()
    Path('data/images/new.png').touch()
    ran.clear()
    run()
    assert [config for config, *_ in ran] == ['labels.py']


def test_checkpoint_without_record_is_used_as_it_is(chain, ran):
    Path('work_dirs/prior').mkdir(parents=True)
    Path('work_dirs/prior/final.pth').touch()
    run()
    assert [config for config, *_ in ran] == ['labels.py']


def test_name_that_the_runner_never_saves_is_explained(chain, ran):
    write('main.py', prerequisites=PRIOR.replace('final', 'epoch_9').join('[]'))
    with pytest.raises(FileNotFoundError, match=r'saves no epoch_9\.pth.*epoch_2\.pth'):
        run()


def test_without_permission_the_commands_are_listed_in_order(chain, ran):
    with pytest.raises(PrerequisitesMissingError) as caught:
        run(allowed=False)
    commands = [line for line in str(caught.value).splitlines() if 'python' in line]
    assert [shlex.split(command) for command in commands] == [
        ['python', 'tools/train.py', 'toy.py', '--work-dir', 'work_dirs/prior'],
        ['python', 'tools/generate_pseudo_labels.py', 'labels.py', '--images', 'data/images',
         '--out', 'work_dirs/labels'],
    ]  # fmt: skip
    assert ran == []


def test_options_of_a_prerequisite_are_applied_and_listed(chain, ran):
    options = 'cfg_options=dict(train_cfg=dict(max_epochs=7), randomness=dict(seed=None))'
    write('main.py', prerequisites=f'[{PRIOR[:-1]}, {options})]')
    (job,) = collect()
    assert job.cfg.train_cfg.max_epochs == 7
    command = shlex.split(job.command('pytorch', 2))
    assert command[:3] == ['torchrun', '--nproc_per_node=2', 'tools/train.py']
    start = command.index('--cfg-options')
    assert command[start + 1 : start + 3] == ['train_cfg.max_epochs=7', 'randomness.seed=None']


def test_missing_file_stops_everything_before_it_starts(chain, ran):
    with open('main.py', 'a') as file:
        file.write(
            "model = dict(backbone=dict(init_cfg=dict(type='Pretrained', checkpoint='x.pth')))"
        )
    with pytest.raises(FileNotFoundError, match=r'x\.pth'):
        run()
    assert ran == []
    assert not Path('work_dirs').exists()


def test_missing_photographs_stop_everything_before_it_starts(chain, ran):
    write('main.py', prerequisites=LABELS.replace('data/images', 'nowhere').join('[]'))
    with pytest.raises(FileNotFoundError, match='nowhere'):
        run()
    assert ran == []


def test_circle_is_shown(chain):
    write('labels.py', prerequisites=f'[{LABELS}]')
    with pytest.raises(ValueError, match=r'circle.*main\.py → labels\.py → labels\.py'):
        collect()


def test_what_two_jobs_wait_for_is_read_once(chain):
    """A round and its labels need the student of the round before: else each round doubles it."""
    write('main.py', prerequisites=f'[{PRIOR}, {LABELS}]')
    prior, labels = collect()
    assert labels.inputs == [prior]
    assert labels.inputs[0] is prior


def test_a_config_with_other_options_is_no_circle(chain, ran):
    """As rounds of self-training label: one config, each time with the student of the round."""
    later = {'prerequisites.0.train': 'round.py', 'prerequisites.0.checkpoint': 'work_dirs/1/a.pth'}
    write('round.py', "_base_ = 'toy.py'", prerequisites=f'[{LABELS}]')
    entry = LABELS[:-1].replace('work_dirs/labels', 'work_dirs/later') + f', cfg_options={later})'
    write('main.py', "_base_ = 'toy.py'", prerequisites=f'[{entry}]')
    run()
    made = [(name, str(where)) for name, where, _ in ran]
    assert [(Path(name).name, Path(where).name) for name, where in made] == [
        ('toy.py', 'prior'), ('labels.py', 'labels'), ('round.py', '1'), ('labels.py', 'later'),
    ]  # fmt: skip


def test_a_config_that_waits_for_itself_with_the_same_options_is_a_circle(chain):
    entry = LABELS[:-1] + ", cfg_options=dict(default_scope='mmseg'))"
    write('labels.py', prerequisites=f'[{entry}]')
    with pytest.raises(ValueError, match=r'circle.*main\.py → labels\.py → labels\.py → labels'):
        collect()


@pytest.mark.parametrize(
    ('entry', 'error', 'message'),
    [
        ("dict(train='toy.py')", ValueError, r'main\.py: prerequisites\[0\].*expected'),
        ("dict(train='toy.py', checkpoint='a/b.pth', images='c')", ValueError, 'expected'),
        ("dict(checkpoint='a/b.pth')", ValueError, 'expected'),
        (
            "dict(train='none.py', checkpoint='a/b.pth')",
            FileNotFoundError,
            r'none\.py: there is no',
        ),
        (PRIOR[:-1] + ', cfg_options=dict(tarin_cfg=1))', KeyError, 'tarin_cfg'),
    ],
)
def test_malformed_entry_is_named(chain, entry, error, message):
    write('main.py', prerequisites=f'[{entry}]')
    with pytest.raises(error, match=message):
        collect()


def test_two_trainings_may_not_share_a_folder(chain):
    other = PRIOR[:-1].replace('final', 'other') + ', cfg_options=dict(randomness=dict(seed=5)))'
    write('main.py', prerequisites=f'[{PRIOR}, {other}]')
    with pytest.raises(ValueError, match='work_dirs/prior: wanted by'):
        collect()


def test_training_may_not_own_a_folder_of_others(chain):
    whole = PRIOR.replace('work_dirs/prior/', 'work_dirs/')
    write('main.py', prerequisites=f'[{whole}, {LABELS}]')
    with pytest.raises(ValueError, match='needs a folder of its own'):
        collect()
