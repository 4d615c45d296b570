# Sensitivity study (Fig. 4): lambda 0.1
_base_ = './sam_vit_b_deepcrack.py'
labels = 'work_dirs/pseudo_labels/deepcrack_lambda-0.1'
prerequisites = [
    dict(
        label='configs/cogensam/labels_lambda-0.1.py',
        images='{{$MMCRACK_DATA:data}}/deepcrack/train_img',
        out=labels,
    )
]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
