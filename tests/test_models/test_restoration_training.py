"""Trainings of the published configs, made tiny, by a Runner: calibrated, resumed, tested."""

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmseg.apis import inference_model, init_model
from restoration_toy import cracked, texture

from mmcrack.engine.hooks import CalibrationHook
from mmcrack.engine.records import fingerprint
from mmcrack.engine.safe_checkpoints import load_file
from mmcrack.engine.training import build_runner, train

CONFIGS = Path(__file__).parents[2] / 'configs'
TINY = {
    'riad': {
        'model.backbone.channels': (4, 4, 4, 4),
        'model.decode_head.in_channels': 4,
    },
    'up_cracknet': {
        'model.backbone.channels': (4, 4, 4),
        'model.backbone.dropout_levels': 1,
        'model.decode_head.in_channels': 8,
        'model.discriminator.channels': (4, 4),
    },
    'patch_vqvae': {
        'model.backbone.channels': (4, 4, 4),
        'model.backbone.embed_dim': 4,
        'model.decode_head.in_channels': 4,
        'model.decode_head.embed_dim': 4,
        'model.decode_head.channels': 4,
        'model.decode_head.decoder_channels': (4, 4, 4),
        'model.decode_head.codebook.size': 8,
    },
}


@pytest.fixture(scope='module', autouse=True)
def fast_texts():
    """Configs as unformatted text: formatting would take most of these trainings' time."""
    text = property(lambda cfg: '\n'.join(f'{k} = {v!r}' for k, v in cfg.to_dict().items()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Config, 'pretty_text', text)
        yield


def write(path, image):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), image)


@pytest.fixture(scope='module')
def data(tmp_path_factory):
    """Crack-free patches of three photographs, and two cracked photographs with masks."""
    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp('restoration')
    for name in 'abc':
        for top in (0, 32):
            patch = np.random.default_rng(top).integers(150, 200, (64, 64, 3), dtype=np.uint8)
            write(folder / f'train/Negative/{name}_y{top:04}_x0000.png', patch)
    for row in (10, 20):
        image, line = cracked(texture(44), row=row)
        pixels = (255 * image[0].permute(1, 2, 0)).byte().numpy()[:, :38]
        write(folder / f'test_img/{row}.jpg', pixels)
        write(folder / f'test_lab/{row}.png', 255 * line[0, 0, :, :38].byte().numpy())
    return folder


def config(method, data, **options):
    cfg = Config.fromfile(CONFIGS / method / f'{method}_deepcrack_small.py')
    loaders = {
        'train_dataloader.dataset.data_root': str(data / 'train'),
        'train_dataloader.dataset.validate': 'pairs',
        'train_dataloader.num_workers': 0,
        'train_dataloader.persistent_workers': False,
        'train_dataloader.batch_size': 2,
    }
    for split in ('val', 'test'):
        loaders[f'{split}_dataloader.dataset.data_root'] = str(data)
        loaders[f'{split}_dataloader.dataset.validate'] = 'pairs'
        loaders[f'{split}_dataloader.num_workers'] = 0
        loaders[f'{split}_dataloader.persistent_workers'] = False
    cfg.merge_from_dict(TINY[method] | loaders)
    cfg.merge_from_dict(
        {
            'train_cfg.max_iters': 2,
            'train_cfg.val_interval': 2,
            'default_hooks.checkpoint.interval': 1,
            'default_hooks.logger.interval': 1,
            'param_scheduler': [],
        }
        | options
    )
    for hook in cfg.custom_hooks:
        if hook.type == 'mmcrack.CalibrationHook':
            hook.interval = 1
            hook.dataloader.dataset.update(data_root=str(data / 'train'), validate='pairs')
    return cfg


def run(cfg, work_dir):
    cfg.work_dir = str(work_dir)
    train(cfg, fingerprint(cfg))


