"""Plots as numbers for a drawing: places in percent, so that marks keep their size on any screen.

Each plot carries its numbers as text beside the geometry; `templates/_plots.html` draws both.
"""

from web.plots.columns import Histogram, Sparkline
from web.plots.forest import ForestRow
from web.plots.stretch import EDGE, MOST_TICKS, Span, Stretch
from web.plots.waterfall import Waterfall

__all__ = [
    "EDGE",
    "MOST_TICKS",
    "ForestRow",
    "Histogram",
    "Span",
    "Sparkline",
    "Stretch",
    "Waterfall",
]
