"""Rules written as a folder are read back as they were, whatever was published."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from engine import canonical
from engine.errors import RulebookError
from engine.language import strict_yaml
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook, read_folder
from engine.language.effects import EFFECTS
from engine.language.folders import write_folder
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def shipped():
    return read_folder(ROOT / "rulesets")


def as_stored(documents: Any) -> Any:
    """As a database gives them back: keys by the alphabet."""
    return json.loads(canonical.canonical_json(documents))


def again(folder: Path, documents: Any, lists: Any = None) -> Any:
    write_folder(folder, as_stored(documents), lists or {})
    return read_folder(folder)


def test_the_shipped_rules_come_back_equal(shipped, tmp_path):
    found = again(tmp_path, shipped.documents, shipped.lists)
    assert found.documents == shipped.documents and found.lists == shipped.lists
    digests = [load_rulebook(each.documents, CATALOGUE, EFFECTS, each.lists).digest for each in (shipped, found)]
    assert digests[0] == digests[1]
    assert {path.relative_to(tmp_path) for path in tmp_path.rglob("*.yaml")} == {
        path.relative_to(ROOT / "rulesets") for path in (ROOT / "rulesets").rglob("*.yaml")
    }


def test_what_is_written_reads_as_an_author_would_have_written_it(tmp_path):
    rule = {
        "examples": {"fires": [{"order.payable_cents": 5}], "quiet": []}, "id": "fraud.one", "priority": 5,
        "then": [{"reason": "HIGH_VALUE", "do": "hold"}], "title": {"en": "One", "zh": "一"}, "why": "两行\n理由",
        "when": {"all": [{"value": "010000", "is": "eq", "fact": "receiver.postcode"}]},
    }  # fmt: skip
    document = {"stage": "fraud", "note": "", "rules": [rule], "tables": []}
    write_folder(tmp_path, {"fraud": document}, {})
    assert (tmp_path / "fraud" / "one.yaml").read_text(encoding="utf-8") == (
        "id: fraud.one\n"
        "title: {zh: 一, en: One}\n"
        "why: |-\n  两行\n  理由\n"
        "when:\n  all: [{fact: receiver.postcode, is: eq, value: '010000'}]\n"
        "then: [{do: hold, reason: HIGH_VALUE}]\n"
        "priority: 5\n"
        "examples:\n  fires: [{order.payable_cents: 5}]\n  quiet: []\n"
    )


def test_notes_order_and_empty_rulesets_come_back(shipped, tmp_path):
    documents = copy.deepcopy(dict(shipped.documents))
    documents["fraud"]["note"] = "for tonight: 双11"
    documents["intake"]["rules"].reverse()
    documents["coupon"].update(rules=[], tables=[])
    assert again(tmp_path, documents).documents == documents


def test_a_wrong_order_is_told_with_its_place(shipped, tmp_path):
    again(tmp_path, shipped.documents)
    (tmp_path / "fraud" / "_ruleset.yaml").write_text("order:\n  - fraud.blacklistet\nnotes: x\n")
    with pytest.raises(RulebookError) as error:
        read_folder(tmp_path)
    assert [(each.file, each.line, each.suggestion) for each in error.value.problems] == [
        ("fraud/_ruleset.yaml", 3, "did you mean note?"),
        ("fraud/_ruleset.yaml", 2, "did you mean fraud.blacklisted?"),
    ]


def test_files_are_told_by_their_own_lines_whatever_their_order(shipped, tmp_path):
    documents = copy.deepcopy(dict(shipped.documents))
    documents["fraud"]["rules"].reverse()
    last = documents["fraud"]["rules"][-1]
    last["priority"] = "high"
    folder = again(tmp_path, documents)
    with pytest.raises(RulebookError) as error:
        load_rulebook(folder.documents, CATALOGUE, EFFECTS, folder.lists and None, folder.places)
    (problem,) = [each for each in error.value.problems if each.path.endswith(".priority")]
    assert problem.file == f"{last['id'].replace('.', '/', 1)}.yaml"
    assert (tmp_path / problem.file).read_text().splitlines()[problem.line - 1] == "priority: high"


@pytest.mark.parametrize("value", [1.5, {"a": {1, 2}}, [b"x"], 10**18, float("nan")])
def test_what_would_not_be_read_as_written_is_not_written(value):
    with pytest.raises(TypeError):
        strict_yaml.write({"a": value})
