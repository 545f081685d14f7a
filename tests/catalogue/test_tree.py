from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engine.catalogue import catalogue_from, load_catalogue, read_tree, seed_folder, version_of
from engine.catalogue.checks import check_folder
from engine.errors import SeedError


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(seed_folder(), tmp_path / "seed"))


def test_a_stored_tree_builds_the_same_catalogue_again():
    tree = read_tree(seed_folder())
    stored = json.loads(json.dumps(tree))

    assert catalogue_from(stored) == catalogue_from(tree)
    assert version_of(stored) == version_of(tree)


def test_an_equal_copy_has_the_same_version_and_one_changed_letter_another(copy: Path):
    assert version_of(read_tree(copy)) == version_of(read_tree(seed_folder()))

    page = copy / "packs" / "wifi" / "en.md"
    page.write_text(page.read_text(encoding="utf-8") + "x", encoding="utf-8")

    assert version_of(read_tree(copy)) != version_of(read_tree(seed_folder()))
    assert len(version_of(read_tree(copy))) == 12


def test_the_environment_may_name_another_trade(copy: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TACT_SEED", str(copy))

    assert seed_folder() == copy
    assert load_catalogue().houses.keys() == load_catalogue(copy).houses.keys()


def test_days_in_toml_become_texts_that_json_can_hold(tmp_path: Path):
    (tmp_path / "some.toml").write_text("from = 2026-01-31\nat = 10:30:00\n", encoding="utf-8")

    assert read_tree(tmp_path) == {"some.toml": {"from": "2026-01-31", "at": "10:30:00"}}


def test_hidden_files_and_editor_leftovers_are_not_read(tmp_path: Path):
    for name in (".draft.toml", "model.toml~", "notes.txt"):
        (tmp_path / name).write_text("not = [toml", encoding="utf-8")

    assert read_tree(tmp_path) == {}


def test_a_file_from_a_windows_editor_is_read_without_its_mark(tmp_path: Path):
    (tmp_path / "some.toml").write_bytes(b"\xef\xbb\xbfschema = 1\r\n")

    assert read_tree(tmp_path) == {"some.toml": {"schema": 1}}


def test_all_files_that_cannot_be_read_are_named_at_once(copy: Path):
    (copy / "model.toml").write_text("schema = = 1", encoding="utf-8")
    (copy / "packs" / "wifi" / "en.md").write_bytes(b"\xff\xfe")

    with pytest.raises(SeedError) as caught:
        read_tree(copy)

    assert [problem.file for problem in caught.value.problems] == ["model.toml", "packs/wifi/en.md"]
    assert check_folder(copy) == caught.value.problems


def test_a_missing_folder_is_told_and_no_crash(tmp_path: Path):
    with pytest.raises(SeedError, match="no seed folder"):
        load_catalogue(tmp_path / "nowhere")
