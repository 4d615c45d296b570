import pytest
import torch
from torch import nn

from mmcrack.engine.hooks.checkpoint_match_hook import require_match


def network(width=4, *, head=2):
    return nn.Sequential(
        nn.Conv2d(1, width, 3), nn.BatchNorm2d(width), nn.Conv2d(width, width, 3),
        nn.Conv2d(width, head, 1),
    )  # fmt: skip


def test_own_checkpoint_passes_also_with_wrapper_prefix():
    state = network().state_dict()
    require_match(network(), state, 'own.pth')
    require_match(network(), {f'module.{key}': value for key, value in state.items()}, 'own.pth')


def test_other_width_is_refused_and_named():
    with pytest.raises(ValueError, match=r'(?s)other\.pth: a checkpoint of another .*0\.weight'):
        require_match(network(), network(8).state_dict(), 'other.pth')


def test_missing_tensors_are_listed():
    state = network().state_dict()
    del state['3.bias']
    with pytest.raises(ValueError, match=r'1 do not match:\n  missing: 3\.bias'):
        require_match(network(), state, 'cut.pth')


def test_fine_tuning_allows_a_new_head_but_not_another_model():
    require_match(network(), network(head=7).state_dict(), 'head.pth', max_missing=0.5)
    with pytest.raises(ValueError, match='another model'):
        require_match(network(), nn.Linear(2, 2).state_dict(), 'linear.pth', max_missing=0.5)


def test_tensors_of_the_checkpoint_alone_are_no_error():
    state = {**network().state_dict(), 'auxiliary.weight': torch.zeros(3)}
    require_match(network(), state, 'more.pth')


def test_module_that_keeps_its_base_elsewhere_decides_itself():
    class Adapter(nn.Linear):
        def _load_from_state_dict(self, state_dict, prefix, *args):
            state_dict.setdefault(f'{prefix}weight', self.weight.detach())
            super()._load_from_state_dict(state_dict, prefix, *args)

    require_match(nn.Sequential(Adapter(2, 2)), {'0.bias': torch.ones(2)}, 'adapter.pth')
