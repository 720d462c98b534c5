"""What every correlation here needs: a quick length for the Fourier transform, a peak between two samples."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Row = npt.NDArray[np.floating[Any]]
QUICK = (9 / 16, 5 / 8, 3 / 4, 27 / 32, 15 / 16, 1)  # of a power of two: only small factors


def quick_size(least: int) -> int:
    """A length of at least `least` that the Fourier transform is quick at."""
    power = 1 << max(8, (least - 1).bit_length())
    return min(size for part in QUICK if (size := round(power * part)) >= least)


def vertex(row: Row, top: int) -> float:
    """How far beside its highest value the top of the parabola through three values lies, in samples."""
    if not 0 < top < len(row) - 1:
        return 0.0
    before, here, after = float(row[top - 1]), float(row[top]), float(row[top + 1])
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend < 0 else 0.0
