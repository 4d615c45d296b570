"""CrackCLIP's compositional text prompts (paper section 3.3): states × templates of an object."""

import hashlib
import json
from collections.abc import Callable, Sequence

import open_clip
import torch
from torch import Tensor, nn
from torch.nn import functional as F

TEMPLATES = {
    'openai': open_clip.OPENAI_IMAGENET_TEMPLATES,
    'simple': open_clip.SIMPLE_IMAGENET_TEMPLATES,
}
CLASSES = ('background', 'crack')
_HOLE = '{}'
_BATCH = 256


class CLIPPrompts:
    """Sentences for the classes background and crack.

    A state puts the object into words (``'{} with narrow break and opening'``), a template puts
    the state into a sentence (``'a photo of a {}.'``); each class has all pairs of the two.

    Args:
        background: States of an object without cracks.
        crack: States of an object with cracks.
        object: What the photographs show.
        templates: ``'openai'`` (the 80 of open_clip's list for ImageNet), ``'simple'`` (its 7),
            or a list of one's own.

    Raises:
        ValueError: a class has no state, templates are unknown, or ``'{}'`` is missing in a text.
    """

    def __init__(
        self,
        background: Sequence[str],
        crack: Sequence[str],
        *,
        object: str = 'pavement',
        templates: str | Sequence[str] = 'openai',
    ) -> None:
        self.object = object
        self.states = {'background': tuple(background), 'crack': tuple(crack)}
        self.templates = _templates(templates)
        for name, states in self.states.items():
            if not states:
                raise ValueError(f'prompts.{name}: give at least one state')
            _check_holes(f'prompts.{name}', states)

    def sentences(self, name: str) -> list[str]:
        """All sentences of a class, template by template within each state."""
        described = [state.replace(_HOLE, self.object) for state in self.states[name]]
        return [template.replace(_HOLE, text) for text in described for template in self.templates]

    @property
    def sha256(self) -> str:
        """Checksum of the sentences: adapters learn toward them."""
        text = json.dumps([self.sentences(name) for name in CLASSES])
        return hashlib.sha256(text.encode()).hexdigest()

    @torch.no_grad()
    def features(self, clip: nn.Module, tokenizer: Callable[[list[str]], Tensor]) -> Tensor:
        """Text features of the two classes, (2, C), L2-normalized.

        The mean over a class's sentences of their normalized features, as in open_clip's zero-shot
        classifier.

        Args:
            clip: A CLIP of open_clip.
            tokenizer: Its tokenizer.
        """
        return torch.stack([_mean_feature(clip, tokenizer, self.sentences(n)) for n in CLASSES])


def _mean_feature(
    clip: nn.Module, tokenizer: Callable[[list[str]], Tensor], sentences: list[str]
) -> Tensor:
    device = next(clip.parameters()).device
    tokens = tokenizer(sentences).to(device)
    parts = [_encode(clip, part) for part in tokens.split(_BATCH)]
    return F.normalize(torch.cat(parts).float().mean(0), dim=0)


def _encode(clip: nn.Module, tokens: Tensor) -> Tensor:
    """Normalized features of tokens; of CLIP's own text tower without its padding.

    What is read of a sentence is its end token, to which nothing behind it contributes. Prompts
    are some 20 tokens long where CLIP reads 77: without the rest it takes a sixth of the time.
    """
    causal = isinstance(clip, open_clip.CLIP) and clip.attn_mask is not None
    if not causal or clip.text_pool_type != 'argmax':
        return clip.encode_text(tokens, normalize=True)
    length = int(tokens.argmax(dim=1).max()) + 1
    shorter = {
        'positional_embedding': clip.positional_embedding[:length],
        'attn_mask': clip.attn_mask[:length, :length],
    }
    text = {'text': tokens[:, :length]}
    return torch.func.functional_call(clip, shorter, kwargs=text)[1]


def _templates(templates: str | Sequence[str]) -> tuple[str, ...]:
    if isinstance(templates, str):
        if templates not in TEMPLATES:
            raise ValueError(
                f'prompts.templates must be one of {sorted(TEMPLATES)} or a list, got {templates!r}'
            )
        return tuple(template(_HOLE) for template in TEMPLATES[templates])
    if not templates:
        raise ValueError('prompts.templates: give at least one')
    _check_holes('prompts.templates', templates)
    return tuple(templates)


def _check_holes(key: str, texts: Sequence[str]) -> None:
    for text in texts:
        if text.count(_HOLE) != 1:
            raise ValueError(f"{key}: {text!r} must hold '{{}}' once, where the object goes")
