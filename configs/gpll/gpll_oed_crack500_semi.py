# Semi-supervised (Table V): labels for the test photographs, which have no labels of any kind, join
# the training set. Other photographs of yours: name their folder in `more`.
_base_ = './gpll_oed_crack500.py'
data = '{{$MMCRACK_DATA:data}}/crack500'
labels = 'work_dirs/pseudo_labels/gpll_crack500'
more = f'{data}/testcrop'
more_labels = 'work_dirs/pseudo_labels/gpll_crack500_test'
prerequisites = [
    dict(label='configs/gpll/labels.py', images=f'{data}/traincrop/*.jpg', out=labels),
    dict(label='configs/gpll/labels.py', images=f'{more}/*.jpg', out=more_labels),
]
train_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type='ConcatDataset',
        datasets=[
            dict(
                type='mmcrack.Crack500Dataset',
                data_prefix=dict(img_path=images, seg_map_path=seg_maps),
                unpaired='skip',
                lazy_init=True,
                pipeline={{_base_.train_pipeline}},
            )
            for images, seg_maps in ((f'{data}/traincrop', labels), (more, more_labels))
        ],
    ),
)
