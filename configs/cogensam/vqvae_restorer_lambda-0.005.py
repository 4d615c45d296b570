# Sensitivity study (Fig. 4): lambda 0.005
_base_ = './vqvae_restorer.py'
model = dict(decode_head=dict(contrast=dict(weight=0.005)))
