"""Trainings of a MeanTeacher by a Runner, and its teacher taken out of their checkpoints."""

import json
import runpy
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmseg.apis import inference_model, init_model

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS / 'test_engine'))
import toy  # noqa: E402

from mmcrack.engine.records import fingerprint  # noqa: E402
from mmcrack.engine.safe_checkpoints import (  # noqa: E402
    OPT_OUT_VARIABLE,
    UnsafeCheckpointError,
    load_file,
)
from mmcrack.engine.training import train  # noqa: E402
from mmcrack.models.from_checkpoint import segmentor_from_checkpoint  # noqa: E402

EXTRA = """
model['data_preprocessor'].update(mean=[100.0] * 3, std=[50.0] * 3)
segmentor = model
model = dict(
    type='mmcrack.MeanTeacher',
    segmentor=segmentor,
    augmentation=dict(type='mmcrack.StrongAugmentation', cutmix_prob=1.0),
    momentum=0.2, low=0.499, high=0.5, ramp_up=3,
)
train_dataloader['sampler'] = dict(type='InfiniteSampler', shuffle=True)
train_cfg = dict(_delete_=True, type='IterBasedTrainLoop', max_iters=4, val_interval=4)
param_scheduler = []
default_hooks = dict(
    logger=dict(interval=1, log_metric_by_epoch=False), checkpoint=dict(by_epoch=False, interval=2)
)
log_processor = dict(by_epoch=False)
custom_hooks = [dict(type='mmcrack.StepSeedHook')]
test_pipeline = pipeline
"""


def run(config, work_dir, **settings):
    cfg = Config.fromfile(config)
    cfg.merge_from_dict(settings)
    cfg.work_dir = str(work_dir)
    train(cfg, fingerprint(cfg))


def plain_text(cfg):
    """As ``pretty_text``, unformatted: formatting would take most of these trainings' time."""
    return '\n'.join(f'{key} = {value!r}' for key, value in cfg.to_dict().items())


@pytest.fixture(scope='module', autouse=True)
def fast_texts():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Config, 'pretty_text', property(plain_text))
        yield


@pytest.fixture(scope='module')
def trained(tmp_path_factory):
    """Folder of a training of four steps, with ``work/iter_2.pth`` and ``work/iter_4.pth``."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp('mean_teacher')
    run(toy.write_config(folder, extra=EXTRA), folder / 'work')
    return folder


def state(path):
    return load_file(path)['state_dict']


def test_resumed_training_ends_as_the_uninterrupted_one(trained, tmp_path):
    run(trained / 'toy.py', tmp_path, **{'train_cfg.max_iters': 2})
    run(trained / 'toy.py', tmp_path, resume=True)
    found, expected = (state(folder / 'iter_4.pth') for folder in (tmp_path, trained / 'work'))
    torch.testing.assert_close(found, expected, rtol=0, atol=0)
    assert found['steps'] == 4
    weight = 'decode_head.conv_seg.weight'
    assert not torch.equal(found[f'teacher.{weight}'], found[f'student.{weight}'])


def test_log_has_the_teachers_term_and_certainty(trained):
    (log,) = (trained / 'work').glob('2*/vis_data/scalars.json')
    steps = [json.loads(line) for line in log.read_text().splitlines()]
    steps = [step for step in steps if 'loss' in step]
    assert len(steps) == 4
    for step in steps:
        assert 0 < step['teacher.confident'] <= 1
        expected = step['decode.loss_ce'] + step['consistency.loss_bce']
        assert step['loss'] == pytest.approx(expected, rel=1e-4)


def extract(checkpoint, out, monkeypatch):
    path = str(TESTS.parent / 'tools/model_converters/extract_teacher.py')
    monkeypatch.setattr(sys, 'argv', [path, str(checkpoint), str(out)])
    runpy.run_path(path, run_name='__main__')
    return str(out)


def test_extracted_teacher_is_the_segmentor_alone(trained, tmp_path, monkeypatch):
    checkpoint = str(trained / 'work/iter_4.pth')
    bare = segmentor_from_checkpoint(extract(checkpoint, tmp_path / 'a/out.pth', monkeypatch), '')
    assert type(bare).__name__ == 'EncoderDecoder'
    whole = segmentor_from_checkpoint(checkpoint, '')
    torch.testing.assert_close(bare.state_dict(), whole.teacher.state_dict(), rtol=0, atol=0)
    image = str(trained / 'data/images/0.png')
    own = init_model(str(trained / 'toy.py'), checkpoint, device='cpu')  # mmseg's way
    torch.testing.assert_close(bare(torch.ones(1, 3, 32, 32)), own(torch.ones(1, 3, 32, 32)))
    assert inference_model(own, image).seg_logits.data.shape == (2, 32, 32)


def test_only_a_mean_teachers_checkpoint_has_a_teacher(trained, tmp_path, monkeypatch):
    out = extract(trained / 'work/iter_2.pth', tmp_path / 'out.pth', monkeypatch)
    with pytest.raises(ValueError, match=r'out\.pth: of a EncoderDecoder, no MeanTeacher'):
        extract(out, tmp_path / 'again.pth', monkeypatch)
    torch.save({}, tmp_path / 'empty.pth')
    with pytest.raises(ValueError, match='no checkpoint of a Runner'):
        extract(tmp_path / 'empty.pth', tmp_path / 'again.pth', monkeypatch)


class Stranger:
    """Would run code where it is unpickled without care."""

    def __reduce__(self):
        return print, ('ran',)


def test_code_in_a_checkpoint_does_not_run(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv(OPT_OUT_VARIABLE, raising=False)
    torch.save({'state_dict': {}, 'extra': Stranger()}, tmp_path / 'stranger.pth')
    with pytest.raises(UnsafeCheckpointError, match=r'stranger\.pth: refused'):
        extract(tmp_path / 'stranger.pth', tmp_path / 'out.pth', monkeypatch)
    assert 'ran' not in capsys.readouterr().out.split()
