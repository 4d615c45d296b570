"""Write an inspection report: one HTML file with totals, charts, gallery and a page per image.

MEASURED is the folder that measuring wrote (--out). The file holds all its pictures, opens offline
in any browser, and prints. Without photographs the cracks are drawn on the probability maps.
"""

import argparse

from mmcrack.report import ReportOptions, write_report


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    defaults = ReportOptions()
    parser.add_argument('measured', metavar='MEASURED', help='folder of measurements')
    parser.add_argument('--out', required=True, metavar='FILE.html', help='the report')
    parser.add_argument('--title', default=defaults.title, help='default: "%(default)s"')
    parser.add_argument(
        '--images',
        metavar='DIR',
        help='folder or glob pattern of the photographs, named as their maps (default: those that '
        'measuring was told of)',
    )
    parser.add_argument(
        '--max-images',
        type=int,
        metavar='N',
        help='give pages to the N worst images, and list the others (default: as many as fit)',
    )
    parser.add_argument(
        '--max-megabytes',
        type=float,
        default=defaults.max_megabytes,
        metavar='MB',
        help='list further images without pages once the file is about as large '
        '(default: %(default)g)',
    )
    parser.add_argument(
        '--picture-side',
        type=int,
        default=defaults.picture_side,
        metavar='PX',
        help='largest height and width of the pictures (default: %(default)s)',
    )
    parser.add_argument(
        '--width-limits',
        type=float,
        nargs='+',
        default=(),
        metavar='W',
        help='up to five limits of the classes of width, in millimetres where the scale is known, '
        'else in pixels (default: round ones around the widths that occur)',
    )


def run(args: argparse.Namespace) -> None:
    """Write the report and print what it holds."""
    options = ReportOptions(
        title=args.title,
        images=args.images,
        max_images=args.max_images,
        max_megabytes=args.max_megabytes,
        picture_side=args.picture_side,
        width_limits=tuple(args.width_limits),
    )
    print(write_report(args.measured, args.out, options, show_progress=True))
