"""How far a score may be believed, and below which the classifier declines.

The confidence is a logistic function of what can be seen of any text from any source: the leading share, its distance to the
second, the likeness of the nearest labelled text of the leading code, the share of the text that is known, its length. The
coefficients were fitted on texts that the model had not seen; `entrepot bench classification` prints how well they hold.
"""

from collections.abc import Sequence
from math import exp, log

import numpy as np
from numpy.typing import NDArray

# constant, log-odds of the leading share, log of the leading over the second share, likeness, known share, log of words
AT_SIX = (0.287, 0.793, 0.091, -0.784, 0.314, -0.119)
AT_FOUR = (0.319, 0.696, 0.108, -1.0, 0.358, -0.036)
REFUSE_BELOW = 0.15  # too vague: of what fell below it, one in twelve was right
AUTO_AT = 0.97  # above it at most two in a hundred were wrong where labels agree; few texts without a memory reach it


def signs(leading: float, second: float, likeness: float, known: float, words: int) -> tuple[float, ...]:
    """What the confidence is computed from, the constant first; shares within 0.0001 and 0.9999."""
    leading = min(max(leading, 1e-4), 1 - 1e-4)
    gap = min(log(leading / max(second, 1e-6)), 8.0)
    return 1.0, log(leading / (1 - leading)), gap, likeness, known, log(1 + words)


def confidence(seen: Sequence[float], weights: Sequence[float]) -> float:
    """Between 0 and 1."""
    odds = sum(one * weight for one, weight in zip(seen, weights, strict=True))
    return 1 / (1 + exp(-min(max(odds, -30.0), 30.0)))


def fitted(seen: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, ...]:
    """Coefficients by Newton's method with a little shrinkage; one row of `signs` for each answer, and whether it was right."""
    weights = np.zeros(seen.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (right - chance) - weights
        bend = (seen * (chance * (1 - chance))[:, None]).T @ seen + np.eye(len(weights))
        weights += np.linalg.solve(bend, slope)
    return tuple(round(float(one), 3) for one in weights)
