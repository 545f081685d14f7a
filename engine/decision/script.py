"""What to say in each stage, in the words of the trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.decision.situation import Situation
from engine.domain.catalogue import Words
from engine.domain.styles import Mode, ServiceStyle, Stage

GUEST = "{guest}"
"""Stays in the text: the name is filled in where it is shown, so that advice holds no name."""


def with_name(text: str, name: str | None) -> str:
    """Fill in the guest's name, or leave it out gracefully."""
    if name:
        return text.replace(GUEST, name)
    return text.replace(f", {GUEST}", "").replace(f" {GUEST}", "").replace(GUEST, "")


def must_know(situation: Situation, language: str) -> list[str]:
    """Lines of the unit that are confirmed in every style; none where the unit is not known."""
    fallback = situation.catalogue.languages[0]
    return [line.get(language) or line[fallback] for line in situation.place.must_know]


def language_of(situation: Situation) -> str:
    """Language of the texts: the guest's where complete, else the house's, else the fallback."""
    catalogue = situation.catalogue
    spoken = situation.case.language or situation.case.facts.get("language")
    wanted = [str(spoken).split("-", maxsplit=1)[0].lower()] if spoken else []
    wanted += situation.place.languages
    return next((tag for tag in wanted if tag in catalogue.languages), catalogue.languages[0])


def _placeholders(situation: Situation, words: Words, language: str) -> dict[str, str]:
    place = situation.place
    lines = must_know(situation, language)
    return {
        "guest": GUEST,
        "house": place.house_name,
        "must_know": " ".join(lines),
        **{
            form: words.get(f"unit.{place.unit_kind}.{form}", "")
            for form in ("to_unit", "your_unit", "in_unit")
        },
    }


def _source_style(stage: Stage, style: str, styles: Sequence[str], *, is_brief: bool) -> str:
    """Rapport comes from the brief style at most, when this is no time to talk."""
    if stage is not Stage.RAPPORT or not is_brief:
        return style
    return styles[min(styles.index(style), 1)]


def script_of(situation: Situation, style: str, mode: Mode = Mode.IN_PERSON) -> Mapping[Stage, str]:
    """Words for each stage in the chosen style, with `{guest}` left open."""
    styles: Mapping[str, ServiceStyle] = situation.catalogue.styles
    language = language_of(situation)
    values = _placeholders(situation, situation.catalogue.words.get(language, {}), language)
    order = tuple(styles)
    is_brief = situation.is_brief
    lines = {
        stage: styles[_source_style(stage, style, order, is_brief=is_brief)].script[mode][stage]
        for stage in Stage
    }
    return {
        stage: " ".join(line.text[language].format_map(values).split())
        for stage, line in lines.items()
    }
