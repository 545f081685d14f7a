"""Sentences of the engine that owners meet, marked for translation."""

from __future__ import annotations

from web.messages import marked

MESSAGES = (
    marked("Starter rules"),
    marked("This weight is too large."),
    marked("This is more than a rule about language or culture may weigh."),
    marked("Say in a few words why: the history keeps it."),
    marked("The draft changed meanwhile; look at it again, then publish."),
    marked("Another version was published meanwhile; compare first."),
    marked("The draft changed meanwhile, so it was not discarded."),
    marked("There is no such draft."),
    marked(
        "There is another draft, which changes the same rules. Publish or discard "
        "it first, then bring this one back."
    ),
    marked("This version is in force already."),
    marked("There is no such rule."),
    marked("There is no such time zone."),
    marked("A name is needed."),
    marked("Choose one of these."),
    marked("The demo is gone already: what is here now is your own."),
    marked("This number does not fit."),
    marked("Your own house is here already. Only the demo can still go."),
    marked("Choose at least one language."),
    marked("The mapping is not UTF-8 text."),
    marked("1 to {most}"),
    marked("−{most} to {most}"),
    marked("A rule leans to one of two sides."),
    marked("There is no such strength."),
    marked("Somebody changed this rule in the meantime. Look at it again."),
    marked("There are no rules with the version {version}."),
    marked("{who} changed the draft in the meantime. Load it again and repeat your change."),
    marked("{who} published version {version} in the meantime. Compare, then repeat."),
    marked("No rules are published yet."),
    marked("No rules are published yet, so there are none to change."),
    marked("The draft was published or discarded in the meantime. Start a new one."),
    marked(" Did you mean '{name}'?"),
    marked(" It is never taken in."),
    marked("line {line}"),
    marked("all cells are empty"),
    marked("cancelled, and not known here"),
    marked("the same booking stands on line {line}, which counts"),
    marked("the reference of the booking is empty"),
    marked("the arrival date is empty"),
    marked("an arrival in the year {year} cannot be; {first} to {last} are allowed"),
    marked("neither nights nor a departure date are told"),
    marked("a stay of {nights} nights cannot be; 0 to {most} are allowed"),
    marked("unit '{unit}' is not one of this house.{hint}"),
    marked("status '{status}' has no meaning in the mapping (stay.status.values)"),
    marked("column '{column}' holds more than {most} characters"),
    marked("{text} is no time of day such as 14:30"),
    marked("{text} cannot be '{fact}'; allowed: {allowed}"),
    marked("{text} is no date written as {format} (column '{column}')"),
    marked("{text} is no whole number (column '{column}')"),
    marked(
        "{text} is no whole number (column '{column}'); if it means 'not told', name it under "
        "'missing'"
    ),
    marked(
        "{text} (column '{column}') can be read in two ways; say in [file] whether decimal = "
        '"," or "."'
    ),
    marked("cannot be read: {reason}; is a quotation mark open?"),
    marked(
        "has {n} cells where the header has {columns}; is a separator or a quotation mark astray?"
    ),
    marked("whole numbers from {lowest} to {highest}"),
    marked("{value} is no value of '{fact}'.{hint}"),
    marked("{value} cannot be used."),
    marked("{value} is no date format with year, month and day."),
    marked("{value} is no status.{hint}"),
    marked("{value} must be a text."),
    marked("must be a table, written [{key}]."),
    marked("must be a table from text to value."),
    marked("must be the name of a column, or a table with 'column'."),
    marked("must be written as text, or a list of texts."),
    marked("needs exactly one way to a column."),
    marked("needs either 'nights' or 'departure', one of the two."),
    marked("is needed: name its column."),
    marked("only dates have a date format."),
    marked("only numbers can be summed."),
    marked("only whole numbers can be summed."),
    marked("there is no such fact.{hint}"),
    marked("there is no such key.{hint}"),
    marked("this is not valid TOML: {reason}."),
    marked("column '{column}' is a protected trait and is never taken in."),
    marked("column '{column}' tells origin."),
    marked("the file has no column '{column}'.{hint}"),
    marked("the file has {n} columns named '{column}'."),
    marked("The file has: {columns}."),
    marked("The file has no header line: its first line must name the columns."),
    marked("The file holds NUL bytes, so it is no CSV text; save it as 'CSV UTF-8' and try again."),
    marked("The file is larger than {most} MB; import it in parts."),
    marked('The file is not written in {encoding}. Try encoding = "auto".'),
    marked("The file is written in UTF-16; save it as 'CSV UTF-8' and try again."),
    marked("The file is written neither in UTF-8 nor in Windows-1252."),
    marked("The header line cannot be read: {reason}."),
    marked("a tag such as 'de' or 'DK'"),
    marked("The stays have said nothing about this rule yet."),
    marked("There is no step further."),
    marked("The draft no longer holds this rule. Look at it again."),
    marked("The draft holds this rule already."),
    marked("The guests of this rule do not differ by that."),
    marked("The latest run does not suggest this rule."),
    marked("There is no such learning run."),
    marked("There is no learning run of {day}."),
    marked("A gate did not hold for this run, so nobody is advised by it."),
    marked("The rules were published anew since this run learned. Let it learn again."),
    marked("No learned weights are in force; the owner's numbers stand."),
    marked("{day} is still to come."),
    marked("There is no house of your own yet. Name the demo to learn from it."),
    marked("Which house? Name one of {names}."),
    marked("The rules changed in the meantime. Look at the differences again."),
    marked("This is no rules file: it has no line [[rule]]."),
    marked("This is no TOML that can be read: {reason}"),
    marked(
        "The rules of this file do not stand under lines [[rule]]. "
        "Write each rule as lines under its own line [[rule]], and try again."
    ),
    marked("Two rules of this file have the id {id}. Take one of them out, and try again."),
    marked("This file cannot be brought up to date: {reason}"),
    marked("The file is not UTF-8 text."),
    marked("There is no such file."),
    marked("{column} is no column of a rule table.{near}"),
    marked("row {row}"),
    marked("Another row has the same id."),
    marked("This column is missing."),
    marked("This column is there twice."),
    marked("{value} is not known."),
    marked("{value} is not known; did you mean {near}?"),
    marked("A rule needs at least one test in when or any."),
    marked("needs at least one test in when or any"),
    marked("{weight} is too much for a rule about culture"),
    marked("The rule ends before it begins."),
    marked("An id is lower-case letters, digits and _, beginning with a letter."),
    marked("This cell may not be empty."),
    marked("{value} is no number."),
    marked("{value} is no day."),
    marked("A group may test a fact only once."),
    marked("One example a line, each with guest and expect."),
    marked("The sheet has no header: its first row must name the columns."),
    marked("The file is no XLSX; save it as XLSX or CSV and try again."),
    marked("The file unpacks to more than {most} MB."),
    marked("The file cannot be read as XLSX: {reason}."),
    marked("This is too long."),
    marked("Say where this comes from: the next owner will ask."),
    marked("Rules cannot ask about {fact}.{hint}"),
    marked("This cannot be asked here."),
    marked("Write one number here."),
    marked("Write two numbers, the smaller one first."),
    marked("Choose at least one."),
    marked("Write a value."),
    marked("{value} stands here twice."),
    marked("{value} is not a value of {fact}."),
    marked("{value} is not a value of {fact}; did you mean {near}?"),
    marked("A rule cannot ask {test} of {fact}."),
    marked("A rule cannot ask {test} of {fact}; did you mean {near}?"),
    marked("A rule cannot ask {test} of {fact}; two rules may say it together: {parts}."),
    marked("At column {column}: {found} cannot stand here; allowed: {expected}"),
    marked("{told}; did you mean {near}?"),
    marked("the end"),
    marked("{rule} can never fire: no guest passes all that it asks of {facts}."),
    marked("With {facts} known, {rule} fires for everybody: no value keeps it silent."),
    marked("{rule} fires for everybody, whatever is known or unknown."),
    marked("{one} and {other} fire for the same guests and lean the same way: one is enough."),
    marked(
        "Wherever {narrow} fires, {wide} fires too, and both lean the same way: these two"
        " always add up. Is that meant?"
    ),
    marked(
        "{one} and {other} lean opposite ways for the same guests: in {n} of {total} "
        "combinations of the values that they ask about."
    ),
    marked(
        "{one} and {other} lean opposite ways for the same guests: in {n} of {total} "
        "combinations of the values that they ask about, and in {n_stays} of {n_seen} "
        "stays."
    ),
    marked(
        "{one} and {other} always fire together: no number of stays can tell their weights apart."
    ),
    marked(
        "In {n_seen} stays {one} and {other} fired {n_fired} times, always together: "
        "these stays cannot tell their weights apart."
    ),
    marked("{rule} fired in none of {n_seen} stays."),
    marked("No rule mentions {fact} = {values}."),
    marked("No rule mentions {fact}."),
    marked("There is no such question, style or pack."),
    marked("There is no such version."),
    marked("{who} changed this while you were looking at it."),
    marked("A text is needed here."),
    marked("At most {most} characters fit here."),
    marked("This is not mentioned in all languages alike: {names}."),
    marked("A brace is without its partner."),
    marked("Nothing is called {name} here."),
    marked("{least} to {most}"),
    marked("Each number must be larger than the one before."),
    marked("This is too long."),
    marked("There is no seed with the version {version}."),
    marked("0 to {most}"),
    marked("1 to {most} letters, figures, - or _"),
    marked("This text does not fit."),
    marked("This code cannot be used."),
    marked("This code is taken."),
    marked("There is no house of your own yet. Name the demo to try it there."),
    marked("This guest has not been here, so there is nothing to tell of the stay."),
    marked("This house has as many as it can."),
    marked("This house has no such room or cabin."),
    marked("There is no such pack."),
    marked("{n} stays name {unit}, so it cannot be removed. Move them first."),
    marked("Somebody changed this in the meantime. What you typed is still here; look at both."),
    marked("Say in a sentence why: the history keeps it."),
    marked(
        "A rule about language or form of address is switched on, and these are locked. "
        "Switch it off, or open the lock under “Fairness and quality”, with a reason."
    ),
    marked(
        "Wherever {narrow} fires, {wide} fires too, and both lean the same way: these two"
        " always add up. Is that meant?"
    ),
    marked(
        "{one} and {other} lean opposite ways for the same guests: in {n} of {total} "
        "combinations of the values that they ask about."
    ),
    marked(
        "{one} and {other} lean opposite ways for the same guests: in {n} of {total} "
        "combinations of the values that they ask about, and in {n_stays} of {n_seen} "
        "stays."
    ),
    marked(
        "In {n_seen} stays {one} and {other} fired {n_fired} times, always together: "
        "these stays cannot tell their weights apart."
    ),
)
"""A test finds each of them in the code that raises it."""
