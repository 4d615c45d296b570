# Hypothesis: what another labeller sees as well is surer. Dark ridges, at 1 where ten lines of
# OpenCV agree and at 0.5 where they do not; what OpenCV alone sees is a doubt
_base_ = '../_base_/default_runtime.py'
label_pipeline = [
    dict(type='LoadImageFromFile'),
    dict(
        type='mmcrack.AgreementPseudoLabel',
        labellers=[
            dict(type='mmcrack.DarkRidgePseudoLabel'),
            dict(type='mmcrack.OpenCVBaselinePseudoLabel'),
        ],
    ),
]
