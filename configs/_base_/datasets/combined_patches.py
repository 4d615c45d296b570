# deepcrack_patches.py with 71 photographs of CFD and 38 of AEL besides (GPLL, Table VI). The paper
# gives no lists; ours are drawn. With DATA for the folder of the data sets, cut them by
#   python tools/dataset_converters/make_splits.py DATA/cfd work_dirs/splits/cfd \
#       --dataset cfd --sizes 71 0 --seeds 1
#   python tools/dataset_converters/make_splits.py DATA/ael/TITS work_dirs/splits/ael \
#       --dataset ael --sizes 38 0 --seeds 1
#   python tools/dataset_converters/patches.py DATA/deepcrack work_dirs/patches/deepcrack \
#       --dataset deepcrack
#   python tools/dataset_converters/patches.py DATA/cfd work_dirs/patches/cfd_71 \
#       --dataset cfd --list work_dirs/splits/cfd_seed1/train.txt
#   python tools/dataset_converters/patches.py DATA/ael/TITS work_dirs/patches/ael_38 \
#       --dataset ael --list work_dirs/splits/ael_seed1/train.txt
_base_ = './deepcrack_patches.py'
parts = [
    dict(
        type='mmcrack.CrackPatchDataset',
        data_root=f'work_dirs/patches/{part}',
        split='all',
        lazy_init=True,
        pipeline={{_base_.train_pipeline}},
    )
    for part in ('deepcrack/train', 'cfd_71/all', 'ael_38/all')
]
train_dataloader = dict(
    dataset=dict(_delete_=True, type='ConcatDataset', datasets=parts),
)
