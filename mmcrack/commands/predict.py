"""Find cracks in photographs: probability maps, masks, and overlays.

Photographs may be of any size: what is larger than a tile is predicted in overlapping tiles whose
seams do not show. What an earlier, perhaps interrupted run wrote is kept.
"""

import argparse

from mmengine.dist import get_rank

from mmcrack.engine.cli import add_common_options, load_config, use_test_time_augmentation
from mmcrack.engine.ranks import prepare_ranks
from mmcrack.prediction import PredictionOptions, find_photographs, predict_photographs
from mmcrack.prediction.loading import load_predictor, prediction_fingerprint
from mmcrack.prediction.outputs import FOLDERS
from mmcrack.prediction.photographs import MAX_MEGAPIXELS
from mmcrack.prediction.predictor import Predictor

GOES_ON = 'the same command goes on where it stopped'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument('config', help='config file of the model')
    parser.add_argument('checkpoint', help='its checkpoint; "none" for a model that trains nothing')
    parser.add_argument('images', nargs='+', help='photographs: files, folders, glob patterns')
    parser.add_argument('--out', required=True, help='folder of the predictions')
    parser.add_argument(
        '--recursive', action='store_true', help='also look into the folders below a folder'
    )
    parser.add_argument(
        '--map', action='store_true', help='write maps/NAME.png, gray, 255·probability'
    )
    parser.add_argument('--mask', action='store_true', help='write masks/NAME.png, 0 and 255')
    parser.add_argument(
        '--overlay',
        action='store_true',
        help='write overlays/NAME.png, the photograph with cracks in red (all three by default)',
    )
    parser.add_argument(
        '--threshold', type=float, help='probability above which the mask is crack (the model’s)'
    )
    parser.add_argument(
        '--bits', type=int, choices=[8, 16], default=8, help='of the maps (default 8)'
    )
    parser.add_argument(
        '--tile',
        type=int,
        default=1024,
        metavar='PIXELS',
        help='side of the tiles of photographs with more pixels than one tile (default 1024); 0: '
        'never cut',
    )
    parser.add_argument(
        '--overlap',
        type=int,
        metavar='PIXELS',
        help='of neighbouring tiles (default: twice as far as the model sees)',
    )
    parser.add_argument(
        '--tta',
        action='store_true',
        help='test time augmentation: the mean map of the views of the config’s tta_pipeline',
    )
    parser.add_argument('--device', help='cpu, cuda, cuda:1, …')
    parser.add_argument('--amp', action='store_true', help='automatic mixed precision, on a GPU')
    parser.add_argument(
        '--max-megapixels',
        type=float,
        default=MAX_MEGAPIXELS,
        help='refuse larger photographs unread (default %(default)g)',
    )
    parser.add_argument(
        '--overwrite',
        action='store_true',
        help='replace predictions of another model, other settings or other photographs',
    )
    parser.add_argument(
        '--strict', action='store_true', help='fail where a photograph is unreadable, at the end'
    )
    add_common_options(parser)


def options_of(args: argparse.Namespace, predictor: Predictor) -> PredictionOptions:
    """What the command line asks to be written."""
    threshold = predictor.threshold if args.threshold is None else args.threshold
    if not 0 <= threshold < 1:
        raise ValueError(f'--threshold {threshold}: must lie in [0, 1)')
    return PredictionOptions(
        kinds=[kind for kind in FOLDERS if getattr(args, kind)] or list(FOLDERS),
        threshold=threshold,
        bits=args.bits,
        max_megapixels=args.max_megapixels,
        overwrite=args.overwrite,
        strict=args.strict,
    )


def run(args: argparse.Namespace) -> None:
    """Predict."""
    cfg = load_config(args)
    if args.tta:
        use_test_time_augmentation(cfg)
    photographs = find_photographs(args.images, args.out, recursive=args.recursive)
    checkpoint = None if args.checkpoint == 'none' else args.checkpoint
    settings = {key: getattr(args, key) for key in ('tile', 'overlap', 'threshold', 'bits', 'amp')}
    record = {
        'config': args.config,
        'checkpoint': args.checkpoint,
        'settings': settings,
        'config_sha256': prediction_fingerprint(cfg, checkpoint, settings),
    }
    prepare_ranks(cfg)  # after the fingerprint: it fits the model to CPU ranks
    predictor = load_predictor(
        cfg, checkpoint, device=args.device, tile=args.tile, overlap=args.overlap, amp=args.amp
    )
    options = options_of(args, predictor)
    report = predict_photographs(predictor, photographs, args.out, options, record)
    if get_rank() == 0:
        print(report)
        if report.tiled and not predictor.exact:
            print(
                'The model sees farther than its tiles overlap, or looks at positions: predictions '
                'in tiles differ from those of whole photographs (docs/prediction.md).'
            )