@pytest.fixture(scope='module', params=list(TINY))
def trained(request, data, tmp_path_factory):
    """Method, config, and folder of a training of two steps with a test after the second."""
    folder = tmp_path_factory.mktemp(request.param)
    cfg = config(request.param, data)
    run(cfg, folder)
    return request.param, cfg, folder


def state(path):
    return load_file(path)


def test_resumed_training_ends_as_the_uninterrupted_one(trained, data, tmp_path):
    method, _, folder = trained
    run(config(method, data, **{'train_cfg.max_iters': 1}), tmp_path)
    run(config(method, data, resume=True), tmp_path)
    found, expected = (state(path / 'iter_2.pth') for path in (tmp_path, folder))
    torch.testing.assert_close(found['state_dict'], expected['state_dict'], rtol=0, atol=0)
    torch.testing.assert_close(found['optimizer'], expected['optimizer'], rtol=0, atol=0)
    before = state(folder / 'iter_1.pth')['state_dict']
    assert any(not torch.equal(value, before[key]) for key, value in found['state_dict'].items())
    if method == 'up_cracknet':
        assert set(found['optimizer']) == {'generator', 'discriminator'}
        assert any(
            not torch.equal(value, before[key])
            for key, value in found['state_dict'].items()
            if key.startswith('discriminator.')
        )


def test_every_checkpoint_holds_a_threshold_of_its_own(trained):
    method, _, folder = trained
    values = [
        state(folder / f'iter_{step}.pth')['state_dict'].get('threshold.value') for step in (1, 2)
    ]
    if method == 'up_cracknet':  # Otsu's is of each image
        assert values == [None, None]
        return
    assert all(value.isfinite() and value > 0 for value in values)
    assert values[0] != values[1]


def test_mmsegs_api_predicts_any_size(trained, data):
    _, cfg, folder = trained
    model = init_model(cfg.copy(), str(folder / 'iter_2.pth'), device='cpu')
    sample = inference_model(model, str(data / 'test_img/10.jpg'))
    prob = sample.seg_logits.data
    assert prob.shape == (1, 44, 38)
    assert 0 <= prob.min() < prob.max() <= 1
    assert torch.equal(sample.pred_sem_seg.data > 0, prob > 0.5)


def test_the_metric_was_computed_on_the_test_photographs(trained):
    _, _, folder = trained
    (log,) = folder.glob('2*/*.log')
    text = log.read_text()
    assert 'ODS' in text
    assert 'nan' not in text.split('Iter(val)')[-1]


def test_threshold_is_the_quantile_of_the_held_out_patches(data, tmp_path):
    cfg = config('riad', data)
    cfg.work_dir = str(tmp_path)
    cfg.train_cfg.max_iters = 1
    cfg.train_cfg.val_interval = 5
    runner = build_runner(cfg)
    runner.train()
    model = runner.model.eval()
    held_out = runner.build_dataloader(
        cfg.calibration_dataloader
        | dict(dataset=dict(cfg.calibration_dataloader.dataset, data_root=str(data / 'train')))
    )
    assert len(held_out.dataset) == 2  # the patches of one photograph of three
    with torch.no_grad():
        errors = [model.errors(model.data_preprocessor(b, False)['inputs']) for b in held_out]
    share = (torch.cat(errors) <= model.threshold.value).float().mean().item()
    assert share == pytest.approx(model.threshold.quantile, abs=1e-3)
    (hook,) = (hook for hook in runner.hooks if isinstance(hook, CalibrationHook))
    assert len(hook._errors(model)) == 2
    hook.max_batches = 1
    assert len(hook._errors(model)) == 1
    assert model.training is False


def test_a_model_without_a_threshold_to_fit_needs_no_calibration(data, tmp_path):
    cfg = config('riad', data)
    cfg.work_dir = str(tmp_path)
    cfg.model.threshold = dict(type='mmcrack.OtsuThreshold')
    with pytest.raises(ValueError, match='CalibrationHook needs'):
        build_runner(cfg).train()
