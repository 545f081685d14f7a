"""Which languages the houses speak with their guests."""

from __future__ import annotations

from engine.usecases.context import Context


def spoken_languages(ctx: Context) -> tuple[str, ...]:
    """Return the languages of all houses, in the order of the catalogue, the first one always.

    Guests may read every language of the catalogue; these are those that owners write.
    """
    with ctx.store.read() as work:
        told = {language for house in work.houses.all() for language in house.languages}
    first, *others = ctx.catalogue.languages
    return (first, *[language for language in others if language in told])
