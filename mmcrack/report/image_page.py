"""An image's card in the gallery and its page."""

from collections.abc import Sequence
from dataclasses import dataclass

from mmcrack.report.image_rows import ImageRow, printable
from mmcrack.report.measured_folder import MeasuredCrack, MeasuredImage
from mmcrack.report.overlay import draw_pixels, draw_svg
from mmcrack.report.pictures import Picture, data_uri, shrink
from mmcrack.report.rendering import render
from mmcrack.report.units import (
    Scale,
    area_scale,
    count_text,
    length_scale,
    share_text,
    width_scale,
)
from mmcrack.report.width_classes import WidthClass, WidthClasses

_THUMBNAIL_SIDE = 400
_QUALITY = 82
_MOST_NUMBERS = 40  # more would hide the picture; the others appear when they are pointed at
_KINDS = {
    'map': 'Cracks are drawn on the probability map, because the photograph could not be shown: ',
    'blank': 'Cracks are drawn without a picture: ',
}


@dataclass(frozen=True)
class Look:
    """What all cards and pages share.

    Attributes:
        unit: ``px`` or ``mm``.
        classes: Of widths.
        class_table: Their texts and colors, for the legend.
        length_scale: How lists of images show lengths.
        width_scale: How lists of images show widths.
    """

    unit: str
    classes: WidthClasses
    class_table: Sequence[WidthClass]
    length_scale: Scale
    width_scale: Scale


def card(row: ImageRow, image: MeasuredImage, picture: Picture, look: Look) -> str:
    """The image's place in the gallery, with cracks drawn into a thumbnail.

    Args:
        row: Its figures.
        image: Its measurements.
        picture: What the cracks are drawn on.
        look: What all cards share.
    """
    small = shrink(picture.pixels, _THUMBNAIL_SIDE)
    drawn = draw_pixels(small, image.cracks, look.classes, small.shape[1] / image.width)
    return render(
        'card.html',
        row=row,
        thumbnail=data_uri(drawn, _QUALITY),
        width=small.shape[1],
        height=small.shape[0],
        length=look.length_scale.text(row.length),
        worst_width=look.width_scale.text(row.worst_width),
    )


def image_page(
    number: int,
    rows: Sequence[ImageRow],
    image: MeasuredImage,
    picture: Picture,
    look: Look,
    *,
    last: bool,
) -> str:
    """The image's own page.

    Args:
        number: Its place, from 1.
        rows: All images in their order.
        image: Its measurements.
        picture: What the cracks are drawn on.
        look: What all pages share.
        last: Whether no page comes after it.
    """
    row, cracks, unit = rows[number - 1], image.cracks, look.unit
    height, width = picture.pixels.shape[:2]
    scales = dict(
        length_scale=length_scale(unit, max((crack.length for crack in cracks), default=0)),
        width_scale=width_scale(unit, row.widest or 0),
        area_scale=area_scale(unit, max((crack.area for crack in cracks), default=0)),
    )
    return render(
        'image.html',
        **scales,
        row=row,
        number=number,
        of=len(rows),
        before=rows[number - 2] if number > 1 else None,
        after=None if last else rows[number],
        facts=_facts(row, image, unit),
        trouble=_KINDS[picture.kind] + printable(picture.trouble) if picture.trouble else None,
        unit=unit,
        classes=look.class_table,
        picture=data_uri(picture.pixels, _QUALITY),
        width=width,
        height=height,
        alt=f'{row.shown_name}, {picture.kind}',
        drawn=[draw_svg(crack, look.classes, width / image.width) for crack in cracks],
        tips=[_tip(crack, scales['length_scale'], scales['width_scale']) for crack in cracks],
        font_size=round(max(width, height) / 44, 1),
        most_numbers=_MOST_NUMBERS,
        cracks=cracks,
    )


def _facts(row: ImageRow, image: MeasuredImage, unit: str) -> list[str]:
    facts = [count_text(row.cracks, 'crack') if row.cracks else 'no cracks']
    if row.cracks:
        facts += [
            f'{length_scale(unit, row.length).text(row.length)} in all',
            f'{share_text(row.crack_share)} of the area',
        ]
    facts.append(f'{image.width} × {image.height} pixels')
    if image.mm_per_pixel is not None:
        facts.append(f'{image.mm_per_pixel:.4g} mm per pixel')
    return [*facts, 'measured in a mask' if image.is_mask else 'measured in a probability map']


def _tip(crack: MeasuredCrack, length_as: Scale, width_as: Scale) -> str:
    return (
        f'Crack {crack.id}: {length_as.text(crack.length)} long, '
        f'{width_as.text(crack.width_median)} wide (median), '
        f'{width_as.text(crack.width_p95)} (95th percentile)'
    )
