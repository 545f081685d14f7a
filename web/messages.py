"""Sentences of the engine that people meet on pages, marked for translation.

The engine speaks English and knows no page; templates translate its sentences by their text.
"""

from __future__ import annotations


def marked(text: str) -> str:
    """Return `text`; the name tells the extraction of sentences to take it."""
    return text


MESSAGES = (
    marked("There is no such stay."),
    marked("There is no such guest."),
    marked("This was taken back before, or belongs to another stay."),
    marked("This topic was declined before and is not offered again in this stay."),
    marked("Name and PIN or password do not fit together."),
    marked("Too many wrong tries for this name. Wait 15 minutes."),
    marked("This password is too short or too long."),
    marked("10 to 200 characters"),
    marked("This PIN is too short or too long."),
    marked("4 to 8 digits"),
    marked("This PIN is too easy to guess."),
    marked("no row of one digit, no 1234"),
    marked("This name cannot be used."),
    marked("This name is taken."),
    marked("a name that nobody here has"),
    marked("This is the last owner who can sign in. Add another owner first."),
    marked("There is no such account."),
    marked("This role does not exist."),
    marked("This page is not for your role. Ask an owner."),
    marked("You are signed out. Sign in again, then repeat this."),
    marked("This came from another site and was not done."),
    marked("Signing in over the network needs https: anybody on it could read the cookie."),
    marked("This language is not among those of this Tact."),
    marked("Somebody"),
    marked("{who} checked this guest in at {time}."),
    marked("This stay was changed in the meantime. Load it again and repeat your change."),
    marked("Unknown {what} {value}. Allowed: {names}."),
    *(marked("cue"), marked("question"), marked("grade"), marked("offer")),
    *(marked("reaction"), marked("style"), marked("rule")),
    marked("Only who said this can take it back."),
    marked("A stay with this booking number is here already."),
    marked("Ask at the desk; we open your page again."),
    marked("This link does not work, or no longer. Ask at the desk."),
    marked("Somebody else was faster. Load the page again and repeat your change."),
    marked("The guest's page is closed after the stay."),
    marked("There is no house yet. Start with your own house."),
    marked("There is no such entry in this stay."),
    marked("There is no such house."),
    marked("There is no such question."),
    marked("There is no such recommendation."),
    marked("This name is taken. Choose another, or add a surname."),
    marked("This question is no longer asked. Nothing was changed."),
    marked("Choose one of the answers, or skip the question."),
    marked("This text is too long: at most 2,000 characters."),
    marked("Too many links that open nothing. Wait 15 minutes."),
    marked("This page of the guide is not open."),
    marked("This guest is served without notes. Take that back first."),
    marked("This guest is served without notes. Nothing was written down."),
    marked("Guests are not asked for this here."),
    marked("A name has 1 to 200 characters."),
    marked("This was taken back before. Nothing was changed."),
    marked("1 to {most} characters"),
    marked(
        "{place} is held by another program; close that program or wait for it, then try again."
    ),
    marked(
        "{place} cannot be written; check that the file and its folder belong to the user that "
        "runs Tact and that the disk is not mounted read-only."
    ),
    marked(
        "{place} is not a database of Tact, or it is damaged; stop Tact, move the file and "
        "those beside it ending in -wal and -shm away, put the last good copy of the file "
        "there, and start Tact again."
    ),
    marked(
        "{place} was made by a newer Tact (schema {revision}); install that version, or put a "
        "copy of the file from before there."
    ),
    marked(
        "{place} has schema {revision}, this Tact another. Start `tact serve` once with the "
        "newest Tact, then try again. Nothing was changed."
    ),
    marked("The disk of {place} is full; free some space. What was saved before is safe."),
    marked("This picture is too large; send one of at most {most} MB."),
    marked("At most {most} pixels on each side can be shown."),
    marked("This picture is broken or not complete. Save it anew and try again."),
    marked("An SVG drawing can carry a program, so none is taken. Save it as a PNG picture."),
    marked("Only JPEG and PNG pictures can be shown. Save it as one of them."),
    marked("Browsers do not show this kind of JPEG. Save it as a plain one."),
    marked("Choose a picture."),
    marked("Say what the picture shows, for guests who do not see it."),
    marked("Only pictures that were put in here are shown. Put this one in below the page."),
    marked("There is no such picture."),
    marked("A page still shows this picture. Take it out there first."),
    marked("There is no database at {place}; `tact serve` makes one in a folder that exists."),
    marked("{place} has not been brought up to date; `tact serve` does it when it starts."),
    marked("{place} does not answer; check that the server runs, try again."),
    marked("TACT_SMTP_URL cannot be used: {why}. Such as {example}."),
    marked("the host or the port cannot be read"),
    marked("it begins with smtp:// or smtps:// and names a host"),
    marked("nothing but ?starttls= follows the host"),
    marked("after the host only ?starttls=required or ?starttls=off is known"),
    marked("a password is not sent without TLS: leave starttls=off away"),
    marked("An address is a name, @ and a domain, such as ana@example.org."),
    marked("The part of the address after the @ is no domain."),
    marked("The address is longer than any can be."),
    marked("TACT_MAIL_FROM is missing: the address that mails come from."),
    marked("TACT_MAIL_FROM cannot be used. {why}"),
    marked("This mail does not wait any more."),
    marked("Only a mail that was given up can be sent again."),
    marked("There is no such mail."),
    marked("No mail server is set up: TACT_SMTP_URL is missing."),
    marked("The mail could not be handed over to the mail server."),
)
"""A test finds each of them in the code that raises it."""
