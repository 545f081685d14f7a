"""The scikit-learn face of what guests taught; only for analysis, never for the desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from engine.inference.graded import logistic
from engine.inference.grid import Array
from engine.inference.latent_axis import fit_latent_axis
from engine.inference.trust import CONSTANT_SD, SCALES, SPREADS, average_over_trust


class OwnerPriorLogit(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # has no types
    r"""Logistic regression whose weights start from what the owner said.

    :math:`\beta \sim N(s w, \tau^2 \mathrm{diag}(1/c))`, see `trust.average_over_trust`.

    Parameters
    ----------
    weights : sequence of shape (n_features,), optional
        The owner's weights, in logits per unit of the column; zeros otherwise.
    sure : sequence of str of shape (n_features,), optional
        How firmly each is held: guess, usual or firm; usual otherwise.
    tau : float, optional
        Trust that is fixed: s = 1, and this standard deviation of a weight held as usual, above 0.
        None: averaged over degrees of trust by evidence, which costs little where the owner is
        wrong.
    intercept : float or None, default=2.5
        Standard deviation of the constant around 0, in logits: two of it reach from 1 to 99 %.
        None: no constant.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        The second one is what a positive weight speaks for.
    coef_ : ndarray of shape (1, n_features)
        Posterior means of the weights.
    intercept_ : ndarray of shape (1,)
        The constant.
    covariance_ : ndarray of shape (n_coefficients, n_coefficients)
        Of the weights, then the constant if there is one.
    log_evidence_ : float
        Laplace's estimate of the log probability of the outcomes.
    n_features_in_ : int
        Columns seen in `fit`.
    trust_ : TrustFit
        All of it: the degrees of trust with their probabilities, and what guests say of each
        weight.

    Examples
    --------
    >>> model = OwnerPriorLogit(weights=[0.8], tau=0.25).fit([[0], [1], [1]], [0, 1, 0])
    >>> model.coef_.round(1).tolist()
    [[0.8]]
    """

    def __init__(
        self,
        weights: Sequence[float] | None = None,
        sure: Sequence[str] | None = None,
        tau: float | None = None,
        intercept: float | None = CONSTANT_SD,
    ) -> None:
        self.weights = weights
        self.sure = sure
        self.tau = tau
        self.intercept = intercept

    def fit(self, X: Any, y: Any) -> OwnerPriorLogit:  # noqa: N803  # scikit-learn's name
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
        self.trust_ = average_over_trust(
            stays,
            labels,
            self.weights,
            self.sure,
            constant=self.intercept,
            scales=SCALES if self.tau is None else (1.0,),
            spreads=SPREADS if self.tau is None else (self.tau,),
        )
        k, mean = self.n_features_in_, self.trust_.mean
        self.coef_, self.intercept_ = mean[None, :k], np.array([mean[k:].sum()])
        self.covariance_, self.log_evidence_ = self.trust_.covariance, self.trust_.log_evidence
        return self

    def decision_function(self, X: Any) -> Array:  # noqa: N803  # scikit-learn's name
        """Log odds of the second class, averaged over what is unsure, shape (n_stays,)."""
        check_is_fitted(self)
        return self.trust_.log_odds(validate_data(self, X, dtype=np.float64, reset=False))

    def predict_proba(self, X: Any) -> Array:  # noqa: N803  # scikit-learn's name
        """Probability of each class, shape (n_stays, 2)."""
        chance = logistic(self.decision_function(X))
        return np.column_stack([1.0 - chance, chance])

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803  # scikit-learn's name
        """Return the more probable class, shape (n_stays,)."""
        is_second = self.decision_function(X) > 0
        return np.asarray(self.classes_[is_second.astype(np.intp)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


class LatentAxisClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # has no types
    r"""Two or more ordered classes as grades of an outcome on the guest's axis.

    A stay stands at :math:`\theta = x'\beta + e`, e ~ N(0, 1); its class is one graded item there,
    :math:`P(Y \ge c \mid \theta) = \sigma(a (\theta - b_c))`. The owner's weights are the prior of
    :math:`\beta`, in standard deviations of guests; see `latent_axis`.

    Parameters
    ----------
    weights : sequence of shape (n_features,), optional
        The owner's weights, in standard deviations of guests; zeros otherwise.
    sure : sequence of str of shape (n_features,), optional
        How firmly each is held: guess, usual or firm; usual otherwise.
    tau : float, optional
        Fixed trust, as in `OwnerPriorLogit`; averaged over trust otherwise.
    discrimination : float, default=1.0
        a > 0: how sharply the outcome tells the place. It is not learnt, since one outcome per stay
        cannot tell it from the size of the weights; a search over it can.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Sorted; the last one is what a positive weight speaks for.
    coef_ : ndarray of shape (1, n_features)
        Posterior means of the weights.
    thresholds_ : ndarray of shape (n_classes - 1,)
        Posterior means of b, increasing.
    log_evidence_ : float
        Laplace's estimate of the log probability of the outcomes.
    n_features_in_ : int
        Columns seen in `fit`.
    axis_ : LatentAxisFit
        All of it.

    Examples
    --------
    >>> model = LatentAxisClassifier(weights=[0.8], tau=0.25).fit([[0], [1], [1]], [0, 1, 2])
    >>> model.coef_.round(1).tolist()
    [[0.8]]
    """

    def __init__(
        self,
        weights: Sequence[float] | None = None,
        sure: Sequence[str] | None = None,
        tau: float | None = None,
        discrimination: float = 1.0,
    ) -> None:
        self.weights = weights
        self.sure = sure
        self.tau = tau
        self.discrimination = discrimination

    def fit(self, X: Any, y: Any) -> LatentAxisClassifier:  # noqa: N803  # scikit-learn's name
        """Learn from stays whose outcome is known.

        Parameters
        ----------
        X : array_like of shape (n_stays, n_features)
            One column per rule.
        y : array_like of shape (n_stays,)
            Two or more classes; their sorted order is the order of the grades.

        Returns
        -------
        LatentAxisClassifier
            Itself.

        Raises
        ------
        ValueError
            If there is one class only, or the prior does not fit the columns.
        """
        stays, outcomes = validate_data(self, X, y, dtype=np.float64)
        self.classes_, grades = _classes(outcomes)
        self.axis_ = fit_latent_axis(
            stays,
            grades,
            self.weights,
            self.sure,
            tau=self.tau,
            discrimination=self.discrimination,
        )
        self.coef_ = (self.axis_.chances @ self.axis_.weights)[None, :]
        self.thresholds_ = self.axis_.chances @ self.axis_.thresholds
        self.log_evidence_ = self.axis_.log_evidence
        return self

    def predict_proba(self, X: Any) -> Array:  # noqa: N803  # scikit-learn's name
        """Probability of each class, shape (n_stays, n_classes)."""
        check_is_fitted(self)
        return self.axis_.probabilities(validate_data(self, X, dtype=np.float64, reset=False))

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803  # scikit-learn's name
        """Return the most probable class, shape (n_stays,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[np.argmax(self.predict_proba(X), axis=1)])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # one axis cannot follow three groups that lie in a triangle, as the check's do
        tags.classifier_tags.poor_score = True
        return tags


def _two_classes(y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the two classes and the place of each label among them."""
    check_classification_targets(y)
    kind = type_of_target(y, input_name="y")
    if kind != "binary":
        message = "Only binary classification is supported. The type of the target is"
        raise ValueError(f"{message} {kind}.")
    return _classes(y)


def _classes(y: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the classes in order and the place of each label among them."""
    check_classification_targets(y)
    classes, labels = np.unique(y, return_inverse=True)
    if classes.size < 2:
        raise ValueError(f"two classes are needed, and all outcomes are of one class: {classes[0]}")
    return classes, labels
