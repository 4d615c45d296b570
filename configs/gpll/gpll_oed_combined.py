# OED (König et al.) on GPLL's labels of DeepCrack, CFD and AEL together (Table VI)
_base_ = [
    '../_base_/models/oed_efficientnet_b5.py',
    '../_base_/datasets/combined_gpll.py',
    '../_base_/schedules/sgd_240e.py',
    '../_base_/default_runtime.py',
]
loss = [dict(type='mmcrack.SoftBCELoss')]
model = dict(decode_head=dict(loss_decode=loss))
