import json
import runpy
import shutil
import time
from pathlib import Path

import cv2
import pytest
import torch
import toy
from mmcv.transforms import BaseTransform
from mmengine.hooks import Hook
from mmengine.registry import HOOKS, TRANSFORMS
from mmengine.runner.checkpoint import CheckpointLoader

from mmcrack.zoo import Request, measure

TOOLS = Path(__file__).parents[2] / 'tools'
TOOL = 'analysis_tools/zoo.py'
PAGE = Path('docs/zoo.md')
NETWORK = """
_base_ = './toy.py'
train_cfg = dict(max_epochs=2)
test_evaluator = dict(_delete_=True, type='mmcrack.CrackMetric')
zoo = dict(note='reduced: 6 steps of 2')
"""
LABELS = """
default_scope = 'mmseg'
custom_imports = dict(imports=['mmcrack'], allow_failed_imports=False)
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='mmcrack.OpenCVBaselinePseudoLabel', z=1.0, length=5),
    dict(type='Trouble'),
]
"""
TEST_DATA = """
test_dataloader = dict(
    dataset=dict(
        type='mmcrack.CrackDataset',
        data_root='data',
        data_prefix=dict(img_path='images', seg_map_path='masks'),
        pipeline=[
            dict(type='LoadImageFromFile'),
            dict(type='mmcrack.LoadCrackAnnotations'),
            dict(type='mmcrack.PackCrackInputs'),
        ],
    ),
)
test_evaluator = dict(type='mmcrack.CrackMetric')
"""
VIEWS = """
_base_ = './network.py'
tta_model = dict(type='mmcrack.CrackTTAModel')
tta_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='TestTimeAug',
        transforms=[
            [
                dict(type='RandomFlip', prob=0.0, direction='horizontal'),
                dict(type='RandomFlip', prob=1.0, direction='horizontal'),
            ],
            [dict(type='mmcrack.LoadCrackAnnotations')],
            [dict(type='mmcrack.PackCrackInputs')],
        ],
    ),
]
"""
NAP = 0.05  # seconds that a step takes at least


@HOOKS.register_module()
class NapHook(Hook):
    """Makes steps last, and kills the training in its second epoch."""

    def __init__(self, kill):
        self.kill = kill

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        time.sleep(NAP)
        if self.kill and runner.iter == 4:
            raise KeyboardInterrupt


@TRANSFORMS.register_module()
class Trouble(BaseTransform):
    """Does to photographs named ``stop``, ``fail`` and ``drop`` what their names say."""

    def transform(self, results):
        name = Path(results['img_path']).stem
        if name == 'stop':
            raise KeyboardInterrupt
        if name == 'fail':
            raise OSError('no room')
        return None if name == 'drop' else results


def make_project(folder):
    """The configs and drawn images, cracks dark; all paths are relative."""
    toy.write_config(folder)
    for file in Path('data/images').iterdir():
        cv2.imwrite(str(file), 255 - cv2.imread(str(file)))
    Path('toy.py').write_text(Path('toy.py').read_text().replace(str(folder / 'data'), 'data'))
    Path('network.py').write_text(NETWORK)
    Path('labels.py').write_text(LABELS)
    Path('data.py').write_text(TEST_DATA)
    others = TEST_DATA.replace("'images'", "'others'").replace("'masks'", "'other_masks'")
    Path('others.py').write_text(others)


@pytest.fixture(scope='module')
def training(tmp_path_factory):
    """A folder where ``network.py`` has been trained."""
    folder = tmp_path_factory.mktemp('training')
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr('sys.argv', ['train.py', 'network.py'])
        make_project(folder)
        runpy.run_path(str(TOOLS / 'train.py'), run_name='__main__')
    return folder


@pytest.fixture
def zoo(tmp_path, monkeypatch, script):
    """Runs the command in a folder with the configs."""
    monkeypatch.chdir(tmp_path)
    torch.set_num_threads(1)
    make_project(tmp_path)
    return lambda *arguments: script(TOOL, *arguments, '--page', PAGE)


