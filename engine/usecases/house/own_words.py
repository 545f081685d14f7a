"""What the script lint says of a house's own texts."""

from __future__ import annotations

from engine.catalogue.lint import read_lexicons
from engine.catalogue.lint_house import WarnedText, lint_house
from engine.domain.stays import House
from engine.usecases.context import Context


def warned_words(ctx: Context, house: House) -> tuple[WarnedText, ...]:
    """Return each word to look at again in what a house tells: a hint, nothing is refused."""
    with ctx.store.read() as work:
        tree = ctx.content.tree or ctx.shipped(work)
    texts = lint_house(house, read_lexicons(tree))
    shown = {*house.languages}
    return tuple(one for one in texts if one.place.language in shown)
