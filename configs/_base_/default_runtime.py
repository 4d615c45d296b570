default_scope = 'mmseg'
custom_imports = dict(imports=['mmcrack'], allow_failed_imports=False)
env_cfg = dict(
    cudnn_benchmark=True,
    mp_cfg=dict(mp_start_method='fork', opencv_num_threads=0),
    dist_cfg=dict(backend='nccl'),  # gloo where there is no CUDA
)
# without a name of its own the visualizer takes the experiment's, so that the jobs of one
# process do not share it
visualizer = dict(type='SegLocalVisualizer', vis_backends=[dict(type='LocalVisBackend')])
log_level = 'INFO'
randomness = dict(seed=0)
load_from = None
resume = False
custom_hooks = [dict(type='mmcrack.SoftLabelLogHook')]
tta_model = dict(type='mmcrack.CrackTTAModel')