@pytest.fixture
def trained(training, zoo):
    """The command, where the training is done."""
    shutil.copytree(training / 'work_dirs', 'work_dirs')
    return zoo


def add_others(name):
    """A second data set: two of the images under other names."""
    for folder in ('others', 'other_masks'):
        Path('data', folder).mkdir()
    for source, target in (('0', 'a'), ('1', name)):
        shutil.copy(f'data/images/{source}.png', f'data/others/{target}.png')
        shutil.copy(f'data/masks/{source}.png', f'data/other_masks/{target}.png')


def rows():
    files = sorted(PAGE.with_suffix('').iterdir())
    return {file.name: json.loads(file.read_text()) for file in files}


def only_row():
    (row,) = rows().values()
    return row


def test_a_network_is_trained_tested_and_refreshed(zoo, script):
    zoo('network.py')
    row = only_row()
    checkpoint = 'work_dirs/network/epoch_2.pth'
    script('test.py', 'network.py', checkpoint, '--work-dir', 'tested')
    (result,) = Path('tested').glob('*/*.json')
    expected = json.loads(result.read_text().splitlines()[-1])
    for key in ('F1', 'mIoU', 'ODS', 'OIS', 'AP', 'clDice'):
        assert row['figures'][key] == pytest.approx(expected[f'image/{key}'], abs=1e-4)
    weights = CheckpointLoader.load_checkpoint(checkpoint)['state_dict']
    counted = [w.numel() for name, w in weights.items() if '.running_' not in name]
    assert row['parameters'] == sum(counted) - len([n for n in weights if 'batches' in n])
    assert (row['data_set'], row['split'], row['images']) == ('data', 'images', 5)
    assert row['note'] == 'reduced: 6 steps of 2'
    page = PAGE.read_text()
    assert page.count('| network | network |') == 1
    assert page.endswith('# 1\npython tools/analysis_tools/zoo.py network.py\n```\n')


def test_times_of_a_resumed_training_are_summed(zoo, script):
    killed = NETWORK + "custom_hooks = [dict(type='NapHook', kill=True)]"
    Path('nap.py').write_text(killed)
    with pytest.raises(KeyboardInterrupt):
        script('train.py', 'nap.py')
    Path('nap.py').write_text(killed.replace('True', 'False'))
    script('train.py', 'nap.py', '--resume')
    zoo('nap.py')
    training = only_row()['training']
    assert training['steps'] == 6
    assert training['seconds'] >= 6 * NAP  # three of the steps are in the last part
    assert training['machines'] == [only_row()['machine']]


def test_an_interrupted_command_goes_on(zoo):
    add_others('stop')
    command = ('labels.py', '--test-configs', 'data.py', 'others.py')
    with pytest.raises(KeyboardInterrupt):
        zoo(*command)
    (first,) = PAGE.with_suffix('').iterdir()
    written = first.stat().st_mtime_ns
    for folder in ('others', 'other_masks'):
        Path('data', folder, 'stop.png').rename(f'data/{folder}/go.png')
    zoo(*command)
    assert first.stat().st_mtime_ns == written
    assert [row['split'] for row in rows().values()] == ['images', 'others']
    zoo(*command)  # nothing is left to go on with, so all is refreshed
    assert first.stat().st_mtime_ns > written
    assert len(rows()) == 2


def test_a_failed_test_names_the_config_and_the_log(zoo):
    add_others('fail')
    with pytest.raises(SystemExit, match=r'labels\.py on others\.py: .*no room; see') as caught:
        zoo('labels.py', '--test-configs', 'others.py')
    log = Path(str(caught.value).rsplit('see ', 1)[1])
    assert 'Traceback' in log.read_text()


