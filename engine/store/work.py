"""One unit of work: everything that can be read and written in one transaction."""

from __future__ import annotations

from functools import cached_property

import sqlalchemy as sa

from engine.store.consents import Consents
from engine.store.content import Contents
from engine.store.counters import Counters
from engine.store.desk_codes import DeskCodes
from engine.store.exploration import Explorations
from engine.store.guests import Guests
from engine.store.history import History
from engine.store.houses import Houses
from engine.store.jobs import Jobs
from engine.store.learning_runs import LearningRuns
from engine.store.ledger import Ledger
from engine.store.mails import Mails
from engine.store.objections import Objections
from engine.store.pack_uses import PackUses
from engine.store.patterns import Patterns
from engine.store.people import People
from engine.store.pictures import Pictures
from engine.store.publications import Publications
from engine.store.recommendations import Recommendations
from engine.store.replies import Replies
from engine.store.restrictions import Restrictions
from engine.store.rollouts import Rollouts
from engine.store.rule_sets import RuleSets
from engine.store.seeds import Seeds
from engine.store.sessions import Sessions
from engine.store.sign_in_links import SignInLinks
from engine.store.stays import Stays
from engine.store.traits import Traits
from engine.store.voices import Voices


class Work:
    """What `Store.begin` and `Store.read` hand out; of no use after their end.

    Parameters
    ----------
    connection : sqlalchemy.Connection
        In a transaction.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    @cached_property
    def houses(self) -> Houses:
        """Hotels and groups of cabins, with their units."""
        return Houses(self.connection)

    @cached_property
    def stays(self) -> Stays:
        """Visits, with their guests."""
        return Stays(self.connection)

    @cached_property
    def guests(self) -> Guests:
        """The people behind the stays."""
        return Guests(self.connection)

    @cached_property
    def ledger(self) -> Ledger:
        """What was seen, said and done."""
        return Ledger(self.connection)

    @cached_property
    def recommendations(self) -> Recommendations:
        """What was advised."""
        return Recommendations(self.connection)

    @cached_property
    def exploration(self) -> Explorations:
        """What each owner allows of chance, and what it gave each stay."""
        return Explorations(self.connection)

    @cached_property
    def pack_uses(self) -> PackUses:
        """Which packs were opened and found useful."""
        return PackUses(self.connection)

    @cached_property
    def patterns(self) -> Patterns:
        """What the learner sees of all stays."""
        return Patterns(self.connection)

    @cached_property
    def learning_runs(self) -> LearningRuns:
        """What the stays of each house taught."""
        return LearningRuns(self.connection)

    @cached_property
    def traits(self) -> Traits:
        """What is remembered of guests who allowed it."""
        return Traits(self.connection)

    @cached_property
    def consents(self) -> Consents:
        """On what terms guests said yes or no."""
        return Consents(self.connection)

    @cached_property
    def desk_codes(self) -> DeskCodes:
        """Short codes for the tablet of the desk."""
        return DeskCodes(self.connection)

    @cached_property
    def voices(self) -> Voices:
        """What guests wrote after their stay."""
        return Voices(self.connection)

    @cached_property
    def mails(self) -> Mails:
        """Mails to guests."""
        return Mails(self.connection)

    @cached_property
    def objections(self) -> Objections:
        """Wishes that outlive a guest's data."""
        return Objections(self.connection)

    @cached_property
    def restrictions(self) -> Restrictions:
        """Guests who are served without notes."""
        return Restrictions(self.connection)

    @cached_property
    def rule_sets(self) -> RuleSets:
        """Published rules, and the draft."""
        return RuleSets(self.connection)

    @cached_property
    def rollouts(self) -> Rollouts:
        """Rules that are tried beside those in force."""
        return Rollouts(self.connection)

    @cached_property
    def publications(self) -> Publications:
        """Drafts that are to be published at a time."""
        return Publications(self.connection)

    @cached_property
    def pictures(self) -> Pictures:
        """Pictures of packs."""
        return Pictures(self.connection)

    @cached_property
    def people(self) -> People:
        """Accounts."""
        return People(self.connection)

    @cached_property
    def sessions(self) -> Sessions:
        """Who is signed in."""
        return Sessions(self.connection)

    @cached_property
    def sign_in_links(self) -> SignInLinks:
        """Links that sign in once."""
        return SignInLinks(self.connection)

    @cached_property
    def jobs(self) -> Jobs:
        """Work for later."""
        return Jobs(self.connection)

    @cached_property
    def replies(self) -> Replies:
        """Where posts led."""
        return Replies(self.connection)

    @cached_property
    def seeds(self) -> Seeds:
        """Past contents of `seed/`."""
        return Seeds(self.connection)

    @cached_property
    def content(self) -> Contents:
        """What owners changed in questions, styles and packs."""
        return Contents(self.connection)

    @cached_property
    def history(self) -> History:
        """What somebody did to the house, its rules or its people."""
        return History(self.connection)

    @cached_property
    def counters(self) -> Counters:
        """How often something happened lately."""
        return Counters(self.connection)
