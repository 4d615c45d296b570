# Rival: Grad-CAM and a dense CRF as Dong et al. tune it, by a search on 100 masked photographs:
#   python tools/analysis_tools/search_crf.py configs/gpll/labels_cam-crf_small.py \
#       --images data/deepcrack/train_img --masks data/deepcrack/train_lab \
#       --grid seed_threshold=0.1,0.2,0.3 bilateral_srgb=5,10 bilateral_compat=4,10
# It uses masks.
_base_ = '../_base_/default_runtime.py'
classifier = 'work_dirs/resnet18_deepcrack_small/epoch_6.pth'
prerequisites = [dict(train='configs/gpll/resnet18_deepcrack_small.py', checkpoint=classifier)]
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='mmcrack.CAMCRFPseudoLabel',
        checkpoint=classifier,
        seed_threshold=0.2,
        crf=dict(bilateral_srgb=5, bilateral_compat=10),
    ),
]
