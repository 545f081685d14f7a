r"""How much the stays tell of the weights, where places were never seen.

Louis [1]_: the information of what was observed is that of the complete data less the variance of
the complete data's score, given what was observed.

References
----------
.. [1] Louis (1982), Journal of the Royal Statistical Society B 44:226-233.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from engine.inference.grid import Array


def louis_information(
    columns: ArrayLike,
    prior_variance: ArrayLike,
    posterior_variance: ArrayLike,
    counts: ArrayLike | None = None,
) -> Array:
    r"""Information about the weights of a latent regression whose axis nobody sees.

    Everything else taken as known; `joint_information` tells it beside what else is learned.

    .. math:: I = \sum_i n_i x_i x_i' (1 / v_{0i} - v_i / v_{0i}^2)

    Parameters
    ----------
    columns : array_like of shape (n_stays, n_rules)
        x: what each rule adds to the prior mean per unit of its weight.
    prior_variance : array_like of shape (n_stays,)
        v0 of each stay before its answers, above 0.
    posterior_variance : array_like of shape (n_stays,)
        v: variance of theta given everything, not below 0. Equal to `prior_variance` where nothing
        was answered: such a stay tells nothing. A surprising stay may have more.
    counts : array_like of shape (n_stays,), optional
        How many stays each row stands for, 0 or more; one each otherwise.

    Returns
    -------
    ndarray of shape (n_rules, n_rules)

    Raises
    ------
    ValueError
        If shapes do not fit, a number is not finite or one is out of range.
    """
    told = (columns, prior_variance, posterior_variance)
    x, before, after = (np.asarray(values, dtype=np.float64) for values in told)
    n = np.ones(before.shape) if counts is None else np.asarray(counts, dtype=np.float64)
    if x.ndim != 2 or any(each.shape != (x.shape[0],) for each in (before, after, n)):
        raise ValueError("columns need two dimensions, variances and counts one number per row")
    if not all(np.all(np.isfinite(values)) for values in (x, before, after, n)):
        raise ValueError("columns, variances and counts must be finite")
    if np.any(before <= 0) or np.any(after < 0) or np.any(n < 0):
        raise ValueError("prior variances must be positive, other variances and counts 0 or more")
    weight = n * (1.0 / before - after / before**2)
    return np.asarray((x * weight[:, None]).T @ x, dtype=np.float64)
