# Ablation "w/o Codebook": a plain autoencoder restores; without codes there is no L_c either
_base_ = './vqvae_restorer_no-contrast.py'
model = dict(decode_head=dict(codebook=None))
