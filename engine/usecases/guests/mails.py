"""Which mails a stay brings, and when: planned with their cause, so that undo takes them back.

A mail waits at least a minute. Whether it may go is looked at when it goes, not before: a wish
said in the meantime counts.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from engine.domain.stays import House, Stay, StayStatus
from engine.errors import NotFoundError
from engine.store import MailState, Work
from engine.store.mails import MailRecord

JOB = "mail"
"""Kind of the job that sends one mail."""
GRACE = timedelta(seconds=60)
"""Between the cause of a mail and the mail: so long undo really cancels it."""
DAYS_BEFORE = 3
"""A mail before arrival comes when bags are about to be packed and plans can still change."""
FITTING_HOUR = 10
"""House time: mails that nobody waits for come in the morning, and never in the quiet hours."""


class MailKind(StrEnum):
    """What a mail is about; one of each for a stay at most."""

    BEFORE_ARRIVAL = "before_arrival"
    ONE_REMINDER = "one_reminder"
    ACCESS = "access"
    PACKS = "packs"
    AFTER_STAY = "after_stay"


AT_ONCE = frozenset({MailKind.ACCESS, MailKind.PACKS})
"""The guest is waiting for these, whatever the hour."""


class Why(StrEnum):
    """Why a mail waits longer, was cancelled or given up, besides what mail servers say."""

    UNDONE = "undone"
    STAY_CANCELLED = "stay_cancelled"
    BY_OWNER = "by_owner"
    OPENED = "opened"
    TOO_LATE = "too_late"
    NOT_HERE = "not_here"
    NO_ADDRESS = "no_address"
    BAD_ADDRESS = "bad_address"
    RELAY_ADDRESS = "relay_address"
    NO_MAIL_WANTED = "no_mail_wanted"
    WITHOUT_NOTES = "without_notes"
    ERASED = "erased"
    STOPPED = "stopped"
    WANTS_PEACE = "wants_peace"
    OTHER_WAY = "other_way"
    NOT_ALLOWED = "not_allowed"
    NOT_RELEASED = "not_released"
    NO_SERVER = "no_server"
    BAD_SERVER = "bad_server"
    QUIET_HOURS = "quiet_hours"
    SENDING = "sending"
    SENDING_AGAIN = "sending_again"
    CUT_OFF = "cut_off"


MAY_COME_BACK = frozenset(
    {Why.UNDONE, Why.STAY_CANCELLED, Why.NOT_HERE, Why.NOT_RELEASED, Why.NO_ADDRESS, Why.TOO_LATE}
)
"""Cancelled for these reasons a mail may be planned again when its cause comes again."""


def plan_mail(
    work: Work, stay: Stay, kind: MailKind, due_at: datetime, *, by: str, now: datetime
) -> None:
    """Let a mail go out at a time, and not before undo had its minute; once for each stay.

    A mail that waits takes the new time. One that went, or that somebody cancelled, is not made
    again.
    """
    due = max(due_at, now + GRACE)
    known = work.mails.of_stay(stay.id).get(kind)
    if known is None:
        mail = work.mails.add(stay.house, stay.id, kind, due_at=due, by=by)
        queue_mail(work, mail, due, now)
    elif _may_wait_again(known, due):
        work.mails.wait(known.id, due_at=due, tries=0)
        queue_mail(work, known, due, now)


def _may_wait_again(known: MailRecord, due: datetime) -> bool:
    if known.state is MailState.WAITING:
        return known.due_at != due and known.why not in (Why.SENDING, Why.SENDING_AGAIN)
    return known.state is MailState.CANCELLED and known.why in MAY_COME_BACK


def queue_mail(work: Work, mail: MailRecord, due_at: datetime, now: datetime) -> None:
    """Add the job that sends a mail at this time."""
    key = f"{JOB}:{mail.id}:{due_at:%Y-%m-%dT%H:%M:%S.%f}"
    payload = {"mail": mail.id}
    work.jobs.add(JOB, payload, key=key, due_at=due_at, at=now, stay_id=mail.stay_id)


def take_up_mails(work: Work, now: datetime) -> int:
    """Give each mail that waits without a job a new one, and return how many there were.

    Those are the mails that waited for a mail server, and what a worker left behind.
    """
    queued = {job.payload["mail"] for job in work.jobs.waiting() if job.kind == JOB}
    waiting = work.mails.in_state(MailState.WAITING, limit=None)
    left = [mail for mail in waiting if mail.id not in queued]
    for mail in left:
        due_at = max(mail.due_at, now)
        work.mails.wait(mail.id, due_at=due_at, why=mail.why)
        queue_mail(work, mail, due_at, now)
    return len(left)


def follow_booking(
    work: Work,
    stay: Stay,
    before: StayStatus | None,
    *,
    now: datetime,
    house: House | None = None,
    by: str = "",
) -> None:
    """Plan and cancel mails as the reservation system tells a stay.

    Parameters
    ----------
    work : Work
    stay : Stay
        As it is now.
    before : StayStatus or None
        Where it stood; None for a new one.
    now : datetime
        With time zone.
    house : House, optional
        Of the stay; saves looking it up.
    by : str
        The source.
    """
    if stay.status in (StayStatus.CANCELLED, StayStatus.NO_SHOW):
        if before is not None:
            work.mails.cancel([stay.id], Why.STAY_CANCELLED)
        return
    if stay.departure_on < (now - timedelta(days=2)).date():
        return  # of a past season, whatever the time zone
    house = house if house and house.id == stay.house else work.houses.get(stay.house)
    if house.is_demo or not has_address(work, stay):
        return
    if stay.status is StayStatus.EXPECTED:
        _plan_before_arrival(work, house, stay, now, by)
    elif stay.status is StayStatus.IN_HOUSE and before is StayStatus.EXPECTED:
        plan_mail(work, stay, MailKind.PACKS, now, by=by, now=now)
    elif stay.status is StayStatus.DEPARTED and before is not None and before is not stay.status:
        plan_after_stay(work, house, stay, now=now, by=by)
    plan_access(work, stay, now=now, by=by)


def _plan_before_arrival(work: Work, house: House, stay: Stay, now: datetime, by: str) -> None:
    if today_at(house, now) <= stay.arrival_on:
        day = stay.arrival_on - timedelta(days=DAYS_BEFORE)
        due_at = not_quiet(house, max(morning(house, day), now + GRACE))
        plan_mail(work, stay, MailKind.BEFORE_ARRIVAL, due_at, by=by, now=now)


def plan_reminder(work: Work, house: House, stay: Stay, *, by: str, now: datetime) -> None:
    """Plan the one reminder for the morning before the arrival, if that is another day."""
    due_at = not_quiet(house, morning(house, stay.arrival_on - timedelta(days=1)))
    if due_at - now >= timedelta(hours=20) and today_at(house, due_at) < stay.arrival_on:
        plan_mail(work, stay, MailKind.ONE_REMINDER, due_at, by=by, now=now)


def plan_access(work: Work, stay: Stay, *, now: datetime, by: str) -> None:
    """Plan the mail about the way in once the unit is ready and the way in is released."""
    is_open = all(stay.facts.get(id) is True for id in ("unit_ready", "access_released"))
    if is_open and stay.status in (StayStatus.EXPECTED, StayStatus.IN_HOUSE):
        plan_mail(work, stay, MailKind.ACCESS, now, by=by, now=now)
    elif not is_open:
        work.mails.cancel([stay.id], Why.NOT_RELEASED, [MailKind.ACCESS])


def plan_packs(work: Work, house: House, stay: Stay, *, by: str, now: datetime) -> None:
    """Send the packs after a check-in, a minute later."""
    if not house.is_demo and has_address(work, stay):
        plan_mail(work, stay, MailKind.PACKS, now, by=by, now=now)


def plan_after_stay(work: Work, house: House, stay: Stay, *, now: datetime, by: str) -> None:
    """Ask how it was on the day after the departure, where that is allowed by then."""
    if not house.is_demo and has_address(work, stay):
        day = max(stay.departure_on, today_at(house, now)) + timedelta(days=1)
        due_at = not_quiet(house, morning(house, day))
        plan_mail(work, stay, MailKind.AFTER_STAY, due_at, by=by, now=now)


def cancel_packs(work: Work, stay: Stay) -> None:
    """Cancel the packs with the check-in that brought them."""
    work.mails.cancel([stay.id], Why.UNDONE, [MailKind.PACKS])


def packs_wait(work: Work, stay: Stay) -> bool:
    """Whether the packs are on their way to a guest: they go out within the minute."""
    packs = work.mails.of_stay(stay.id).get(MailKind.PACKS)
    return packs is not None and packs.state is MailState.WAITING and not packs.why


def note_opened(work: Work, stay: Stay, *, now: datetime) -> None:
    """Note that a guest opened her page: nobody reminds her of it any more."""
    known = work.mails.of_stay(stay.id)
    if known and MailKind.ONE_REMINDER not in known:
        reminder = work.mails.add(
            stay.house, stay.id, MailKind.ONE_REMINDER, due_at=now, by="guest"
        )
        work.mails.end(reminder.id, MailState.CANCELLED, Why.OPENED)
    work.mails.cancel([stay.id], Why.OPENED, [MailKind.ONE_REMINDER])


def is_reminder_open(work: Work, stay: Stay) -> bool:
    """Whether there is still something to note once the guest opens her page."""
    known = work.mails.of_stay(stay.id)
    reminder = known.get(MailKind.ONE_REMINDER)
    return bool(known) and (reminder is None or reminder.state is MailState.WAITING)


def has_address(work: Work, stay: Stay) -> bool:
    """Whether the guest of a stay left an address."""
    try:
        return bool(work.guests.get(stay.guest.id).email)
    except NotFoundError:
        return False


def today_at(house: House, now: datetime) -> date:
    """Return the day at the house."""
    return now.astimezone(ZoneInfo(house.time_zone)).date()


def morning(house: House, day: date) -> datetime:
    """Return the hour of a day at which mails come."""
    return datetime.combine(day, time(FITTING_HOUR), ZoneInfo(house.time_zone))


def not_quiet(house: House, at: datetime) -> datetime:
    """Return a moment, or the end of the quiet hours that it lies in."""
    there = at.astimezone(ZoneInfo(house.time_zone))
    start, end = house.quiet_hours
    hour = there.hour
    is_quiet = hour >= start or hour < end if start > end else start <= hour < end
    if not is_quiet:
        return at
    is_evening = start > end and hour >= start
    day = there.date() + timedelta(days=1) if is_evening else there.date()
    return datetime.combine(day, time(end), there.tzinfo)
