# Ablation "w/o L_c" (Table 3)
_base_ = './sam_vit_b_deepcrack.py'
labels = 'work_dirs/pseudo_labels/deepcrack_no-contrast'
prerequisites = [
    dict(
        label='configs/cogensam/labels_no-contrast.py',
        images='{{$MMCRACK_DATA:data}}/deepcrack/train_img',
        out=labels,
    )
]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
