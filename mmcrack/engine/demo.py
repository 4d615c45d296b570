"""The demo: cracks found in synthetic photographs without a drawn mask, in a few minutes."""

import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mmcrack.evaluation.folders import count_pairs, find_map_pairs
from mmcrack.evaluation.scores import ScoreAccumulator
from mmcrack.synthesis import write_photographs
from mmcrack.utils.atomic_files import write_atomically

WORK_DIR = Path('work_dirs/demo')
_COLUMNS = ('F1', 'mIoU', 'ODS', 'OIS', 'AP')
_TRAIN_SEED, _TEST_SEED = 11, 12


@dataclass(frozen=True)
class DemoSize:
    """How much the demo makes and learns.

    Attributes:
        photographs: Synthetic photographs to label and train on.
        tests: Photographs to test on.
        side: Height and width of a photograph, in pixels.
        options: ``--cfg-options`` of the student's training.
    """

    photographs: int = 120
    tests: int = 40
    side: int = 256
    options: tuple[str, ...] = ()


FULL = DemoSize()
QUICK = DemoSize(photographs=16, tests=6, side=192, options=('train_cfg.max_iters=60',))


def run_demo(size: DemoSize = FULL) -> dict[str, dict[str, float]]:
    """Run the whole chain with the project's own commands and show what came out.

    Synthetic photographs → stage I → stage II → labels → student → evaluation against the exact
    masks. Everything is kept in ``work_dirs/demo``; a second call reuses what is there.

    Args:
        size: How much to make and learn.

    Returns:
        Scores (protocol ``'image'``, in percent) of the edge labels, the restored labels and the
        student, all on the test photographs.

    Raises:
        subprocess.CalledProcessError: a command failed.
    """
    _clear_other_size(size)
    data = WORK_DIR / 'data'
    for split, count, seed in (
        ('train', size.photographs, _TRAIN_SEED),
        ('test', size.tests, _TEST_SEED),
    ):
        print(f'{count} synthetic photographs → {data / split}', flush=True)
        write_photographs(data / split, count, size.side, seed)
    student = WORK_DIR / 'unet'
    options = ['--cfg-options', *size.options] if size.options else []
    _command('train', 'configs/demo/unet.py', '--work-dir', student, *options)
    results = {
        'edge labels': _label(WORK_DIR, data, 'labels_edges'),
        'restored labels': _label(WORK_DIR, data, 'labels'),
        'student': WORK_DIR / 'test_maps' / 'student',
    }
    checkpoint = (student / 'last_checkpoint').read_text().strip()
    _command('test', 'configs/demo/unet.py', checkpoint, '--out', results['student'])
    scores = {name: _scores(folder, data / 'test/masks') for name, folder in results.items()}
    _write_pictures(WORK_DIR / 'pictures', data / 'test', list(results.values()))
    print(demo_table(scores, size.tests))
    print(f'photo, edge label, restored label, prediction, truth: {WORK_DIR / "pictures"}/*.png')
    return scores


def _clear_other_size(size: DemoSize) -> None:
    """Remove what a run of another size made of its photographs; the VQVAEs stay."""
    record = WORK_DIR / 'size.txt'
    if not record.is_file() or record.read_text() != repr(size):
        for name in ('data', 'labels', 'unet', 'test_maps', 'pictures'):
            shutil.rmtree(WORK_DIR / name, ignore_errors=True)
    WORK_DIR.mkdir(parents=True, exist_ok=True)
    record.write_text(repr(size))


def _label(work_dir: Path, data: Path, config: str) -> Path:
    """Label the test photographs; the labels are only evaluated, never trained on."""
    out = work_dir / 'test_maps' / config
    _command(
        'label',
        f'configs/demo/{config}.py',
        '--images',
        data / 'test/images',
        '--out',
        out,
        '--overwrite',
    )
    return out


def _command(name: str, *arguments: str | Path) -> None:
    command = [name, *map(str, arguments)]
    print(f'$ mmcrack {shlex.join(command)}', flush=True)
    subprocess.run([sys.executable, '-m', 'mmcrack_command', *command], check=True)


def _scores(maps: Path, masks: Path) -> dict[str, float]:
    accumulator = ScoreAccumulator()
    for counts in count_pairs(find_map_pairs(maps, masks).pairs):
        accumulator.add(counts)
    return accumulator.scores('image')


def demo_table(scores: dict[str, dict[str, float]], images: int) -> str:
    """The scores of each step as a Markdown table that names its protocol."""
    lines = [
        f"{images} synthetic test photographs, protocol 'image', tolerance 0 px, in percent:",
        '',
        f'| {"":15} | {" | ".join(f"{name:>5}" for name in _COLUMNS)} |',
        f'| {"-" * 15} | {" | ".join("----:" for _ in _COLUMNS)} |',
    ]
    for name, values in scores.items():
        row = ' | '.join(f'{values[column]:5.1f}' for column in _COLUMNS)
        lines.append(f'| {name:15} | {row} |')
    return '\n'.join(['', *lines, ''])


def _write_pictures(out: Path, test: Path, map_folders: list[Path]) -> None:
    """Photo, maps and truth of each test photograph side by side."""
    out.mkdir(parents=True, exist_ok=True)
    for image in sorted((test / 'images').glob('*.png')):
        grays = [folder / image.name for folder in map_folders] + [test / 'masks' / image.name]
        panels = [cv2.imread(str(image))] + [cv2.imread(str(path)) for path in grays]
        gap = np.full((panels[0].shape[0], 4, 3), 255, np.uint8)
        row = np.hstack([part for panel in panels for part in (panel, gap)][:-1])
        write_atomically(out / image.name, cv2.imencode('.png', row)[1].tobytes())
