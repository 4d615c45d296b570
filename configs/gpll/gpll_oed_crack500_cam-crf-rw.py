# gpll_oed_crack500.py on the rival's labels (Wang et al.)
_base_ = './gpll_oed_crack500.py'
images = '{{$MMCRACK_DATA:data}}/crack500/traincrop/*.jpg'
labels = 'work_dirs/pseudo_labels/cam-crf-rw_crack500'
prerequisites = [dict(label='configs/gpll/labels_cam-crf-rw.py', images=images, out=labels)]
train_dataloader = dict(dataset=dict(data_prefix=dict(seg_map_path=labels)))
