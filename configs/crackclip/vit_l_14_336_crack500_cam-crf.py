# Table 2, CAM-CRF: the same on the other labels
_base_ = './vit_l_14_336_crack500.py'
images = '{{$MMCRACK_DATA:data}}/crack500/traincrop/*.jpg'
labels = 'work_dirs/pseudo_labels/crackclip_crack500_cam-crf'
prerequisites = [
    dict(label='configs/crackclip/labels_crack500_cam-crf.py', images=images, out=labels)
]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