def test_a_failed_training_names_the_config_and_the_log(zoo):
    Path('train.py').write_text("raise SystemExit('no memory')")
    request = Request(config='network.py', train_script=Path('train.py'), rows=Path('rows'))
    with pytest.raises(RuntimeError, match=r'^network\.py: .* see work_dirs/network/train\.log'):
        list(measure(request))
    assert 'no memory' in Path('work_dirs/network/train.log').read_text()


def test_rows_of_another_state_are_marked_and_else_the_page_stays(trained, monkeypatch):
    trained('network.py')
    page = PAGE.read_bytes()
    monkeypatch.setenv('MMCRACK_DATA', 'elsewhere')
    trained('--page-only')
    assert PAGE.read_bytes() == page
    Path('network.py').write_text(NETWORK + 'optim_wrapper = dict(optimizer=dict(lr=0.5))\n')
    trained('--page-only')
    assert PAGE.read_text() == page.decode().replace(
        '| network | network |', '| network† | network |'
    )
    with pytest.raises(SystemExit, match=r'trained with another state of network\.py'):
        trained('network.py')
    trained('network.py', '--checkpoint', 'work_dirs/network/epoch_2.pth')
    assert '| network† | network |' in PAGE.read_text()


def test_a_checkpoint_without_a_record_is_marked(trained):
    Path('work_dirs/network/epoch_2.pth').rename('mine.pth')
    trained('network.py', '--checkpoint', 'mine.pth')
    assert '| network‡ | network |' in PAGE.read_text()
    assert PAGE.read_text().endswith('network.py --checkpoint mine.pth\n```\n')
    assert only_row()['training']['steps'] == 6


def test_labels_are_a_row_with_the_figures_of_eval_maps(zoo, script):
    zoo('labels.py', '--test-configs', 'data.py')
    zoo('labels.py', '--test-configs', 'data.py')
    row = only_row()
    (labels,) = Path('work_dirs/zoo').glob('*/labels/*')
    script('analysis_tools/eval_maps.py', labels, 'data/masks', '--json', 'scores.json')
    expected = json.loads(Path('scores.json').read_text())['scores']['image']
    assert row['figures'] == pytest.approx(expected, abs=1e-4)
    assert row['figures']['F1'] > 20
    assert (row['kind'], row['parameters'], row['training']) == ('labels', 0, None)
    assert '| labels | labels |' in PAGE.read_text()


def test_photographs_of_one_name_in_two_folders_are_both_labelled(zoo):
    """The second has the name of the first; the scores are those under names of their own."""
    add_others('b')
    zoo('labels.py', '--test-configs', 'others.py')
    expected = only_row()['figures']
    for folder in ('others', 'other_masks'):
        Path('data', folder, 'b.png').rename(Path('data', folder, '0.png'))
    Path('data/listed.txt').write_text('images/0.png masks/0.png\nothers/0.png other_masks/0.png\n')
    prefix = "ann_file='listed.txt', data_prefix=dict(img_path='', seg_map_path=''),"
    before = "data_prefix=dict(img_path='images', seg_map_path='masks'),"
    Path('listed.py').write_text(TEST_DATA.replace(before, prefix))
    PAGE.with_suffix('').joinpath(*rows()).unlink()
    zoo('labels.py', '--test-configs', 'listed.py')
    assert only_row()['figures'] == expected


def test_a_photograph_without_a_label_counts_as_one_without_a_crack(zoo):
    add_others('drop')
    zoo('labels.py', '--test-configs', 'others.py')
    with_both = only_row()
    assert (with_both['images'], with_both['dropped']) == (2, 1)
    for folder in ('others', 'other_masks'):
        Path('data', folder, 'drop.png').unlink()
    zoo('labels.py', '--test-configs', 'others.py')
    assert with_both['figures']['F1'] == pytest.approx(only_row()['figures']['F1'] / 2, abs=1e-3)


