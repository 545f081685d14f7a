"""Also with more stays an owner who is wrong in everything costs little."""

from __future__ import annotations

import pytest

from tests.inference.test_trust_twenty import losses


@pytest.mark.parametrize("sure", ["guess", "usual", "firm"])
@pytest.mark.parametrize("world", ["weak", "mixed", "strong"])
def test_flipped_at_fifty_stays_they_cost_three_percent_at_most(world: str, sure: str) -> None:
    assert losses(world, 50, -1, sure).mean() <= 1.03 * losses(world, 50, 0, "usual").mean()


@pytest.mark.parametrize("sure", ["guess", "firm"])
@pytest.mark.parametrize("world", ["weak", "mixed"])
def test_flipped_at_two_hundred_stays_they_cost_next_to_nothing(world: str, sure: str) -> None:
    assert losses(world, 200, -1, sure).mean() <= 1.005 * losses(world, 200, 0, "usual").mean()
