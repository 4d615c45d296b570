"""The examples of the documentation are configs that build, and its links lead somewhere."""

import re
import sys
from pathlib import Path

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import DATASETS, MODELS, init_default_scope
from PIL import Image

REPOSITORY = Path(__file__).parents[1]
DOCS = REPOSITORY / 'docs'


def examples(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding='utf-8')
    blocks = re.findall(r'^```python\n(.*?)^```', text, re.MULTILINE | re.DOTALL)
    return [block for block in blocks if re.search(r'^(model|prerequisites) = ', block, re.M)]


def config_of(example: str, folder: Path) -> Config:
    file = folder / 'example.py'
    file.write_text(
        re.sub(r"^(_base_ = \[?|    )'configs/", rf"\1'{REPOSITORY}/configs/", example, flags=re.M)
    )
    cfg = Config.fromfile(file)
    init_default_scope(cfg.default_scope)
    return cfg


@pytest.mark.parametrize(
    'example', examples('mixing.md'), ids=lambda text: re.search(r"type='([\w.]+)'", text)[1]
)
def test_examples_of_mixing_build_and_fit_together(example, tmp_path):
    cfg = config_of(example, tmp_path)
    model = MODELS.build(cfg.model)
    maps = model.extract_feat(torch.zeros(1, 3, 64, 64))
    assert model.decode_head(maps).shape[1] == 1


def test_the_config_of_getting_started_reads_the_users_folders(tmp_path, monkeypatch):
    (example,) = examples('getting_started.md')
    cfg = config_of(example, tmp_path)
    monkeypatch.chdir(tmp_path)
    for folder in ('photographs', 'work_dirs/labels'):
        Path(folder).mkdir(parents=True)
        Image.new('RGB' if folder == 'photographs' else 'L', (224, 200)).save(f'{folder}/1.png')
    item = DATASETS.build(cfg.train_dataloader.dataset)[0]
    assert item['data_samples'].gt_sem_seg.shape == item['inputs'].shape[1:]
    assert cfg.val_dataloader.dataset.type == 'mmcrack.FractalCrackDataset'
    assert cfg.prerequisites[0].cfg_options == {'label_pipeline.1.width': (4, 60)}


@pytest.fixture
def links(monkeypatch):
    pytest.importorskip('sphinx', reason='the docs extra is not installed')
    monkeypatch.syspath_prepend(str(DOCS / '_ext'))
    import repository_links

    yield repository_links
    sys.modules.pop('repository_links')


@pytest.mark.parametrize(
    ('link', 'folder', 'expected'),
    [
        ('[a](docs/sam.md)', '.', '[a](/sam.md)'),
        (
            '[a](../../docs/evaluation.md#tolerance)',
            'configs/gpll',
            '[a](/evaluation.md#tolerance)',
        ),
        ('[a](../configs/crackclip)', 'docs', '[a](/methods/crackclip.md)'),
        ('[a](../configs/gpll/README.md#speed)', 'docs', '[a](/methods/gpll.md#speed)'),
        ('[a](CONTRIBUTING.md)', '.', '[a](/project/contributing.md)'),
        ('[a](../tools/train.py)', 'docs', 'a'),
        ('[a](https://example.org/b)', 'docs', '[a](https://example.org/b)'),
        ('```\n[a](nowhere.md)\n```\n', 'docs', '```\n[a](nowhere.md)\n```\n'),
    ],
)
def test_links_between_files_become_links_between_pages(links, link, folder, expected):
    page = DOCS / 'methods/gpll.md'
    assert links.rewrite(link, REPOSITORY / folder, DOCS, page) == expected
