"""Meta's SAM checkpoints: names, sources, checksums, and what to say where one is missing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BASE_URL = 'https://dl.fbaipublicfiles.com/segment_anything'


@dataclass(frozen=True)
class SAMCheckpoint:
    """A published checkpoint file.

    Args:
        name: File name.
        sha256: Checksum of the file.
        size: Bytes of the file.
    """

    name: str
    sha256: str
    size: int

    @property
    def url(self) -> str:
        """Where Meta publishes the file."""
        return f'{_BASE_URL}/{self.name}'


SAM_CHECKPOINTS = {
    'sam_vit_b': SAMCheckpoint(
        'sam_vit_b_01ec64.pth',
        'ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912',
        375_042_383,
    ),
    'sam_vit_l': SAMCheckpoint(
        'sam_vit_l_0b3195.pth',
        '3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622',
        1_249_524_607,
    ),
    'sam_vit_h': SAMCheckpoint(
        'sam_vit_h_4b8939.pth',
        'a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e',
        2_564_550_879,
    ),
}

WITHOUT_SAM = (
    'To go on without it: --cfg-options model.backbone.init_cfg=None (random weights, to try the '
    'pipeline), or train a U-Net student on the same labels (configs/cogensam). Labels without '
    'weights: configs/opencv_baseline, configs/annotation_free.'
)


def pretrained_source(init_cfg: Any) -> tuple[str, str | None] | None:
    """Path and prefix of an ``init_cfg`` of type Pretrained, or None where there is none."""
    configs = init_cfg if isinstance(init_cfg, (list, tuple)) else [init_cfg]
    for config in configs:
        if config and config.get('type') == 'Pretrained':
            return config['checkpoint'], config.get('prefix')
    return None


def require_checkpoint(path: str | Path) -> None:
    """Make sure that a checkpoint file is there, before anything long starts.

    Args:
        path: A local path; anything with a scheme (``https://``) is left to MMEngine.

    Raises:
        FileNotFoundError: the file is missing. For Meta's files the message says where to get
            it, its SHA-256 and how to go on without it.
    """
    if '://' in str(path) or Path(path).is_file():
        return
    raise FileNotFoundError(missing_checkpoint_message(path))


def missing_checkpoint_message(path: str | Path) -> str:
    """What to do about a missing checkpoint."""
    for key, checkpoint in SAM_CHECKPOINTS.items():
        if Path(path).name == checkpoint.name:
            return (
                f'{path}: SAM checkpoint not found.\n'
                f'Get it: mmcrack weights {key} --out {path}\n'
                f'    or: {checkpoint.url} ({checkpoint.size / 1e6:.0f} MB)\n'
                f'SHA-256: {checkpoint.sha256}\n'
                f'{WITHOUT_SAM}'
            )
    known = ', '.join(checkpoint.name for checkpoint in SAM_CHECKPOINTS.values())
    return (
        f'{path}: checkpoint not found. mmcrack weights gets the official {known}.\n{WITHOUT_SAM}'
    )
