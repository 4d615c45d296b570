# Ablation "w/o L_c": the restorer without the contrastive interaction, hence without a prior
_base_ = './vqvae_restorer.py'
prerequisites = []
model = dict(decode_head=dict(prior=None, contrast=None))
