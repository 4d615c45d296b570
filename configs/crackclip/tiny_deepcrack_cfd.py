# tiny_deepcrack.py, tested on CFD
_base_ = ['./tiny_deepcrack.py', './_base_/other_test_sets.py']
test_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(type='Resize', scale=(320, 320), keep_ratio=False),
    dict(type='mmcrack.LoadCrackAnnotations'),
    dict(type='mmcrack.PackCrackInputs'),
]
test_dataloader = dict(
    dataset=dict(
        _delete_=True,
        **{**_base_.cfd_test.dataset, 'pipeline': test_pipeline},
    )
)
