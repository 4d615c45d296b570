# Sensitivity study (Fig. 4): tau 0.2
_base_ = './vqvae_restorer.py'
model = dict(decode_head=dict(contrast=dict(temperature=0.2)))
