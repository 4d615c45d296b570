"""How a SAM encoder's weights enter and leave checkpoints."""

import logging

import torch
from mmengine.logging import print_log
from mmengine.runner.checkpoint import CheckpointLoader
from torch import Tensor, nn

from mmcrack.models.backbones.sam_base import fit_positions
from mmcrack.models.backbones.sam_checkpoints import require_checkpoint
from mmcrack.models.layers.base_record import RECORD, BaseRecord, fingerprint
from mmcrack.models.layers.lora import is_adapter


class SAMStateMixin:
    """Checkpoints of a SAM encoder: complete, of what is trained only, or with adapters merged.

    With ``save_only_trainable``, where the frozen weights are those of a file, a state dict holds
    the trained parameters and a :class:`BaseRecord` of the frozen ones. Loading it

    - on the same weights succeeds, with no key missing;
    - on a model whose weights were not initialized yet (testing, inference) loads the base first,
      from the file of ``init_cfg`` or else from the recorded one;
    - on other weights raises.

    With adapters merged, a state dict is that of an encoder without LoRA.

    Host attributes: ``source`` (path and prefix of the file of ``init_cfg``, or None),
    ``save_only_trainable``, ``merged``, ``unmerge_lora()``, ``is_init``, ``init_cfg``.
    """

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.source: tuple[str, str | None] | None = None
        self._base: tuple[str, str | None] | None = None  # the file that the frozen weights are of
        self._fingerprint: str | None = None  # of the frozen tensors; hashing takes seconds
        self._absent: list[str] = []  # what the last state dict left out of the base
        self._surplus: list[str] = []  # what it had besides
        self.register_state_dict_post_hook(_leave_out)

    def init_weights(self) -> None:
        """Initialize, and make sure that a pretrained file held every weight.

        Raises:
            ValueError: weights are missing in the file.
        """
        if self.source is None:
            if self.save_only_trainable:
                text = 'SAMViT: the base has no file, so checkpoints will hold all its weights'
                print_log(text, logger='current', level=logging.WARNING)
            super().init_weights()
            return
        path, prefix = self.source
        try:
            super().init_weights()
        except AssertionError as error:  # MMEngine's answer to a prefix that no key has
            raise ValueError(f'{path}: no key starts with {prefix!r}; is it a SAM?') from error
        for names, what in ((self._absent, 'missing'), (self._surplus, 'unknown')):
            if names:
                raise ValueError(
                    f'{path}: {len(names)} weights are {what}, the first is {names[0]}; are '
                    f'model.backbone.arch and the prefix {prefix!r} right?'
                )
        self._base = self.source

    def _load_from_state_dict(self, state_dict: dict, prefix: str, *args) -> None:
        """Complete the part of a state dict that belongs to this module, then load it."""
        self.unmerge_lora()
        record = state_dict.pop(prefix + RECORD, None)
        own = dict(self.named_parameters())
        names = [key[len(prefix) :] for key in state_dict if key.startswith(prefix)]
        given = {name: state_dict[prefix + name] for name in names if name in own}
        adapters = [name for name in names if is_adapter(name)]
        _check_adapters(own, given, adapters)
        self._absent = [name for name in own if name not in given and not is_adapter(name)]
        self._surplus = [name for name in names if name not in own]
        _check_architecture(own, given)
        if record is not None:
            self._restore_base(BaseRecord.from_tensor(record))
        elif any(not own[name].requires_grad for name in given):
            self._base = None  # no longer what the file holds
        for name, parameter in own.items():
            if name in given:
                state_dict[prefix + name] = fit_positions(name, given[name], parameter)
            elif record is not None or (is_adapter(name) and not adapters):
                state_dict[prefix + name] = parameter.detach().clone()
        self._fingerprint = None
        super()._load_from_state_dict(state_dict, prefix, *args)

    def _restore_base(self, record: BaseRecord) -> None:
        """Make sure that the weights absent from a checkpoint are those that it records."""
        if self._base_hash() != record.sha256 and not self.is_init:
            path, prefix = self.source or (record.checkpoint, record.prefix)
            require_checkpoint(path)
            self._load_base(path, prefix)
            self._base = (path, prefix)
        found = self._base_hash()
        if found != record.sha256:
            raise ValueError(
                f'the checkpoint holds adapters of other base weights: it was trained on '
                f'{record.checkpoint} (fingerprint {record.sha256[:12]}…), this model has '
                f'{self._base[0] if self._base else "weights without a file"} ({found[:12]}…); '
                'set model.backbone.init_cfg to the former'
            )
        self._base = self._base or (record.checkpoint, record.prefix)

    def _base_hash(self) -> str:
        own = dict(self.named_parameters())
        return fingerprint({name: own[name] for name in self._absent})

    @torch.no_grad()
    def _load_base(self, path: str, prefix: str | None) -> None:
        """Read the weights that a checkpoint leaves out from the base's file."""
        state = _read(path, prefix)
        own = dict(self.named_parameters())
        _check_architecture(own, state)
        for name in self._absent:
            if name not in state:
                raise ValueError(f'{path}: {prefix or ""}{name} is missing')
            own[name].copy_(fit_positions(name, state[name], own[name]))

    def frozen(self) -> dict[str, nn.Parameter]:
        """The frozen parameters by name."""
        return {n: p for n, p in self.named_parameters() if not p.requires_grad}

    def base_record(self) -> BaseRecord:
        """Record of the frozen parameters and of the file that they came from."""
        if self._fingerprint is None:
            self._fingerprint = fingerprint(self.frozen())
        return BaseRecord(self._fingerprint, *self._base)


def _leave_out(module: nn.Module, state_dict: dict, prefix: str, _: dict) -> None:
    """Take out of a state dict what is not to be saved."""
    if module.merged:
        for name in module.adapters():
            del state_dict[prefix + name]
    elif module.save_only_trainable and module._base is not None and module.frozen():
        for name in module.frozen():
            del state_dict[prefix + name]
        state_dict[prefix + RECORD] = module.base_record().to_tensor()


def _read(path: str, prefix: str | None) -> dict[str, Tensor]:
    state = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    state, prefix = state.get('state_dict', state), prefix or ''
    return {k[len(prefix) :]: tensor for k, tensor in state.items() if k.startswith(prefix)}


def _check_adapters(own: dict, given: dict, theirs: list[str]) -> None:
    """Raise ValueError where a checkpoint has adapters, and others than the model's."""
    ours = [name for name in own if is_adapter(name)]
    same = set(theirs) == set(ours) and all(given[n].shape == own[n].shape for n in ours)
    if same or not theirs:
        return
    if not ours:
        raise ValueError(
            'the checkpoint has LoRA adapters and the model none: set model.backbone.lora as in '
            'its config, or merge them by tools/model_converters/merge_lora.py'
        )
    odd = sorted(set(theirs) ^ set(ours)) or [n for n in ours if given[n].shape != own[n].shape]
    raise ValueError(
        f"the checkpoint's LoRA adapters are not the model's, the first is {odd[0]}: set rank, "
        'targets and layers of model.backbone.lora as in its config'
    )


def _check_architecture(own: dict, given: dict) -> None:
    """Raise ValueError where weights are another architecture's."""
    for name, tensor in given.items():
        if name in own and fit_positions(name, tensor, own[name]).shape != own[name].shape:
            raise ValueError(
                f'the checkpoint is of another architecture: {name} is {tuple(tensor.shape)} '
                f'there and {tuple(own[name].shape)} here; set model.backbone.arch to its own'
            )
