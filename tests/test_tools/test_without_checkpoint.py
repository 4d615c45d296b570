from pathlib import Path

import pytest

ZERO_SHOT = """
_base_ = './toy.py'
model = dict(
    _delete_=True,
    type='mmcrack.CLIPEncoderDecoder',
    data_preprocessor=dict(type='SegDataPreProcessor', size=(32, 32), seg_pad_val=-1),
    backbone=dict(
        type='mmcrack.OpenCLIPVisual',
        arch=dict(
            embed_dim=16,
            vision_cfg=dict(image_size=32, patch_size=8, layers=1, width=32, head_width=16),
            text_cfg=dict(width=16, heads=2, layers=1),
        ),
        out_indices=(0,),
        project=True,
    ),
    decode_head=dict(
        type='mmcrack.CLIPAdapterHead',
        in_channels=[16],
        adapters=False,
        prompts=dict(background=['perfect {}'], crack=['damaged {}'], templates='simple'),
        num_classes=2,
        out_channels=2,
    ),
    test_cfg=dict(mode='whole'),
)
train_cfg = None
train_dataloader = None
optim_wrapper = None
param_scheduler = None
val_cfg = None
val_dataloader = None
val_evaluator = None
"""


def test_a_model_that_trains_nothing_is_tested_without_a_checkpoint(project, script):
    Path('zero_shot.py').write_text(ZERO_SHOT)
    script('test.py', 'zero_shot.py', '--out', 'maps.pkl')
    assert Path('maps.pkl').is_file()


def test_any_other_model_needs_one(project, script):
    with pytest.raises(ValueError, match=r'toy\.py: its model trains .* give the checkpoint'):
        script('test.py', 'toy.py')
