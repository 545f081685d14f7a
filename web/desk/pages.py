"""What the templates of the desk get."""

from __future__ import annotations

from dataclasses import dataclass

from web.desk.board import BoardView
from web.desk.card import CardView


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The arrivals, and beside them one stay."""

    board: BoardView | None
    """None: only the card changed."""
    card: CardView | None = None
