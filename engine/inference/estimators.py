"""The scikit-learn face of what guests taught; only for analysis, never for the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from engine.domain.rules import Sureness
from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.learning import fit_logit

SURENESS: Mapping[str, float] = {Sureness.GUESS: 0.5, Sureness.USUAL: 1.0, Sureness.FIRM: 4.0}
"""Factor on the precision of a weight."""


def prior_means(weights: Sequence[float] | None, n_columns: int) -> Array:
    """Return the owner's weights, zeros where nothing was said.

    Raises
    ------
    ValueError
        If there is not one weight per column.
    """
    means = np.zeros(n_columns) if weights is None else np.asarray(weights, dtype=np.float64)
    if means.shape != (n_columns,):
        raise ValueError(f"weights must have shape ({n_columns},), not {means.shape}")
    return means


def prior_precisions(sure: Sequence[str] | None, tau: float, n_columns: int) -> Array:
    """Return the precision of each weight: sureness over the square of `tau`.

    Raises
    ------
    ValueError
        If `tau` is not positive, or `sure` has not one known word per column.
    """
    words = [Sureness.USUAL] * n_columns if sure is None else list(sure)
    if not tau > 0:
        raise ValueError(f"tau must be positive, not {tau}")
    if len(words) != n_columns:
        raise ValueError(f"sure must hold {n_columns} words, not {len(words)}")
    if unknown := [word for word in words if word not in SURENESS]:
        raise ValueError(f"sure holds {unknown[0]!r}; allowed: {', '.join(SURENESS)}")
    return np.array([SURENESS[word] for word in words], dtype=np.float64) / tau**2


class OwnerPriorLogit(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # has no types
    r"""Logistic regression whose weights start from what the owner said.

    :math:`\beta \sim N(w, \tau^2 \mathrm{diag}(1/c))`, see `fit_logit`.

    Parameters
    ----------
    weights : sequence of shape (n_features,), optional
        The owner's weights, in logits per unit of the column; zeros otherwise.
    sure : sequence of str of shape (n_features,), optional
        How firmly each is held: guess, usual or firm; usual otherwise.
    tau : float, default=0.25
        Standard deviation of a weight held as usual, above 0.
    intercept : float or None, default=2.5
        Standard deviation of the constant around 0, in logits: two of it reach from 1 to 99 %.
        None: no constant.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second one is what a positive weight speaks for.
    coef_ : ndarray of shape (1, n_features)
        Most probable weights.
    intercept_ : ndarray of shape (1,)
        The constant.
    covariance_ : ndarray of shape (n_coefficients, n_coefficients)
        Of the weights, then the constant if there is one.
    log_evidence_ : float
        Laplace's estimate of the log probability of the outcomes.
    n_features_in_ : int
        Columns seen in `fit`.

    Examples
    --------
    >>> OwnerPriorLogit(weights=[0.8]).fit([[0], [1], [1]], [0, 1, 0]).coef_.round(1).tolist()
    [[0.8]]
    """

    def __init__(
        self,
        weights: Sequence[float] | None = None,
        sure: Sequence[str] | None = None,
        tau: float = 0.25,
        intercept: float | None = 2.5,
    ) -> None:
        self.weights = weights
        self.sure = sure
        self.tau = tau
        self.intercept = intercept

    def fit(self, X: Any, y: Any) -> OwnerPriorLogit:  # noqa: N803 - scikit-learn's name
        """Learn from stays whose outcome is known.

        Parameters
        ----------
        X : array_like of shape (n_stays, n_features)
            One column per rule.
        y : array_like of shape (n_stays,)
            Two classes.

        Returns
        -------
        OwnerPriorLogit
            Itself.

        Raises
        ------
        ValueError
            If there are not exactly two classes, or the prior does not fit the columns.
        """
        stays, outcomes = validate_data(self, X, y, dtype=np.float64)
        self.classes_, labels = _two_classes(outcomes)
        columns, means, precisions = self._laid_out(stays)
        fit = fit_logit(columns, labels, means, precisions)
        k = self.n_features_in_
        self.coef_ = fit.coefficients[None, :k]
        self.intercept_ = np.array([fit.coefficients[k:].sum()])
        self.covariance_, self.log_evidence_ = fit.covariance, fit.log_evidence
        return self

    def decision_function(self, X: Any) -> Array:  # noqa: N803 - scikit-learn's name
        """Logits of the second class, shape (n_stays,)."""
        check_is_fitted(self)
        stays = validate_data(self, X, dtype=np.float64, reset=False)
        return np.asarray(stays @ self.coef_[0] + self.intercept_[0], dtype=np.float64)

    def predict_proba(self, X: Any) -> Array:  # noqa: N803 - scikit-learn's name
        """Probability of each class, shape (n_stays, 2)."""
        chance = logistic(self.decision_function(X))
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803 - scikit-learn's name
        """Return the more probable class, shape (n_stays,)."""
        is_second = self.decision_function(X) > 0
        return np.asarray(self.classes_[is_second.astype(np.intp)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _laid_out(self, columns: Array) -> tuple[Array, Array, Array]:
        """Columns, prior means and precisions, those of the constant last."""
        n, k = columns.shape
        means, precisions = prior_means(self.weights, k), prior_precisions(self.sure, self.tau, k)
        if self.intercept is None:
            return columns, means, precisions
        if not self.intercept > 0:
            raise ValueError(f"intercept must be positive or None, not {self.intercept}")
        return (
            np.column_stack([columns, np.ones(n)]),
            np.append(means, 0.0),
            np.append(precisions, self.intercept**-2),
        )


def _two_classes(y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the two classes and the place of each label among them."""
    check_classification_targets(y)
    kind = type_of_target(y, input_name="y")
    if kind != "binary":
        message = "Only binary classification is supported. The type of the target is"
        raise ValueError(f"{message} {kind}.")
    classes, labels = np.unique(y, return_inverse=True)
    if classes.size < 2:
        raise ValueError(f"two classes are needed, and all outcomes are of one class: {classes[0]}")
    return classes, labels
