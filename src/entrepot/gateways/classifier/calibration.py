"""How far a score may be believed, and below which the classifier declines.

The confidence is a logistic function of what can be seen of any text from any source: the leading share, its distance to the
second, the likeness of the labelled texts of the leading code, whether one says the same, the share known, the length. The
coefficients were fitted on texts that the model had not seen; `entrepot bench classification` prints how well they hold.
"""

from collections.abc import Sequence
from math import exp, log

import numpy as np
from numpy.typing import NDArray

# constant, log-odds of the leading share, log of the leading over the second share, likeness, exact text, known share, log of words
AT_SIX = (-0.024, 0.853, 0.018, -0.98, 0.422, 0.601, -0.068)
AT_FOUR = (-0.008, 0.719, 0.071, -1.363, 0.429, 0.747, -0.026)
CEILING = (
    0.9  # of a hundred answers the most certain by words alone, some ten were wrong: sources differ on the same words
)
REFUSE_BELOW = 0.15  # too vague: of what fell below it, one in ten was right
AUTO_AT = 0.98  # to be taken without a person; above the ceiling, so that words alone never suffice and a memory must


def signs(leading: float, second: float, likeness: float, exact: bool, known: float, words: int) -> tuple[float, ...]:
    """What the confidence is computed from, the constant first; shares within 0.0001 and 0.9999."""
    leading = min(max(leading, 1e-4), 1 - 1e-4)
    gap = min(log(leading / max(second, 1e-6)), 8.0)
    return 1.0, log(leading / (1 - leading)), gap, likeness, float(exact), known, log(1 + words)


def confidence(seen: Sequence[float], weights: Sequence[float]) -> float:
    """Between 0 and CEILING."""
    odds = sum(one * weight for one, weight in zip(seen, weights, strict=True))
    return min(CEILING, 1 / (1 + exp(-min(max(odds, -30.0), 30.0))))


def fitted(seen: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, ...]:
    """Coefficients by Newton's method with a little shrinkage; one row of `signs` for each answer, and whether it was right."""
    weights = np.zeros(seen.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (right - chance) - weights
        bend = (seen * (chance * (1 - chance))[:, None]).T @ seen + np.eye(len(weights))
        weights += np.linalg.solve(bend, slope)
    return tuple(round(float(one), 3) for one in weights)
