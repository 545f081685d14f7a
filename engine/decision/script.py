"""What to say in each stage, in the words of the trade."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.decision.situation import Situation
from engine.domain.catalogue import Catalogue, Words
from engine.domain.languages import first_read
from engine.domain.styles import Line, Mode, ServiceStyle, Stage
from engine.sentences import one_line

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
    wanted = (str(spoken) if spoken else None, *situation.place.languages)
    return first_read(wanted, catalogue.languages) or catalogue.languages[0]


class Setting(NamedTuple):
    """All that the words of a script depend on, so that they are put together once."""

    style: str
    language: str
    is_brief: bool
    house_name: str
    unit_kind: str
    must_know: tuple[str, ...]
    closed: frozenset[str] = frozenset()
    mode: Mode = Mode.IN_PERSON


def setting_of(
    situation: Situation, style: str, language: str, mode: Mode = Mode.IN_PERSON
) -> Setting:
    """Take from a situation what matters for its script."""
    place = situation.place
    lines = tuple(must_know(situation, language))
    return Setting(
        style,
        language,
        situation.is_brief,
        place.house_name,
        place.unit_kind,
        lines,
        situation.closed,
        mode,
    )


def _placeholders(setting: Setting, words: Words) -> dict[str, str]:
    return {
        "guest": GUEST,
        "house": setting.house_name,
        "must_know": " ".join(setting.must_know),
        **{
            form: words.get(f"unit.{setting.unit_kind}.{form}", "")
            for form in ("to_unit", "your_unit", "in_unit")
        },
    }


def _line(styles: Sequence[ServiceStyle], stage: Stage, setting: Setting) -> Line:
    """The line of the style, or of the next quieter one that raises nothing closed.

    Rapport comes from the brief style at most, when this is no time to talk.
    """
    place = next(k for k, style in enumerate(styles) if style.id == setting.style)
    if stage is Stage.RAPPORT and setting.is_brief:
        place = min(place, 1)
    while place and not setting.closed.isdisjoint(styles[place].script[setting.mode][stage].topics):
        place -= 1
    return styles[place].script[setting.mode][stage]


def script_in(catalogue: Catalogue, setting: Setting) -> Mapping[Stage, str]:
    """Words for each stage, with `{guest}` left open."""
    language = setting.language
    values = _placeholders(setting, catalogue.words.get(language, {}))
    styles = tuple(catalogue.styles.values())
    lines = {stage: _line(styles, stage, setting) for stage in Stage}
    return {
        stage: one_line(_text(line, language).format_map(values)) for stage, line in lines.items()
    }


def _text(line: Line, language: str) -> str:
    """Return a line, in the fallback language where it is not translated yet."""
    return line.text.get(language) or next(iter(line.text.values()))


def script_of(situation: Situation, style: str, mode: Mode = Mode.IN_PERSON) -> Mapping[Stage, str]:
    """Words for each stage in the chosen style, in the language of the guest."""
    setting = setting_of(situation, style, language_of(situation), mode)
    return script_in(situation.catalogue, setting)
