"""The lowest multi-Otsu threshold of many histograms at once, equal to scikit-image's to the bit.

scikit-image tries all pairs of thresholds in float32 and takes the first of the greatest
criteria. Here the pairs that can be the greatest are bracketed first: with the upper threshold
fixed, the best lower one never falls as the upper one rises, and the other way round, for the
criterion obeys a quadrangle inequality; and so it is with the first and the last one within a
margin of the best. Fixing them in turn, from both ends, closes in on all pairs within the margin.
The pairs that are left are tried as scikit-image tries them, in its order of operations.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

_PAIRS_AT_ONCE = 1 << 16  # fit a cache
_TINY = np.float32(1e-30)


@dataclass(frozen=True)
class _Terms:
    """Parts of the criterion: a row for each value, a column for each histogram.

    Attributes:
        bins: Bin of each value, float32 L×N.
        first: Row of the value in bin 0, intp N.
        weight: Share of the values up to each, float32 L×N.
        moment: Sum of share × bin up to each.
        lower: Term of the class that ends at each value; -inf where it is empty.
        upper: Term of the class that starts above each value; -inf where it is empty.
    """

    bins: np.ndarray
    first: np.ndarray
    weight: np.ndarray
    moment: np.ndarray
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True)
class _Window:
    """The rows that one threshold of each histogram can have.

    Attributes:
        first: First row, intp N.
        last: Last row; the arrays repeat it to their end.
        weight: Share of the values up to each row, float32 W×N.
        moment: Sum of share × bin up to each row.
        term: Term of the outer class that the threshold bounds.
    """

    first: np.ndarray
    last: np.ndarray
    weight: np.ndarray
    moment: np.ndarray
    term: np.ndarray

    def narrow(self, first: np.ndarray, last: np.ndarray, columns: np.ndarray) -> '_Window':
        """The rows from first to last of some histograms."""
        size = self.first.size
        start, stop = ((row - self.first[columns]) * size + columns for row in (first, last))
        steps = np.arange((last - first).max() + 1)[:, None] * size
        index = np.minimum(start + steps, stop)
        arrays = (self.weight, self.moment, self.term)
        return _Window(first, last, *(array.take(index) for array in arrays))

    def rows(self) -> np.ndarray:
        """Numbers of the rows, intp W×N."""
        offsets = np.arange(len(self.term))[:, None]
        return np.minimum(self.first + offsets, self.last)

    def at(self, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Weight and moment at one row of each histogram."""
        index = (row - self.first, np.arange(row.size))
        return self.weight[index], self.moment[index]

    def first_best(self, score: np.ndarray, margin: np.float32) -> np.ndarray:
        """First row whose score is within the margin of the best."""
        return self.first + (score >= score.max(axis=0) - margin).argmax(axis=0)

    def last_best(self, score: np.ndarray, margin: np.float32) -> np.ndarray:
        """Last row whose score is within the margin of the best."""
        near = score >= score.max(axis=0) - margin
        return np.minimum(self.first + len(near) - 1 - near[::-1].argmax(axis=0), self.last)


def lowest_thresholds(
    prob: np.ndarray, bins: np.ndarray, classes: int = 3, *, area: int
) -> np.ndarray:
    """Where ``threshold_multiotsu`` puts the lowest threshold of N histograms of 256 bins.

    Args:
        prob: Share of each value in each histogram, float32 L×N.
        bins: Bin of each value, float32 L×N, rising by 1 or more from row to row. In each column
            the first value with a share is in bin 0 and the last one in bin 255.
        classes: 2 or 3.
        area: Number of pixels that the shares count.

    Returns:
        The row of the greatest value in the lowest class, intp N; -1 where fewer values than
        classes have a share.
    """
    present = prob > 0
    count, first = present.sum(axis=0, dtype=np.int16), present.argmax(axis=0)
    rows = np.where(count == classes, first, -1)
    many = np.flatnonzero(count > classes)
    if many.size < count.size:
        prob, bins, first = prob[:, many], bins[:, many], first[many]
    with np.errstate(divide='ignore', invalid='ignore'):
        terms = _terms(prob, bins, first)
    if classes == 2:
        rows[many] = np.argmax(terms.lower + terms.upper, axis=0)
    elif many.size:
        rows[many] = _search(terms, rounding_margin(area))
    return rows


def rounding_margin(area: int) -> np.float32:
    """How far two criteria that rounding can confuse lie apart at most, in squared bins.

    Four times the greatest error of a criterion, since each of two can be wrong, and so can the
    two sums that bracketing compares. The moments of a power of two pixels, up to 2^16, are exact
    in float32; a criterion then errs by less than 4 · 2^-24 · 255². Else the sums of 256 rounded
    terms err by up to 2^-16 of the whole, and a criterion by less than 25 where no pixel weighs
    less than 2^-12.
    """
    if area <= 1 << 16 and area & (area - 1) == 0:
        return np.float32(0.1)
    return np.float32(100 if area <= 1 << 12 else np.inf)


