"""The sentences of the pages and their translations.

``python -m web.sentences`` adds new sentences to every `messages.po`, drops those that no page
says any more and compiles. Translations are then written into the `.po`, and it is run again.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

HERE = Path(__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {**DEFAULT_KEYWORDS, "marked": None}


def said() -> Catalog:
    """Return every sentence that code and templates mark, with the files that say it."""
    catalog = Catalog()
    for file, _, sentence, _, _ in extract_from_dir(HERE, METHODS, keywords=KEYWORDS):
        catalog.add(sentence, locations=[(file, 0)])
    return catalog


def files() -> list[Path]:
    """Return the translations, one file per language."""
    return sorted(HERE.glob("translations/*/LC_MESSAGES/messages.po"))


def read(file: Path) -> Catalog:
    """Return the translations of one file."""
    with file.open("rb") as lines:
        return read_po(lines, locale=file.parts[-3])


def compiled(catalog: Catalog) -> bytes:
    """Return what the pages read."""
    content = io.BytesIO()
    write_mo(content, catalog)
    return content.getvalue()


def bring_up_to_date(file: Path) -> None:
    """Add what is said now, drop what is not, compile."""
    catalog = read(file)
    made = catalog.creation_date  # otherwise each run would change the file
    catalog.update(said(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    catalog.creation_date = made
    catalog.project, catalog.version, catalog.msgid_bugs_address = "Tact", "1", ""
    catalog.last_translator = catalog.language_team = "Tact"
    with file.open("wb") as lines:
        write_po(lines, catalog, sort_output=True, include_lineno=False)
    file.with_suffix(".mo").write_bytes(compiled(read(file)))


if __name__ == "__main__":
    for one in files():
        bring_up_to_date(one)
