# "CAM-CRF": Grad-CAM and a dense CRF (Dong et al.), by the same classifier
_base_ = './labels_crack500.py'
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='mmcrack.CAMCRFPseudoLabel',
        checkpoint='work_dirs/crackclip_resnet50_crack500/epoch_80.pth',
    ),
]
