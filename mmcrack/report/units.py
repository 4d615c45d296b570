"""Units and digits in which figures are shown."""

from typing import NamedTuple

_THIN_SPACE = '\u202f'


class Scale(NamedTuple):
    """How figures of one kind are shown.

    Attributes:
        symbol: Of the unit.
        factor: What figures are multiplied by.
        digits: After the point.
    """

    symbol: str
    factor: float
    digits: int

    def number(self, value: float | None) -> str:
        """The figure without its unit; a dash for None."""
        if value is None:
            return '–'
        return grouped(value * self.factor, self.digits)

    def text(self, value: float | None) -> str:
        """The figure with its unit; a dash for None."""
        return '–' if value is None else f'{self.number(value)}\u00a0{self.symbol}'


def grouped(value: float, digits: int = 0) -> str:
    """A number with thousands apart."""
    return f'{value:,.{digits}f}'.replace(',', _THIN_SPACE)


def length_scale(unit: str, largest: float) -> Scale:
    """For lengths in ``px`` or ``mm`` of which the largest is this: metres from ten on."""
    if unit == 'px':
        return Scale('px', 1, 1)
    return Scale('m', 1e-3, 3) if largest >= 10_000 else Scale('mm', 1, 1)


def width_scale(unit: str, largest: float) -> Scale:
    """For widths in ``px`` or ``mm`` of which the largest is this: three figures or more."""
    return Scale(unit, 1, 3 if unit == 'mm' and largest < 1 else 2)


def area_scale(unit: str, largest: float) -> Scale:
    """For areas in ``px2`` or ``mm2`` of which the largest is this."""
    if unit == 'px':
        return Scale('px²', 1, 0)
    if largest >= 1e6:
        return Scale('m²', 1e-6, 4)
    return Scale('cm²', 1e-2, 2) if largest >= 1e4 else Scale('mm²', 1, 1)


def share_text(share: float) -> str:
    """A share in percent, with two figures that count."""
    percent = 100 * share
    digits = 1 if percent >= 10 else 2 if percent >= 0.1 else 3
    return f'{percent:.{digits}f}\u00a0%'


def count_text(count: int, one: str, many: str | None = None) -> str:
    """``1 crack``, ``2 cracks``."""
    return f'{grouped(count)}\u00a0{one if count == 1 else many or one + "s"}'
