# Edge operator Canny (Table 4)
_base_ = './sam_vit_b_deepcrack.py'
labels = 'work_dirs/pseudo_labels/deepcrack_canny'
prerequisites = [
    dict(
        label='configs/cogensam/labels.py',
        images='{{$MMCRACK_DATA:data}}/deepcrack/train_img',
        out=labels,
        cfg_options={'label_pipeline.1.operator': 'canny'},
    )
]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
