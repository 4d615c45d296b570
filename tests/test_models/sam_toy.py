"""Small SAMs, built by the official package, for the tests of SAMViT and SAMMaskHead."""

import copy
from functools import partial

import mmcrack.models  # noqa: F401  # first, in spawned ranks too: it makes torchvision importable

# isort: split
import mmseg.models  # noqa: F401
import torch
from mmengine.config import ConfigDict
from mmengine.registry import MODELS
from segment_anything.modeling import (
    ImageEncoderViT,
    MaskDecoder,
    PromptEncoder,
    Sam,
    TwoWayTransformer,
)
from torch import nn
from torch.nn import functional as F

SIZE = 128
ARCH = {
    'embed_dim': 32,
    'depth': 3,
    'num_heads': 2,
    'global_attn_indexes': (1,),
    'window_size': 3,  # 8 tokens a side: the last window is padded
    'out_chans': 16,
}


def official_encoder(arch=ARCH, size=SIZE):
    norm = partial(nn.LayerNorm, eps=1e-6)
    return ImageEncoderViT(img_size=size, patch_size=16, use_rel_pos=True, norm_layer=norm, **arch)


def official_sam(seed=0):
    """A SAM whose random weights make every part matter."""
    torch.manual_seed(seed)
    transformer = TwoWayTransformer(depth=2, embedding_dim=16, mlp_dim=32, num_heads=2)
    grid = (SIZE // 16, SIZE // 16)
    sam = Sam(
        official_encoder(),
        PromptEncoder(
            embed_dim=16, image_embedding_size=grid, input_image_size=(SIZE, SIZE), mask_in_chans=16
        ),
        MaskDecoder(transformer_dim=16, transformer=transformer),
    )
    for name, parameter in sam.named_parameters():
        if 'rel_pos' in name or 'pos_embed' in name:
            nn.init.normal_(parameter)
        elif parameter.ndim > 1:
            nn.init.normal_(parameter, std=0.7 * parameter[0].numel() ** -0.5)
        else:
            nn.init.normal_(parameter, mean=float('norm' in name), std=0.3)
    return sam.eval()


def save_official(path, seed=0):
    torch.save(official_sam(seed).state_dict(), path)
    return str(path)


def fit_positions(encoder, size):
    """Let an official encoder take another grid: official code does the rest by itself."""
    grid = encoder.pos_embed.detach().permute(0, 3, 1, 2)
    grid = F.interpolate(grid, size=size, mode='bicubic', align_corners=False)
    encoder.pos_embed = nn.Parameter(grid.permute(0, 2, 3, 1))
    return encoder


def official_masks(sam, images):
    """Encoder, prompt encoder without prompts, mask decoder: image by image, as in the package."""
    masks = []
    for image in images:
        embedding = sam.image_encoder(image[None])
        sparse, dense = sam.prompt_encoder(points=None, boxes=None, masks=None)
        mask, _ = sam.mask_decoder(
            image_embeddings=embedding,
            image_pe=sam.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=False,
        )
        masks.append(mask)
    return torch.cat(masks)


def backbone_config(checkpoint=None, **options):
    config = {'type': 'mmcrack.SAMViT', 'arch': ARCH, 'img_size': SIZE, **options}
    if checkpoint is not None:
        config['init_cfg'] = dict(
            type='Pretrained', checkpoint=str(checkpoint), prefix='image_encoder.'
        )
    return config


def head_config(**options):
    return {
        **dict(type='mmcrack.SAMMaskHead', in_channels=16, channels=16, num_heads=2, mlp_dim=32),
        **dict(num_classes=2, threshold=0.5, ignore_index=-1),
        'loss_decode': dict(type='mmcrack.MAELoss'),
        **options,
    }


def segmentor_config(checkpoint=None, head=None, **backbone):
    return dict(
        type='mmcrack.SAMEncoderDecoder',
        backbone=backbone_config(checkpoint, **backbone),
        decode_head=head or head_config(),
        test_cfg=dict(mode='whole'),
    )


def build(config):
    return MODELS.build(ConfigDict(copy.deepcopy(config)))


def images(count=2, size=(SIZE, SIZE), seed=1):
    return torch.randn(count, 3, *size, generator=torch.Generator().manual_seed(seed))


def randomize(parameters, seed=5):
    """Give adapters values, which start at 0."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in parameters:
            parameter.copy_(0.2 * torch.randn(parameter.shape, generator=generator))
