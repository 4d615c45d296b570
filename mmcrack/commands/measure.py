"""Measure the cracks in probability maps or masks: lengths, widths, areas, directions.

Maps are gray images of 8 or 16 bits (value / 255 or / 65535), as generate_pseudo_labels.py,
test.py and predict.py write them; an image with nothing but 0 and 255 is a mask. What an earlier,
perhaps interrupted run with the same options measured is kept. docs/measurement.md describes the
figures and the files.
"""

import argparse
import os
from pathlib import Path

from mmengine.config import Config
from mmengine.dist import get_rank

from mmcrack.engine.cli import add_launcher_options
from mmcrack.engine.image_listing import list_images
from mmcrack.engine.map_measurement import measure_maps
from mmcrack.engine.ranks import prepare_ranks
from mmcrack.engine.records import read_record
from mmcrack.measurement.calibration import mm_per_pixel_between
from mmcrack.measurement.map_file import MeasureOptions
from mmcrack.measurement.tables import FORMATS
from mmcrack.prediction import runs as predictions

GOES_ON = 'the same command goes on where it stopped'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument('maps', nargs='+', help='files, folders or glob patterns')
    parser.add_argument('--out', required=True, help='folder of the figures')
    parser.add_argument(
        '--images',
        help='folder or glob pattern of the photographs, named as their maps: for geo-references '
        'and for the report (default: those that predict made the maps from)',
    )
    parser.add_argument('--recursive', action='store_true', help='also look into the folders below')
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        '--mm-per-pixel',
        type=float,
        metavar='MM',
        help='size of a pixel (default: from the geo-reference, where there is one in metres)',
    )
    size.add_argument(
        '--calibrate',
        type=float,
        nargs=5,
        metavar=('X1', 'Y1', 'X2', 'Y2', 'MM'),
        help='two points in pixels, and their distance in millimetres',
    )
    defaults = MeasureOptions()
    parser.add_argument(
        '--threshold',
        type=float,
        default=defaults.threshold,
        help='crack where the map exceeds it (default: %(default)s)',
    )
    parser.add_argument(
        '--min-length',
        type=float,
        default=defaults.min_length,
        metavar='PX',
        help='leave out shorter cracks (default: %(default)s)',
    )
    parser.add_argument(
        '--min-area',
        type=int,
        default=defaults.min_area,
        metavar='PX',
        help='leave out cracks of fewer pixels (default: %(default)s)',
    )
    parser.add_argument(
        '--fill-holes',
        type=int,
        default=defaults.fill_holes,
        metavar='PX',
        help='count holes in cracks of as many pixels or fewer as crack (default: %(default)s)',
    )
    parser.add_argument(
        '--format',
        nargs='+',
        choices=FORMATS,
        default=('csv', 'json'),
        metavar='FORMAT',
        help='merged files to write, of csv, json, geojson (default: csv json)',
    )
    parser.add_argument(
        '--overwrite', action='store_true', help='replace figures made with other options'
    )
    parser.add_argument(
        '--strict', action='store_true', help='fail where a map is unreadable, at the end'
    )
    add_launcher_options(parser)


def find_files(entries: list[str], *, recursive: bool) -> dict[str, Path]:
    """Files by name, of several folders, patterns and files.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: two files have one name.
    """
    found: dict[str, Path] = {}
    for entry in entries:
        for name, path in list_images(entry, recursive=recursive).items():
            if found.setdefault(name, path) != path:
                raise ValueError(
                    f'{path} and {found[name]}: both would be {name}; give the folder above them '
                    'with --recursive, or measure them one after the other into two folders'
                )
    return found


def find_photographs(args: argparse.Namespace, maps: dict[str, Path]) -> dict[str, Path]:
    """The photographs of the maps, where ``--images`` or the predictions' record says them.

    Raises:
        FileNotFoundError: a map has none.
    """
    if args.images is None:
        known = predicted_photographs(args.maps)
        return {name: known[name] for name in maps if name in known}
    found = find_files([args.images], recursive=args.recursive)
    lone = sorted(maps.keys() - found.keys())
    if lone:
        raise FileNotFoundError(
            f'{args.images}: no photograph for {len(lone)} of {len(maps)} maps, as '
            f'{maps[lone[0]]}; photographs have the names of their maps'
        )
    return {name: found[name] for name in maps}


def predicted_photographs(entries: list[str]) -> dict[str, Path]:
    """By name, what ``mmcrack predict`` made the maps of a folder from, as far as it is there."""
    if len(entries) != 1 or not Path(entries[0]).is_dir():
        return {}
    record = read_record(Path(entries[0]).absolute().parent / predictions.RECORD) or {}
    images = {name: Path(path) for name, path in record.get('images', {}).items()}
    return {name: path for name, path in images.items() if path.is_file()}


def measure_options(args: argparse.Namespace) -> MeasureOptions:
    """What decides the figures."""
    scale = args.mm_per_pixel
    if args.calibrate:
        x1, y1, x2, y2, millimetres = args.calibrate
        scale = mm_per_pixel_between((x1, y1), (x2, y2), millimetres)
    return MeasureOptions(args.threshold, scale, args.min_length, args.min_area, args.fill_holes)


def run(args: argparse.Namespace) -> None:
    """Measure, merge, and print what was found."""
    os.environ.setdefault('LOCAL_RANK', str(args.local_rank))
    options = measure_options(args)
    maps = find_files(args.maps, recursive=args.recursive)
    photographs = find_photographs(args, maps)
    prepare_ranks(Config({'launcher': args.launcher}))
    report = measure_maps(
        maps,
        args.out,
        options,
        photographs=photographs,
        formats=args.format,
        overwrite=args.overwrite,
        strict=args.strict,
    )
    if get_rank() == 0:
        print(report)
