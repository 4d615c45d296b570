"""Measures how exact and how fast crack measurement is, against simple means.

`accuracy`: straight bars of all directions, rings and waves of known width and length, drawn by
the share of each pixel that they cover, as maps and as masks. Lengths by estimators of the
literature on the same skeletons stand beside ours, and twice the distance transform beside our
widths. `speed`: against loops over components with
scikit-image and SciPy (widths from the distance transform, without edges, spurs or ends; and from
a profile at each skeleton pixel), in one process and on one thread, the shortest of several runs,
in CPU seconds. `memory`: peak of one large map.
"""

import argparse
import resource
import time
from collections.abc import Callable

import cv2
import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.spatial import cKDTree
from skimage.measure import label, profile_line, regionprops
from skimage.morphology import skeletonize
from timing import shortest

from mmcrack.measurement import measure_cracks
from mmcrack.measurement.centerlines import Lines, close_rings, lines_from, smooth
from mmcrack.measurement.pixel_graph import thin_blocks
from mmcrack.measurement.pruning import pruned_graph
from mmcrack.measurement.sampled_map import SampledMap
from mmcrack.measurement.skeletons import skeletonize_rows
from mmcrack.synthesis import fractal_crack

ANGLES = np.arange(0, 180, 7.5)
Shape = Callable[[np.ndarray, np.ndarray], np.ndarray]


def parse_args() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument('what', choices=['accuracy', 'speed', 'memory'])
    parser.add_argument('--side', type=int, default=20_000, help='of the map for memory')
    parser.add_argument('--runs', type=int, default=5)
    return parser.parse_args()


def coverage(inside: Shape, side: int, samples: int = 8) -> np.ndarray:
    """The share of each pixel that a shape covers."""
    offsets = (np.arange(samples) + 0.5) / samples - 0.5
    y, x = np.mgrid[:side, :side].astype(np.float64)
    total = sum(inside(y + dy, x + dx) for dy in offsets for dx in offsets)
    return (total / samples**2).astype(np.float32)


def bar(centre: np.ndarray, degrees: float, length: float, width: float) -> Shape:
    """A bar with square ends."""
    right, down = np.cos(np.deg2rad(degrees)), -np.sin(np.deg2rad(degrees))

    def inside(y: np.ndarray, x: np.ndarray) -> np.ndarray:
        dy, dx = y - centre[0], x - centre[1]
        along, across = dx * right + dy * down, dy * right - dx * down
        return (np.abs(along) <= length / 2) & (np.abs(across) <= width / 2)

    return inside


def ring(centre: np.ndarray, radius: float, width: float) -> Shape:
    """A ring."""
    return lambda y, x: np.abs(np.hypot(y - centre[0], x - centre[1]) - radius) <= width / 2


def shapes() -> dict[tuple[str, float], tuple[float, list[np.ndarray]]]:
    """Maps by kind and width, with the true length; each at random places between the pixels."""
    rng = np.random.default_rng(0)
    found = {}
    for width in (1, 2, 3, 5, 10, 20):
        bars = [coverage(bar(70 + rng.random(2), a, 100, width), 141) for a in ANGLES]
        found['bar', width] = (100.0, bars)
    for width in (3, 5, 10):
        rings = [coverage(ring(70 + rng.random(2), 50, width), 141) for _ in range(8)]
        found['ring', width] = (100 * np.pi, rings)
    return found


def step_lengths(lines: Lines) -> dict[str, float]:
    """Lengths of the pixels' paths by the kinds of their steps."""
    same = lines.line[1:] == lines.line[:-1]
    step = np.abs(np.diff(lines.yx, axis=0))
    diagonal = (step.min(axis=1) > 0)[same].sum()
    straight = same.sum() - diagonal
    turns = (np.diff(np.sign(np.diff(lines.yx, axis=0)), axis=0) != 0).any(axis=1)
    corners = (turns & same[1:] & same[:-1]).sum()
    return {
        '1, √2': straight + np.sqrt(2) * diagonal,
        '0.948 (1, √2)': 0.948 * (straight + np.sqrt(2) * diagonal),
        'Vossepoel–Smeulders': 0.980 * straight + 1.406 * diagonal - 0.091 * corners,
    }


def lengths(values: np.ndarray) -> dict[str, float]:
    """The length of all cracks by all estimators, each with our way to the ends."""
    sampled = SampledMap(values, 0.5)
    skeleton = skeletonize_rows(sampled.binary, len(values), 0, len(values))
    path = lines_from(pruned_graph(thin_blocks(skeleton)))
    cracks = measure_cracks(values, min_length=0, min_area=0)
    ours = sum(crack.length for crack in cracks)
    if path.closed.any():  # a ring without its overlap
        path = close_rings(path)
        return {**step_lengths(path), 'ours': ours}
    inner = [line[1:-1] for crack in cracks for line in crack.lines]
    ends = ours - sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in inner)
    smoothed = smooth(path, path.yx, np.ones(len(path.yx)), 10.0)
    steps = {**step_lengths(path), 'smoothed pixels': smoothed.steps.sum()}
    return {**{name: value + ends for name, value in steps.items()}, 'ours': ours}


