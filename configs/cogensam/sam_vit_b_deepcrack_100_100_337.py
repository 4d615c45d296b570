# CoGenSAM on the paper's 100/100/337 split of DeepCrack, seed 0. The 100 validation masks are not
# used; labels are made for all photographs, and those of the 100 listed ones are trained on.
_base_ = './sam_vit_b_deepcrack.py'
data_root = '{{$MMCRACK_DATA:data}}/deepcrack'
splits = '{{fileDirname}}/../_base_/datasets/splits/deepcrack_100_100_337_seed0'
labels = 'work_dirs/pseudo_labels/deepcrack_both_parts'
prerequisites = [
    dict(
        label='configs/cogensam/labels.py',
        images=f'{data_root}/{part}',
        out=f'{labels}/{part}',
    )
    for part in ('train_img', 'test_img')
]
train_dataloader = dict(
    dataset=dict(
        ann_file=f'{splits}/train.txt',
        data_prefix=dict(img_path=data_root, seg_map_path=labels),
        listed_masks=False,
    )
)
test_dataloader = dict(
    dataset=dict(ann_file=f'{splits}/test.txt', data_prefix=dict(img_path='', seg_map_path=''))
)
val_dataloader, val_evaluator, val_cfg = None, None, None
randomness = dict(seed=0)
