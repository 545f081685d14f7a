r"""Which share of the guests somebody belongs to: a hash, so that the same guest always does.

A guest has a place from 0 to 1 that depends on the key of the trial and on nothing else; she is in
while her place lies below the share. Raising the share therefore moves nobody out.

The arithmetic is that of the GrowthBook SDKs [1]_: FNV-1a of 32 bits [2]_ over the characters.

References
----------
.. [1] GrowthBook SDK specification, "Hashing", MIT.
.. [2] Fowler, Noll, Vo (1991), offset basis 2166136261, prime 16777619.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import isfinite

OFFSET_BASIS = 2_166_136_261
PRIME = 16_777_619
BITS = 0xFFFFFFFF

FINE = 10_000
"""Places of the second version of the hash: shares are told to a hundredth of a percent."""
COARSE = 1_000
"""Places of the first version, which namespaces still use."""

ALMOST_ONE = 0.01
"""Weights that sum to one but for so much are taken as they are."""

Range = tuple[float, float]
"""From a place, included, to a place, left out."""

NOBODY = -1
"""No range holds this place."""


def fnv1a(text: str) -> int:
    """Return the 32-bit FNV-1a hash of the characters of `text`."""
    hashed = OFFSET_BASIS
    for letter in text:
        hashed = ((hashed ^ ord(letter)) * PRIME) & BITS
    return hashed


def guest_text(guest: str | int) -> str:
    """Return the number of a guest as the text that is hashed: 7 and "7" are the same guest.

    Raises
    ------
    TypeError
        For anything else: two spellings of one guest would be dealt apart, and nobody would see.
    """
    if isinstance(guest, str):
        return guest
    if isinstance(guest, int) and not isinstance(guest, bool):
        return str(guest)
    raise TypeError(
        f"A guest is known by a text or a whole number, not by {guest!r}. Give the number that "
        "all stays of this guest share."
    )


def place_of(seed: str, guest: str | int, version: int = 2) -> float | None:
    """Return where a guest stands from 0 to 1, not included; None for an unknown version.

    Parameters
    ----------
    seed : str
        Key of the trial.
    guest : str or int
        Her number; the same number always has the same place.
    version : {2, 1}
        2 hashes twice: a text that differs in its end only then lands far away.

    Raises
    ------
    TypeError
        As `guest_text`.
    """
    known = guest_text(guest)
    if version == 2:
        return fnv1a(str(fnv1a(seed + known))) % FINE / FINE
    if version == 1:
        return fnv1a(known + seed) % COARSE / COARSE
    return None


def is_in_share(seed: str, guest: str | int, percent: int) -> bool:
    """Whether a guest belongs to the first `percent` of 100; who is in stays in when it rises.

    Raises
    ------
    TypeError
        As `guest_text`.
    """
    return fnv1a(str(fnv1a(seed + guest_text(guest)))) % FINE < percent * (FINE // 100)


def weights_wrong(n_variations: int, weights: Sequence[float]) -> str:
    """Say why weights cannot be used as they are; empty where they can."""
    if len(weights) != n_variations:
        return f"{n_variations} variations need as many weights, not {len(weights)}."
    if not all(isfinite(weight) and weight >= 0.0 for weight in weights):
        return f"Weights are numbers from 0 to 1, not {_listed(weights)}."
    if abs(sum(weights) - 1.0) > ALMOST_ONE:
        return f"Weights sum to 1; {_listed(weights)} sum to {sum(weights):g}."
    return ""


def _listed(weights: Sequence[float]) -> str:
    return ", ".join(f"{weight:g}" for weight in weights)


def ranges_of(
    n_variations: int, coverage: float, weights: Sequence[float] | None = None
) -> tuple[Range, ...]:
    """Return the range of each variation, of which only the share `coverage` is used.

    Weights that cannot be used are taken as equal, as others do; `weights_wrong` says why, for
    whoever asks a person for weights.

    Parameters
    ----------
    n_variations : int
        At least 1.
    coverage : float
        From 0 to 1; beyond that the nearer end.
    weights : sequence of float, optional
        One for each variation, summing to 1.

    Raises
    ------
    ValueError
        If there is no variation, or the coverage is no number.
    """
    if n_variations < 1:
        raise ValueError(f"Guests are dealt to at least one variation, not to {n_variations}.")
    if not isfinite(coverage):
        raise ValueError(f"The share of the guests who take part is a number, not {coverage}.")
    used = min(1.0, max(0.0, coverage))
    usable = weights is not None and not weights_wrong(n_variations, weights)
    given = list(weights or ()) if usable else [1.0 / n_variations] * n_variations
    starts = [0.0, *accumulate(given)][:n_variations]
    return tuple(
        (start, start + used * weight) for start, weight in zip(starts, given, strict=True)
    )


def variation_at(place: float, ranges: Sequence[Range]) -> int:
    """Return the number of the range that holds a place; -1 where none does."""
    return next((n for n, (low, high) in enumerate(ranges) if low <= place < high), NOBODY)


def is_in_namespace(guest: str | int, name: str, low: float, high: float) -> bool:
    """Whether a guest stands in one part of a namespace: trials in other parts never meet her."""
    place = place_of(f"__{name}", guest, version=1)
    return place is not None and low <= place < high