def widths(values: np.ndarray) -> dict[str, float]:
    """The mean width by twice the distance to the background, and ours."""
    mask = values > 0.5 if values.dtype != bool else values
    skeleton = skeletonize(mask)
    crack = measure_cracks(values, min_length=0)[0]
    return {
        '2 × distance': 2 * float(distance_transform_edt(mask)[skeleton].mean()),
        '2 × distance − 1': 2 * float(distance_transform_edt(mask)[skeleton].mean()) - 1,
        'ours': crack.width_mean,
    }


def accuracy() -> None:
    """Print tables of errors."""
    cases = shapes()
    for title, estimate in (('length', lengths), ('width', widths)):
        print(f'\n{title}, error in %: mean (largest)')
        for (kind, width), (length, maps) in cases.items():
            for form in ('map', 'mask'):
                rows = [estimate(m if form == 'map' else m > 0.5) for m in maps if (m > 0.5).any()]
                true = length if title == 'length' else width
                cells = []
                for name in rows[0]:
                    errors = 100 * (np.array([row[name] for row in rows]) / true - 1)
                    cells.append(f'{name} {errors.mean():+.1f} ({np.abs(errors).max():.1f})')
                print(f'{kind} {width} px, {form}: {", ".join(cells)}')


def loop(mask: np.ndarray) -> list[dict[str, float]]:
    """The simple way: each component by itself; widths from the distance transform."""
    found = []
    for region in regionprops(label(mask, connectivity=2)):
        skeleton = skeletonize(region.image)
        if region.area < 10 or not skeleton.any():
            continue
        width = 2 * distance_transform_edt(np.pad(region.image, 1))[1:-1, 1:-1][skeleton]
        padded = np.pad(skeleton, 1)
        straight = (padded[1:] & padded[:-1]).sum() + (padded[:, 1:] & padded[:, :-1]).sum()
        diagonal = (padded[1:, 1:] & padded[:-1, :-1]).sum()
        diagonal += (padded[1:, :-1] & padded[:-1, 1:]).sum()
        figures = {'length': straight + np.sqrt(2) * diagonal, 'area': region.area}
        figures |= {'mean': width.mean(), 'p95': np.percentile(width, 95), 'max': width.max()}
        found.append({**figures, 'orientation': region.orientation})
    return found


def profile_loop(mask: np.ndarray) -> list[float]:
    """The simple way to the same widths: a profile along the normal of each skeleton pixel."""
    found = []
    for region in regionprops(label(mask, connectivity=2)):
        image = np.pad(region.image, 2).astype(float)
        points = np.argwhere(skeletonize(image > 0))
        if region.area < 10 or len(points) < 2:
            continue
        reach = 2 * distance_transform_edt(image).max() + 2
        tree = cKDTree(points)
        for point in points:
            near = points[tree.query_ball_point(point, 5)] - point
            normal = np.linalg.eigh(near.T @ near)[1][:, 0]
            profile = profile_line(image, point - reach * normal, point + reach * normal, order=1)
            step = 2 * reach / (len(profile) - 1)
            found.append(step * np.count_nonzero(profile > 0.5))
    return found


def panorama(height: int, width: int, tile: int = 500) -> np.ndarray:
    """A mask of many fractal cracks."""
    mask = np.zeros((height, width), bool)
    cracks = [fractal_crack(tile, seed) > 0 for seed in range(12)]
    count = 0
    for top in range(0, height, tile):
        for left in range(0, width, tile):
            window = mask[top : top + tile, left : left + tile]
            window |= cracks[count * 7 % 12][: window.shape[0], : window.shape[1]]
            count += 1
    return mask


def speed(runs: int) -> None:
    """Print times and ratios."""
    for height, width in ((384, 544), (3000, 4000)):
        mask = panorama(height, width, 300 if height < 1000 else 500)
        soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1)
        rivals = {'distance loop': shortest(lambda mask=mask: loop(mask), max(runs // 2, 1))}
        if height < 1000:  # it takes minutes
            rivals['profile loop'] = shortest(lambda mask=mask: profile_loop(mask), 1)
        for name, values in (('mask', mask), ('map', np.rint(soft * 255).astype(np.uint8))):
            ours = shortest(lambda values=values: measure_cracks(values), runs)
            ratios = (f'{k} {1000 * v:.0f} ms, ratio {v / ours:.2g}' for k, v in rivals.items())
            print(
                f'{height}×{width} {name}, {len(measure_cracks(values))} cracks, '
                f'{mask.mean():.1%} crack: ours {1000 * ours:.0f} ms; {"; ".join(ratios)}'
            )


def memory(side: int) -> None:
    """Print the peak of one large 8-bit map."""
    steps = panorama(side, side, 1000).view(np.uint8) * np.uint8(255)
    steps[::1000, ::1000] = 128  # not a mask
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    start = time.process_time()
    cracks = measure_cracks(steps)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f'{side}×{side}, 8 bits, {len(cracks)} cracks of '
        f'{sum(crack.length for crack in cracks):.0f} px: {time.process_time() - start:.0f} s CPU, '
        f'peak {peak:.2f} GiB, of which {before:.2f} GiB were there before (the map)'
    )


def main() -> None:
    """Run one of the three."""
    args = parse_args()
    cv2.setNumThreads(1)
    work = {
        'accuracy': accuracy,
        'speed': lambda: speed(args.runs),
        'memory': lambda: memory(args.side),
    }
    work[args.what]()


if __name__ == '__main__':
    main()