@pytest.mark.parametrize(
    ('change', 'message'),
    [
        (
            "test_evaluator = dict(_delete_=True, type='IoUMetric')",
            r"needs dict\(type='mmcrack",
        ),
        ("zoo = dict(remark='short')", r'network\.py: zoo\.remark'),
        ('test_dataloader = None', r'network\.py: no test_dataloader'),
    ],
)
def test_a_config_that_does_not_fit_is_refused_before_it_is_trained(zoo, change, message):
    Path('network.py').write_text(f"_base_ = './toy.py'\n{change}\n")
    with pytest.raises(SystemExit, match=message):
        zoo('network.py')
    assert not Path('work_dirs').exists()


def test_a_test_config_of_another_model_is_refused(zoo):
    Path('other.py').write_text(
        "_base_ = './network.py'\nmodel = dict(decode_head=dict(channels=8))"
    )
    with pytest.raises(SystemExit, match=r'other\.py: its model is not that of network\.py'):
        zoo('network.py', '--test-configs', 'other.py')


def test_untrained_figures_are_those_of_the_initial_weights(trained):
    checkpoint = 'work_dirs/network/epoch_2.pth'
    initial = f"model = dict(init_cfg=dict(type='Pretrained', checkpoint='{checkpoint}'))\n"
    Path('again.py').write_text(f"_base_ = './network.py'\n{initial}")
    trained('again.py', '--checkpoint', checkpoint)
    before = only_row()
    trained('again.py', '--untrained')
    row = only_row()
    assert row == {**before, 'untrained': pytest.approx(before['figures'], abs=1e-4)}
    page = PAGE.read_text()
    assert f'| {row["untrained"]["ODS"]:.1f}, {row["untrained"]["AP"]:.1f} |' in page
    assert f'{row["command"]} --untrained\n' in page
    trained('again.py', '--checkpoint', checkpoint)
    assert only_row()['untrained'] == row['untrained']
    trained('network.py')
    trained('network.py', '--untrained')
    rest = rows()[next(name for name in rows() if 'network' in name)]
    assert rest['untrained'] != pytest.approx(rest['figures'], abs=1e-4)


def test_untrained_figures_need_a_row_and_a_training(zoo):
    with pytest.raises(SystemExit, match='no row yet'):
        zoo('network.py', '--untrained')
    with pytest.raises(SystemExit, match='trains nothing'):
        zoo('labels.py', '--test-configs', 'data.py', '--untrained')


def test_augmented_figures_are_a_row_of_their_own_and_those_of_the_test_script(trained, script):
    Path('views.py').write_text(VIEWS)
    trained('network.py', '--test-configs', 'views.py')
    plain = only_row()
    trained('network.py', '--test-configs', 'views.py', '--tta')
    (name,) = (name for name in rows() if name.endswith('.tta.json'))
    row = rows()[name]
    assert len(rows()) == 2
    assert (plain['augmented'], row['augmented']) == (False, True)
    assert row['command'] == f'{plain["command"]} --tta'
    assert row['test_sha256'] != plain['test_sha256']
    assert row['figures'] != plain['figures']
    script('test.py', 'views.py', 'work_dirs/network/epoch_2.pth', '--tta', '--work-dir', 'views')
    (scores,) = Path('views').glob('*/*.json')
    expected = json.loads(scores.read_text())
    for key in ('F1', 'ODS', 'AP'):
        assert row['figures'][key] == pytest.approx(expected[f'image/{key}'], abs=1e-3)


@pytest.mark.parametrize(
    ('words', 'message'),
    [
        (('labels.py', '--test-configs', 'data.py'), 'labeller has no test-time augmentation'),
        (('network.py',), 'the config has no tta_pipeline'),
    ],
)
def test_what_has_no_augmentation_is_refused_before_it_is_trained(zoo, words, message):
    with pytest.raises(SystemExit, match=message):
        zoo(*words, '--tta')
    assert not Path('work_dirs').exists()
