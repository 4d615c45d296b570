import clip_toy as toy
import cv2
import numpy as np
import open_clip
import pytest
import torch
from torch.nn import functional as F

from mmcrack.models.layers.clip_model import load_clip, tokenizer_of
from mmcrack.models.layers.clip_prompts import CLIPPrompts
from mmcrack.models.layers.map_erosion import erode


@pytest.fixture
def weights(tmp_path):
    return toy.save_official(tmp_path / 'clip.pt')


def head_of(model):
    return model.decode_head


def maps(seed=3, size=(4, 5)):
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(2, 32, *size, generator=generator) for _ in range(4)]


def by_numpy(head, tokens, adapter):
    """Section 3.3 for one stage, token by token, in float64."""
    text = head.text_features.double().numpy()
    k, b = (p.detach().double().numpy() for p in (adapter.weight, adapter.bias))
    out = np.zeros((len(tokens), 2, *tokens.shape[2:]))
    for n, row, column in np.ndindex(len(tokens), *tokens.shape[2:]):
        joint = k @ tokens[n, :, row, column].double().numpy() + b
        z = head.logit_scale.item() * text @ (joint / np.linalg.norm(joint))
        out[n, :, row, column] = np.exp(z) / np.exp(z).sum()
    return torch.from_numpy(out)


# the map


def test_is_the_logit_of_the_stages_mean_probability(weights):
    head, inputs = head_of(toy.model_of(weights)), maps()
    stages = [by_numpy(head, x, a) for x, a in zip(inputs, head.adapters, strict=True)]
    mean = torch.stack(stages).mean(0)[:, 1:]
    torch.testing.assert_close(head(inputs).double(), mean.logit(), rtol=1e-4, atol=1e-5)


def test_two_channels_are_the_same_map(weights):
    one, two = (head_of(toy.model_of(weights, head=dict(out_channels=c))) for c in (1, 2))
    two.load_state_dict(one.state_dict())
    probability = two(maps()).softmax(1)[:, 1:]
    torch.testing.assert_close(probability, one(maps()).sigmoid())


def test_probabilities_are_enlarged_not_logits(weights):
    head, inputs = head_of(toy.model_of(weights)), maps()
    meta = [dict(img_shape=(64, 80), pad_shape=(64, 80))] * 2
    enlarged = F.interpolate(head(inputs).sigmoid(), size=(64, 80), mode='bilinear')
    found = head.predict(inputs, meta, {}).sigmoid()
    torch.testing.assert_close(found, enlarged)


def test_stages_of_other_sizes_are_brought_to_the_first_s(weights):
    head = head_of(toy.model_of(weights))
    inputs = [*maps()[:3], maps(size=(2, 3))[3]]
    assert head(inputs).shape == (2, 1, 4, 5)


def test_takes_any_backbone_s_maps(weights):
    backbone = dict(
        _delete_=True,
        type='mmseg.ResNetV1c',
        depth=18,
        base_channels=8,
        stem_channels=8,
        norm_cfg=dict(type='BN'),
    )
    head = dict(in_channels=[8, 64], in_index=[0, 3], arch=toy.ARCH, pretrained=weights)
    config = toy.segmentor_config(head=head)
    config['backbone'] = {k: v for k, v in backbone.items() if k != '_delete_'}
    config['type'] = 'mmseg.EncoderDecoder'
    model = toy.build(config)
    model.init_weights()
    losses = model.loss(toy.images(), toy.samples(torch.rand(2, 64, 64)))
    sum(losses.values()).backward()
    assert all(p.grad is not None for p in model.parameters() if p.requires_grad)


# the loss


def test_loss_is_the_sum_over_stages_of_each_term(weights):
    model = toy.model_of(weights)
    head, inputs = head_of(model), maps(size=(4, 4))
    labels = torch.rand(2, 64, 64, generator=torch.Generator().manual_seed(5))
    labels[0, :9] = -1
    losses = head.loss(inputs, toy.samples(labels), {})
    terms = {term.loss_name: term for term in head.loss_decode}
    assert losses.keys() == terms.keys() == {'loss_focal', 'loss_dice', 'loss_edge'}
    for name, term in terms.items():
        expected = 0
        for tokens, adapter in zip(inputs, head.adapters, strict=True):
            p = F.interpolate(by_numpy(head, tokens, adapter), size=(64, 64), mode='bilinear')
            expected += term(p[:, 1:].logit(), labels, ignore_index=-1)
        torch.testing.assert_close(losses[name].double(), expected.double(), rtol=1e-4, atol=1e-6)