def _terms(prob: np.ndarray, bins: np.ndarray, first: np.ndarray) -> _Terms:
    """Parts of the criterion, with scikit-image's exceptions for the first bins."""
    columns = np.arange(first.size)
    sums = np.empty((2, *prob.shape), np.float32)
    sums[0] = prob
    np.multiply(prob, bins, out=sums[1])
    sums[1, first, columns] = prob[first, columns]  # bin 0 counts as bin 1
    for row in range(1, len(prob)):
        np.add(sums[:, row], sums[:, row - 1], out=sums[:, row])
    weight, moment = sums
    lower = _variance(moment, weight)
    # the class of bin 0 counts as nothing, unless it takes in an empty bin 1
    second = bins[np.minimum(first + 1, len(bins) - 1), columns]
    lower[first, columns] = np.where(second > 1, prob[first, columns], 0)
    upper = _variance(moment[-1] - moment, weight[-1] - weight)
    return _Terms(bins, first, weight, moment, lower, upper)


def _variance(moment: np.ndarray, weight: np.ndarray) -> np.ndarray:
    term = moment * moment
    term /= weight
    return np.fmax(term, np.float32(-np.inf), out=term)


def _search(terms: _Terms, margin: np.float32) -> np.ndarray:
    """Row of the lower threshold of the first of the greatest criteria, intp N."""
    lower, upper, (first, last), (upper_first, upper_last) = _bracket(terms, margin)
    rows = first.copy()
    for some in _open_columns(last - first, upper_last - upper_first):
        rows[some] = _best_pairs(
            terms,
            lower.narrow(first[some], last[some], some),
            upper.narrow(upper_first[some], upper_last[some], some),
            some,
        )
    return rows


def _bracket(terms: _Terms, margin: np.float32) -> tuple[_Window, _Window, tuple, tuple]:
    """Two windows, and the rows in them between which all pairs within the margin lie."""
    columns = np.arange(terms.first.size)
    first, last = np.zeros_like(columns), np.full_like(columns, len(terms.weight) - 1)
    lower = _Window(first, last, terms.weight, terms.moment, terms.lower)
    upper = _Window(first, last, terms.weight, terms.moment, terms.upper)
    # with one class empty, the lower threshold can rise and the upper one fall the farthest
    score = terms.lower + terms.upper
    upper_first, lower_last = lower.first_best(score, margin), lower.last_best(score, margin)
    lower_first = lower.first_best(_given_upper(lower, upper.at(upper_first)), margin)
    upper_last = upper.last_best(_given_lower(upper, lower.at(lower_last)), margin)
    lower = lower.narrow(lower_first, lower_last, columns)
    upper = upper.narrow(upper_first, upper_last, columns)
    upper_first = upper.first_best(_given_lower(upper, lower.at(lower_first)), margin)
    lower_last = lower.last_best(_given_upper(lower, upper.at(upper_last)), margin)
    lower_first = lower.first_best(_given_upper(lower, upper.at(upper_first)), margin)
    upper_last = upper.last_best(_given_lower(upper, lower.at(lower_last)), margin)
    return lower, upper, (lower_first, lower_last), (upper_first, upper_last)


def _given_upper(lower: _Window, upper: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Criterion of each lower threshold and a given upper one, but for the uppermost class.

    A threshold above the upper one has at most the criterion of the upper one itself.
    """
    return _with_middle(lower.term, upper[0] - lower.weight, upper[1] - lower.moment)


def _given_lower(upper: _Window, lower: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Criterion of each upper threshold and a given lower one, but for the lowest class."""
    return _with_middle(upper.term, upper.weight - lower[0], upper.moment - lower[1])


def _with_middle(outer: np.ndarray, weight: np.ndarray, moment: np.ndarray) -> np.ndarray:
    """Terms of the outer classes plus that of the middle one, 0 where empty; in place."""
    weight += _TINY
    moment *= moment
    moment /= weight
    moment += outer
    return moment


def _open_columns(lower_width: np.ndarray, upper_width: np.ndarray) -> Iterator[np.ndarray]:
    """Columns whose lower threshold is open, in batches of similar width."""
    width = np.maximum(lower_width, upper_width) + 1
    columns = np.flatnonzero(lower_width)
    columns = columns[np.argsort(-width[columns])]
    while columns.size:
        size = max(1, _PAIRS_AT_ONCE // width[columns[0]] ** 2)
        yield columns[:size]
        columns = columns[size:]


def _best_pairs(terms: _Terms, lower: _Window, upper: _Window, columns: np.ndarray) -> np.ndarray:
    """Row of the lower threshold of the first of the greatest criteria in the windows."""
    weight = upper.weight - lower.weight[:, None]
    moment = upper.moment - lower.moment[:, None]
    score = _with_middle(lower.term[:, None] + upper.term, weight, moment)
    if (upper.first <= lower.last).any():
        rows = lower.rows()
        apart = upper.rows() - rows[:, None]
        score[apart < 0] = -np.inf
        score = np.where(apart == 0, _without_middle(terms, rows, columns)[:, None], score)
    return lower.first + score.max(axis=1).argmax(axis=0)


def _without_middle(terms: _Terms, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Criterion of both thresholds between a value and the next; -inf where no two bins are."""
    lower, upper = terms.lower[rows, columns], terms.upper[rows, columns]
    after = terms.bins[np.minimum(rows + 1, len(terms.bins) - 1), columns]
    # with bin 2 taken and bin 1 empty, the lower threshold can only be in bin 0
    lower = np.where((rows == terms.first[columns]) & (after == 2), 0, lower)
    return np.where(after - terms.bins[rows, columns] > 1, lower + upper, -np.inf)
