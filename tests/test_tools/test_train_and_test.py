import json
from pathlib import Path

import mmengine
import pytest
import torch
from mmengine.hooks import Hook
from mmengine.registry import HOOKS
from mmengine.runner.checkpoint import CheckpointLoader

CLASSIFIER = """
default_scope = 'mmpretrain'
loader = dict(
    batch_size=5,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='CustomDataset',  # the folders images and masks are its classes
        data_root='data',
        pipeline=[dict(type='LoadImageFromFile', color_type='grayscale'), dict(type='PackInputs')],
    ),
)
train_dataloader = loader
test_dataloader = loader
test_evaluator = dict(type='Accuracy')
train_cfg = dict(by_epoch=True, max_epochs=1)
test_cfg = dict()
optim_wrapper = dict(optimizer=dict(type='SGD', lr=0.1))
data_preprocessor = dict(mean=[128.0], std=[128.0], num_classes=2)
model = dict(
    type='ImageClassifier',
    backbone=dict(type='LeNet5', num_classes=2),
    head=dict(type='ClsHead', loss=dict(type='CrossEntropyLoss')),
)
"""


@HOOKS.register_module()
class KillHook(Hook):
    """Stops a training in the middle of an epoch, as a kill would."""

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        if runner.iter == 4:  # the second of three in the second epoch
            raise KeyboardInterrupt


def write(name, *lines):
    Path(name).write_text('\n'.join(lines) + '\n')


def load(checkpoint):
    return CheckpointLoader.load_checkpoint(str(checkpoint))


def result(work_dir):
    """The last line of the newest log in a work directory."""
    path = max(Path(work_dir).glob('2*/*.json'))
    return json.loads(path.read_text().splitlines()[-1])


@pytest.fixture
def prior(project):
    """A config whose prerequisite is a training of toy.py."""
    write(
        'main.py',
        "_base_ = 'toy.py'",
        "load_from = 'work_dirs/prior/final.pth'",
        "prerequisites = [dict(train='toy.py', checkpoint=load_from)]",
        'train_cfg = dict(max_epochs=1)',
    )
    return project


def test_resumed_training_equals_an_uninterrupted_one(project, script):
    write('killed.py', "_base_ = 'toy.py'", "custom_hooks = [dict(type='KillHook')]")
    script('train.py', 'toy.py', '--work-dir', 'whole')
    with pytest.raises(KeyboardInterrupt):
        script('train.py', 'killed.py', '--work-dir', 'parts')
    assert not Path('parts/epoch_2.pth').exists()
    script('train.py', 'toy.py', '--work-dir', 'parts', '--resume')
    whole, parts = (load(f'{folder}/epoch_2.pth') for folder in ('whole', 'parts'))
    torch.testing.assert_close(parts['state_dict'], whole['state_dict'], rtol=0, atol=0)
    torch.testing.assert_close(parts['optimizer'], whole['optimizer'], rtol=0, atol=0)
    assert parts['meta']['iter'] == whole['meta']['iter'] == 6


def test_prerequisite_is_trained_first_and_read(prior, script):
    script('train.py', 'main.py')
    start = load('work_dirs/prior/final.pth')['state_dict']
    end = load('work_dirs/main/epoch_1.pth')['state_dict']
    key = 'backbone.encoder.0.0.convs.0.conv.weight'
    moved = (start[key] - end[key]).abs().max()
    assert 0 < moved < 0.01  # three steps of 1e-3 from the prerequisite's weights
    assert json.loads(Path('work_dirs/prior/training.json').read_text())['finished']


def test_classifiers_train_and_test_by_their_scope(project, script):
    write('lenet.py', CLASSIFIER)
    script('train.py', 'lenet.py')
    script('test.py', 'lenet.py', 'work_dirs/lenet/epoch_1.pth', '--out', 'predictions.pkl')
    assert len(mmengine.load('predictions.pkl')) == 10
    assert 'accuracy/top1' in result('work_dirs/lenet')


def test_no_prerequisites_stops_with_the_commands(prior, script):
    with pytest.raises(SystemExit) as stopped:
        script('train.py', 'main.py', '--no-prerequisites')
    assert 'train.py toy.py --work-dir work_dirs/prior' in stopped.value.code
    assert not Path('work_dirs').exists()


@pytest.mark.parametrize(
    ('arguments', 'error', 'message'),
    [
        (['none.py'], FileNotFoundError, r'none\.py'),
        (['toy.py', '--cfg-options', 'train_cfg.max_epoch=1'], KeyError, 'max_epochs'),
        (['toy.py', '--cfg-options', 'load_from=x/none.pth'], FileNotFoundError, r'none\.pth'),
        (['toy.py', '--cfg-options', 'model.backbone.type=UNett'], KeyError, 'UNett'),
        (['toy.py', '--amp'], ValueError, '--amp.*GPU'),
    ],
)
@pytest.mark.skipif(torch.cuda.is_available(), reason='--amp is refused on CPUs alone')
def test_mistake_is_named_before_anything_is_written(project, script, arguments, error, message):
    with pytest.raises(error, match=message):
        script('train.py', *arguments)
    assert not Path('work_dirs').exists()


def test_option_without_value_is_explained(project, script, capsys):
    with pytest.raises(SystemExit):
        script('train.py', 'toy.py', '--cfg-options', 'train_cfg.max_epochs')
    assert "'train_cfg.max_epochs' is not of the form key=value" in capsys.readouterr().err


def test_checkpoint_of_another_model_is_named(project, script):
    torch.save({'state_dict': {'fc.weight': torch.zeros(2, 2)}}, 'other.pth')
    with pytest.raises(ValueError, match=r'other\.pth: a checkpoint of another model'):
        script('test.py', 'toy.py', 'other.pth')
    with pytest.raises(ValueError, match=r'other\.pth: a checkpoint of another model'):
        script('train.py', 'toy.py', '--cfg-options', 'load_from=other.pth')


def test_predictions_are_written_and_painted(project, script):
    script('train.py', 'toy.py', '--cfg-options', 'train_cfg.max_epochs=1', 'val_cfg=None',
           'val_dataloader=None', 'val_evaluator=None')  # fmt: skip
    script('test.py', 'toy.py', 'work_dirs/toy/epoch_1.pth', '--out', 'maps', '--show-dir', 'shown')
    assert sorted(p.name for p in Path('maps').iterdir()) == [f'{i}.png' for i in range(5)]
    assert len(list(Path('shown/vis_data/vis_image').iterdir())) == 5


def test_options_that_the_config_cannot_serve_are_named(project, script):
    Path('any.pth').touch()
    with pytest.raises(KeyError, match='tta_pipeline'):
        script('test.py', 'toy.py', 'any.pth', '--tta')
    write('hookless.py', "_base_ = 'toy.py'", 'default_hooks = dict(visualization=None)')
    with pytest.raises(KeyError, match='visualization'):
        script('test.py', 'hookless.py', 'any.pth', '--show')
