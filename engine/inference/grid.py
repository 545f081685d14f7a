"""The grid on which a belief lives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

N_NODES = 121
"""On [-4, 4] the expected place of an extreme guest is off by .035, on [-6, 6] by 1e-6."""

NODES: Array = np.linspace(-6.0, 6.0, N_NODES)
"""Places on the axis, in standard deviations of the guest population. They never move."""

CONTACT_SIDE: Array = np.where(NODES > 0, 1.0, np.where(NODES == 0, 0.5, 0.0))
"""Share of each node that lies on the contact side."""

NODES.setflags(write=False)
CONTACT_SIDE.setflags(write=False)
