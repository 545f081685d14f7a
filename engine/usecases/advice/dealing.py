"""Which version of the rules serves a stay while new ones are tried."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from hashlib import sha256

from engine.decision.buckets import is_in_share
from engine.domain.rollout import Rollout, TrialStay
from engine.domain.stays import Stay
from engine.store import Work


def rollout_key(secret: bytes, version: int) -> str:
    """Return the seed by which guests are dealt while a version is tried: 32 letters.

    Nobody outside can tell who is dealt in, and another trial deals anew.
    """
    return hmac.new(secret, f"rollout:{version}".encode(), sha256).hexdigest()[:32]


def version_for(work: Work, stay: Stay) -> int:
    """Return the version of the rules that serves a stay."""
    (version,) = versions_for(work, [stay])
    return version


def versions_for(work: Work, stays: Sequence[Stay]) -> list[int]:
    """Return the version of the rules that serves each stay.

    Where nothing is tried this is the one in force, after one look at a table of few rows. Who
    has arrived is served on by the rules she was met by, whatever the share is by now.
    """
    published, rollout = work.rule_sets.published_version(), work.rollouts.running()
    if rollout is None:
        return [published] * len(stays)
    met = [stay.id for stay in stays if stay.checked_in_at is not None]
    kept = work.rollouts.of_stays(rollout.id, met) if met else {}
    return [rollout.version if is_new(rollout, stay, kept) else published for stay in stays]


def is_new(rollout: Rollout, stay: Stay, kept: Mapping[int, TrialStay]) -> bool:
    """Whether the rules that are tried serve a stay; `kept` are those of arrived stays."""
    if stay.checked_in_at is not None:
        if stay.id in kept:
            return kept[stay.id].is_new
        if stay.checked_in_at < rollout.at:
            return False
    return is_in_share(rollout.key, guest_number(stay), rollout.percent)


def guest_number(stay: Stay) -> str:
    """Return the number of a guest: one for all her stays by which her source knows her."""
    return str(stay.guest.id)
