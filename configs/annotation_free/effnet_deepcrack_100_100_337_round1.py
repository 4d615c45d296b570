# Round 1 of the pretrained student on the CoGenSAM paper's 100/100/337 split of DeepCrack, seed 0:
# the 100 training photographs without their masks, tested on the 337. The 100 validation
# photographs are not used.
_base_ = './effnet_deepcrack_round1.py'
data_root = '{{$MMCRACK_DATA:data}}/deepcrack'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed0'
labels = 'work_dirs/pseudo_labels/dark_ridge_deepcrack_both_parts'
prerequisites = [
    dict(
        label='configs/annotation_free/labels_dark_ridge.py',
        images=f'{data_root}/{part}',
        out=f'{labels}/{part}',
    )
    for part in ('train_img', 'test_img')
]
train_dataloader = _base_.train_dataloader
repeated = train_dataloader.dataset.datasets[0]
repeated.times = 300
repeated.dataset.update(
    ann_file=f'{splits}/train.txt',
    data_prefix=dict(img_path=data_root, seg_map_path=labels),
    listed_masks=False,
)
test_dataloader = dict(
    dataset=dict(ann_file=f'{splits}/test.txt', data_prefix=dict(img_path='', seg_map_path=''))
)
randomness = dict(seed=0)
