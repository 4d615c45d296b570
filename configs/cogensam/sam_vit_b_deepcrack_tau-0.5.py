# Sensitivity study (Fig. 4): tau 0.5
_base_ = './sam_vit_b_deepcrack.py'
labels = 'work_dirs/pseudo_labels/deepcrack_tau-0.5'
prerequisites = [
    dict(
        label='configs/cogensam/labels_tau-0.5.py',
        images='{{$MMCRACK_DATA:data}}/deepcrack/train_img',
        out=labels,
    )
]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