def test_confident_mistakes_still_have_a_gradient(weights):
    head = head_of(toy.model_of(weights))
    toward_crack = head.text_features[1] - head.text_features[0]
    head.logit_scale.fill_(60 / toward_crack.norm())
    with torch.no_grad():
        head.adapters[0].weight.zero_()
        head.adapters[0].bias.copy_(F.normalize(toward_crack, dim=0) + 0.02)
    tokens = maps()[0][:1]
    probability = head._probability(tokens, head.adapters[0])
    assert (1 - probability[:, 1] < 1e-6).all()  # in float32 the probability itself is all but 1
    labels = torch.zeros(1, 4, 5)
    F.binary_cross_entropy_with_logits(head._logits(probability)[:, 0], labels).backward()
    assert head.adapters[0].bias.grad.abs().sum() > 1e-3


def test_learns_and_moves_nothing_but_adapters(weights):
    model = toy.model_of(weights).train()
    images = toy.images(2)
    labels = torch.zeros(2, 64, 64)
    labels[:, 16:32] = 1
    images[:, :, 16:32] -= 3
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    assert {n.rsplit('.', 2)[0] for n, _ in model.named_parameters()} == {'decode_head.adapters'}
    frozen = {n: t.clone() for n, t in model.backbone.clip.module.state_dict().items()}
    first = None
    for _ in range(30):
        loss = sum(model.loss(images, toy.samples(labels)).values())
        first = first or loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.7 * first
    probability = model.eval()(images).sigmoid()[:, 0]
    assert probability[:, 1].mean() > 0.5 > probability[:, 2:].mean()
    assert all(
        torch.equal(t, frozen[n]) for n, t in model.backbone.clip.module.state_dict().items()
    )


# words


def test_text_features_are_those_of_open_clip_s_zero_shot_classifier(weights):
    head = head_of(toy.model_of(weights))
    clip = load_clip(toy.ARCH, weights)
    for i, (name, state) in enumerate(
        [('background', 'flawless {}'), ('crack', '{} with dark curve')]
    ):
        expected = open_clip.build_zero_shot_classifier(
            clip,
            tokenizer_of(toy.ARCH),
            classnames=[state.format('pavement')],
            templates=open_clip.SIMPLE_IMAGENET_TEMPLATES,
        )
        torch.testing.assert_close(head.text_features[i], expected[:, 0])
        assert len(head.prompts.sentences(name)) == 7
    torch.testing.assert_close(head.logit_scale, clip.logit_scale.exp())


def test_sentences_are_states_in_templates():
    prompts = CLIPPrompts(
        ['perfect {}'],
        ['{} with dark curve', 'damaged {}'],
        object='wall',
        templates=['a photo of a {}.', 'a dark photo of the {}.'],
    )
    assert prompts.sentences('background') == [
        'a photo of a perfect wall.',
        'a dark photo of the perfect wall.',
    ]
    assert prompts.sentences('crack')[0] == 'a photo of a wall with dark curve.'
    assert len(prompts.sentences('crack')) == 4
    assert len(CLIPPrompts(['{}'], ['{}'], templates='openai').sentences('crack')) == 80


@pytest.mark.parametrize(
    ('changes', 'message'),
    [
        (dict(crack=[]), 'prompts.crack: give at least one state'),
        (dict(crack=['cracked']), r"prompts.crack: 'cracked' must hold '\{\}'"),
        (dict(templates='imagenet'), r"one of \['openai', 'simple'\] or a list, got 'imagenet'"),
        (dict(templates=[]), 'give at least one'),
        (dict(templates=['a {} and a {}']), "must hold '{}' once"),
    ],
)
def test_malformed_prompts_are_named(changes, message):
    with pytest.raises(ValueError, match=message):
        CLIPPrompts(**{**toy.PROMPTS, **changes})


def test_nothing_of_the_text_tower_stays(weights):
    model = toy.model_of(weights)
    assert sum(t.numel() for t in head_of(model).state_dict().values()) == (
        4 * (32 * 24 + 24) + 2 * 24 + 1 + 32
    )


