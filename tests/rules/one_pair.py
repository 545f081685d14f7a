"""Two rules alone, counted box by box in Python's own numbers: slow, and plain to read."""

from __future__ import annotations

from itertools import product

from engine.rules.boxes import Boxed, Cuts, Signed, count, size
from engine.rules.counting import Meeting


def joint_cuts(one: Boxed, other: Boxed) -> Cuts:
    """What two rules tell apart."""
    return {**one.cuts, **{id: one.cuts.get(id, 0) | bits for id, bits in other.cuts.items()}}


def meeting(one: Boxed, other: Boxed) -> list[Signed]:
    """The boxes that sum to where both rules fire."""
    return [
        (sign * sign_2, {id: box.get(id, -1) & box_2.get(id, -1) for id in {*box, *box_2}})
        for (sign, box), (sign_2, box_2) in product(one.fires, other.fires)
    ]


def counted(one: Boxed, other: Boxed) -> Meeting:
    """The same as the table of all pairs has."""
    cuts = joint_cuts(one, other)
    both = count(meeting(one, other), cuts)
    return Meeting(both, count(one.fires, cuts), count(other.fires, cuts), size(cuts))
