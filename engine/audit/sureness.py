"""How sure the owner is of each rule, as the learner counts it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.decision.advise import Adviser
from engine.inference.grid import Array
from engine.inference.trust import SURENESS


def sureness_of(adviser: Adviser, ids: Sequence[str]) -> Array:
    """Return the factor on the precision of each of these rules, shape (n_ids,)."""
    sure = {rule.id: SURENESS[rule.sure] for rule in adviser.rules.rules}
    return np.array([sure[id] for id in ids], dtype=np.float64)
