"""Config texts are read, never run."""

import pytest
from mmengine.config import Config

from mmcrack.utils.safe_config import config_from_text


def test_reads_what_mmengine_dumps():
    cfg = Config.fromfile('configs/cogensam/vqvae_restorer.py')
    assert config_from_text(cfg.pretty_text).to_dict() == cfg.to_dict()


def test_reads_keys_that_are_no_names():
    cfg = Config({'prerequisites': [{'cfg_options': {'label_pipeline.1.operator': 'canny'}}]})
    assert config_from_text(cfg.pretty_text).to_dict() == cfg.to_dict()


@pytest.mark.parametrize(
    'text',
    [
        '__import__("os").system("true")',
        'a = __import__("os").getcwd()',
        'import os',
        'a = dict(b=[open("x")])',
        'a = dict(**{})',
        'a = (lambda: 1)()',
        'a = {**b}',
    ],
)
def test_refuses_code_and_names_the_file(text):
    with pytest.raises(ValueError, match=r'stranger\.pth'):
        config_from_text(text, 'stranger.pth')
