"""One broken file for each message of the reader of rules, with what must be told of it."""

from __future__ import annotations

import tomllib
from typing import NamedTuple

FACTS = "nights, purpose, tired"
NIGHTS = "0 to 3650"
PURPOSES = "business, family_event, group, leisure, other"
WHOLE_ONLY = "is, any_of, none_of, at_least, at_most, more_than, less_than, between, known"
NO_NUMBER = "is, any_of, none_of, known"
IDS = "lower-case letters, digits and _, beginning with a letter"
WAYS = "weight, strength, leaning"

RULE = """\
schema = 1
[[rule]]
id = "mine"
scope = "state"
weight = 0.3
when.nights = { at_most = 2 }
because.en = "Because."
source = "us"
"""


class Slip(NamedTuple):
    """What a line of the rule is replaced by, and what must be told of it."""

    line: str
    """Beginning of the line; empty: the new one comes last."""
    by: str
    key: str
    says: str
    """What was given, and the near miss."""
    allowed: str = ""

    @property
    def id(self) -> str:
        """The rule of which it is told; what is wrong with the file is told of none."""
        if self.line == "schema":
            return ""
        return str(tomllib.loads(self.by)["id"]) if self.line == "id" else "mine"


SLIPS = (
    Slip("schema", "", "schema", "is missing", "1"),
    Slip("schema", "schema = 2", "schema", "2 is of another format", "1"),
    Slip("schema", "schema = '1'", "schema", "'1' is of another format", "1"),
    Slip(
        "schema", "schema = 1\nrules = 1", "rules", "'rules'; did you mean 'rule'", "rule, schema"
    ),
    Slip("id", "id = 'My rule'", "id", "'My rule' is no id; did you mean 'my_rule'?", IDS),
    Slip(
        "id",
        "id = 'mine'\nscop = 'x'",
        "scop",
        "'scop'; did you mean 'scope'?",
        "any, because, scope",
    ),
    Slip("scope", "", "scope", "is missing", "trait, state"),
    Slip("scope", "scope = 'stat'", "scope", "'stat'; did you mean 'state'?", "state, trait"),
    Slip("scope", "scope = 3", "scope", "'3' is not a known scope", "state, trait"),
    Slip("weight", "", "weight", "needs a weight, or strength and leaning", WAYS),
    Slip("weight", "weight = 9", "weight", "9 is out of range", "-3.0 to 3.0"),
    Slip("weight", "weight = nan", "weight", "nan is out of range", "-3.0 to 3.0"),
    Slip("weight", "weight = '0.3'", "weight", "number, not '0.3'", "-3.0 to 3.0"),
    Slip("weight", "strength = 'weak'", "leaning", "strength = 'weak'", "efficiency, contact"),
    Slip(
        "weight", "leaning = 'contact'", "strength", "leaning = 'contact'", "weak, medium, strong"
    ),
    Slip("", "leaning = 'contact'", "weight", "twice: as a number, 0.3, and in words, lean", WAYS),
    Slip("", "sure = 'firmly'", "sure", "'firmly'; did you mean 'firm'?", "firm, guess, usual"),
    Slip("", "on = 'yes'", "on", "must be true or false, not 'yes'", "true, false"),
    Slip("source", "", "source", "is missing"),
    Slip("source", "source = ' '", "source", "not blank, not ' '"),
    Slip("source", "source = 3", "source", "not blank, not 3"),
    Slip("because", "", "because", "is missing"),
    Slip("because", "because = 'x'", "because", "such as en = \"…\", not 'x'"),
    Slip("because", "because.de = 'x'", "because.en", "is missing"),
    Slip("because", "because.en = ''", "because.en", "not blank, not ''"),
    Slip(
        "",
        "because.german = 'x'",
        "because.german",
        "'german' is no language",
        "a tag such as en or pt-BR",
    ),
    Slip("", "valid = 2026", "valid", "must be a table, not 2026"),
    Slip(
        "",
        "valid.from = '1.6.2026'",
        "valid.from",
        "'1.6.2026' is no day",
        "a day such as 2026-06-12",
    ),
    Slip("", "valid.until = 2026", "valid.until", "2026 is no day", "a day such as 2026-06-12"),
    Slip("", "valid.util = 2026-06-12", "valid.util", "did you mean 'until'?", "from, until"),
    Slip(
        *("", "valid = { from = 2026-06-12, until = 2026-06-11 }", "valid"),
        "ends on 2026-06-11, before it begins on 2026-06-12",
    ),
    Slip("when", "", "when", "needs at least one test in when or any", "nights = { at_most = 2 }"),
    Slip(
        "when",
        "when = {}",
        "when",
        "needs at least one test in when or any",
        "nights = { at_most = 2 }",
    ),
    Slip("when", "when = [1]", "when", "such as nights = { at_most = 2 }, not [1]"),
    Slip("", "any = 3", "any", "must be a table of tests, such as nights = { at_most = 2 }, not 3"),
    Slip("when", "when.nigths = 2", "when.nigths", "'nigths'; did you mean 'nights'?", FACTS),
    Slip("", "unless.tierd = true", "unless.tierd", "'tierd'; did you mean 'tired'?", FACTS),
    Slip("when", "when.home_market = 'DK'", "when.home_market", "'home_market' is never scored"),
    Slip("when", "when.nights = {}", "when.nights", "needs an operator, not {}", WHOLE_ONLY),
    Slip(
        *("when", "when.nights = { at_least = 1, at_most = 2 }", "when.nights"),
        "not at_least and at_most; did you mean { between = [1, 2] }?",
        WHOLE_ONLY,
    ),
    Slip(
        *("when", "when.nights = { atmost = 2 }", "when.nights"),
        "'atmost' is not a known operator; did you mean 'at_most'?",
        "any_of, at_least, at_most",
    ),
    Slip(
        *("when", "when.purpose = { at_most = 'x' }", "when.purpose"),
        "'at_most' cannot be asked of a fact of kind one_of: { at_most = 'x' }",
        NO_NUMBER,
    ),
    Slip(
        "when", "when.nights = [1]", "when.nights", "not [1]; did you mean { any_of = [1] }", NIGHTS
    ),
    Slip(
        "when",
        "when.nights = 1.0",
        "when.nights",
        "1.0 is not a known value; did you mean 1?",
        NIGHTS,
    ),
    Slip(
        "when",
        "when.nights = '2'",
        "when.nights",
        "'2' is not a known value; did you mean 2?",
        NIGHTS,
    ),
    Slip(
        "when",
        "when.nights = -1",
        "when.nights",
        "-1 is not a known value; did you mean 0?",
        NIGHTS,
    ),
    Slip(
        *("when", "when.nights = { at_most = 4000 }", "when.nights"),
        "4000 is not a known value; did you mean 3650?",
        NIGHTS,
    ),
    Slip(
        *("when", "when.nights = { at_most = '2' }", "when.nights"),
        "at_most needs a whole number, not '2'; did you mean 2?",
        NIGHTS,
    ),
    Slip(
        *("when", "when.nights = { less_than = 2.5 }", "when.nights"),
        "less_than needs a whole number, not 2.5",
        NIGHTS,
    ),
    Slip(
        *("when", "when.nights = { between = [3, 1] }", "when.nights"),
        "the smaller one first, not [3, 1]; did you mean [1, 3]?",
        NIGHTS,
    ),
    Slip(
        *("when", "when.nights = { between = 3 }", "when.nights"),
        "between needs two whole numbers, the smaller one first, not 3",
        NIGHTS,
    ),
    Slip(
        *("when", "when.purpose = { any_of = 'business' }", "when.purpose"),
        "any_of needs a list of different values, not 'business'; did you mean ['business']?",
        PURPOSES,
    ),
    Slip(
        *("when", "when.purpose = { none_of = [] }", "when.purpose"),
        "none_of needs a list of different values, not []",
        PURPOSES,
    ),
    Slip(
        *("when", "when.purpose = { any_of = ['group', 'group'] }", "when.purpose"),
        "any_of needs a list of different values: 'group' is twice",
        PURPOSES,
    ),
    Slip(
        *("when", "when.purpose = { any_of = ['buisness'] }", "when.purpose"),
        "'buisness' is not a known value; did you mean 'business'?",
        PURPOSES,
    ),
    Slip(
        *("when", "when.purpose = { known = 'no' }", "when.purpose"),
        "known needs true or false, not 'no'; did you mean false?",
        "true, false",
    ),
    Slip("when", "when.tired = 'yes'", "when.tired", "'yes' is not a known", "false, true"),
    Slip(
        *("weight", "weight = 0.1\nunless.language = ''", "unless.language"),
        "'' is not a known value",
        "a tag such as de or pt-BR",
    ),
    Slip(
        *("when", "when.form_of_address = 'formal'", "weight"),
        "0.3 is too much for a rule about culture",
        "-0.13 to 0.13",
    ),
    Slip("", "test = 3", "test", "must be a list, not 3"),
    Slip("", "test = [3]", "test.0", "must be a table, not 3"),
    Slip("", "test = [{ guest = {} }]", "test.0.expect", "is missing", "fires, silent, unknown"),
    Slip(
        *("", "test = [{ expect = 'fire' }]", "test.0.expect"),
        "'fire' is not a known expectation; did you mean 'fires'?",
        "fires, silent, unknown",
    ),
    Slip("", "test = [{ expect = 'fires', guest = 3 }]", "test.0.guest", "must be a table, not 3"),
    Slip(
        *("", "test = [{ expect = 'fires', guest = { nigths = 1 } }]", "test.0.guest.nigths"),
        "'nigths' is not a known fact or cue; did you mean 'nights'?",
        FACTS,
    ),
    Slip(
        *("", "test = [{ expect = 'fires', guest = { nights = '1' } }]", "test.0.guest.nights"),
        "'1' is not a known value; did you mean 1?",
        NIGHTS,
    ),
    Slip(
        *("", "test = [{ expect = 'unknown', missing = 'nights' }]", "test.0.missing"),
        "must be a list, not 'nights'",
    ),
    Slip(
        *("", "test = [{ expect = 'unknown', missing = [1] }]", "test.0.missing.0"),
        "must be a text that is not blank, not 1",
    ),
    Slip(
        *("", "test = [{ expect = 'unknown', missing = ['nigths'] }]", "test.0.missing.0"),
        "'nigths' is not a known fact or cue; did you mean 'nights'?",
        FACTS,
    ),
    Slip(
        *("", "test = [{ expect = 'fires', gest = {} }]", "test.0.gest"),
        "'gest' is not a known key; did you mean 'guest'?",
        "expect, guest, missing",
    ),
)
"""One for each message of the reader, at least."""


def written(slip: Slip) -> str:
    """The rule with the slip in it; `lines` stay where they are."""
    lines = RULE.splitlines()
    if not slip.line:
        return "\n".join([*lines, slip.by])
    return "\n".join(slip.by if line.startswith(slip.line) else line for line in lines)