def test_a_checkpoint_brings_its_text_features(weights, monkeypatch):
    state = toy.model_of(weights).state_dict()
    other = toy.build(toy.segmentor_config(weights))
    other.load_state_dict(state, strict=True)
    monkeypatch.setattr(head_of(other), 'compute_text_features', None)  # not called
    assert torch.equal(head_of(other).text_features, state['decode_head.text_features'])
    other(toy.images())


def test_other_words_than_the_checkpoint_s_are_refused(weights):
    state = toy.model_of(weights).state_dict()
    generic = {**toy.PROMPTS, 'crack': ['damaged {}']}
    with pytest.raises(ValueError, match=r'other prompts: set model\.decode_head\.prompts'):
        toy.build(toy.segmentor_config(weights, head=dict(prompts=generic))).load_state_dict(state)


def test_a_checkpoint_of_a_model_that_never_read_its_words_reads_them_later(weights):
    state = toy.build(toy.segmentor_config(weights)).state_dict()
    other = toy.build(toy.segmentor_config(weights)).eval()
    other.load_state_dict(state)
    assert torch.isfinite(other(toy.images())).all()


# without adapters


def zero_shot_config(weights):
    return toy.segmentor_config(
        weights,
        head=dict(adapters=False, in_channels=[24]),
        backbone=dict(out_indices=(3,), project=True),
    )


def test_zero_shot_compares_clip_s_own_projection_and_trains_nothing(weights):
    model = toy.build(zero_shot_config(weights)).eval()  # no init_weights: as in a test
    assert not list(model.parameters())
    clip = load_clip(toy.ARCH, weights)
    tokens = clip.visual.forward_intermediates(toy.images())['image_intermediates'][3]
    joint = clip.visual.ln_post(tokens.permute(0, 2, 3, 1)) @ clip.visual.proj
    text = head_of(model).prompts.features(clip, tokenizer_of(toy.ARCH))
    similarity = clip.logit_scale.exp() * F.normalize(joint, dim=-1) @ text.T
    expected = similarity.softmax(-1)[..., 1].logit()
    found = model(toy.images())[:, 0]
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-4)


def test_zero_shot_needs_the_joint_space(weights):
    with pytest.raises(ValueError, match=r'in_channels must all be 24.*project=True'):
        toy.build(toy.segmentor_config(weights, head=dict(adapters=False)))


# test time


def predict(model, images):
    data = dict(inputs=list(images), data_samples=toy.samples(torch.zeros(*images[:, 0].shape)))
    return model.eval().test_step(data)


def test_erosion_is_opencv_s_so_many_times():
    maps = torch.rand(2, 30, 40, generator=torch.Generator().manual_seed(0))
    for times in (0, 1, 3):
        for found, before in zip(erode(maps, times), maps, strict=True):
            expected = cv2.erode(before.numpy(), np.ones((3, 3), np.uint8), iterations=times)
            np.testing.assert_array_equal(found.numpy(), expected)


@pytest.mark.parametrize('channels', [1, 2])
def test_predictions_are_eroded_at_the_image_s_size(weights, channels):
    head = dict(out_channels=channels)
    plain = toy.model_of(weights, head=head)
    eroding = toy.build(
        toy.segmentor_config(weights, head=head, test_cfg=dict(mode='whole', erode=3))
    )
    eroding.load_state_dict(plain.state_dict())
    images = toy.images(2, (40, 56))
    for before, after in zip(predict(plain, images), predict(eroding, images), strict=True):
        maps = [s.seg_logits.data for s in (before, after)]
        if channels == 2:
            maps = [m.softmax(0)[1:] for m in maps]
        assert maps[0].shape == (1, 40, 56)
        torch.testing.assert_close(maps[1], erode(maps[0], 3))
        crack = after.pred_sem_seg.data == 1
        assert torch.equal(crack, maps[1] > 0.5)


def test_erode_must_be_a_number_of_times():
    with pytest.raises(ValueError, match=r'test_cfg\.erode'):
        toy.build(toy.segmentor_config(test_cfg=dict(mode='whole', erode=-1)))


def test_large_images_are_covered_by_windows(weights):
    slide = dict(mode='slide', crop_size=(64, 64), stride=(48, 48))
    model = toy.model_of(weights, test_cfg=slide)
    large = toy.images(1, (64, 160))
    found = predict(model, large)[0].seg_logits.data
    assert found.shape == (1, 64, 160)
    first = predict(model, large[..., :64])[0].seg_logits.data
    torch.testing.assert_close(found[..., :48], first[..., :48])  # one window alone covers it
