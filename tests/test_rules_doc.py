"""What docs/rules.md says of rules: its examples load, and each finding's example gives just that finding."""

from __future__ import annotations

import re

import pytest

from engine.analysis import analyse
from engine.analysis.findings import SEVERITIES
from engine.analysis.unknown_names import unknown_names
from engine.language import strict_yaml
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_rulebook, read_folder
from engine.language.effects import EFFECTS
from engine.language.tables import HITS
from engine.notices import SHIPPED
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- ([a-z-]+) -->\n```yaml\n(.*?)\n```", PAGE, re.DOTALL))
FOLDER = read_folder(ROOT / "rulesets")


def findings(*members):
    documents = {"pipeline": FOLDER.pipeline}
    for member in members:
        stage = member["id"].split(".")[0]
        document = {"title": "标题", "why": "x", **member}
        ruleset = documents.setdefault(stage, {"stage": stage, "rules": [], "tables": []})
        ruleset["tables" if "rows" in member else "rules"].append(document)
    rulebook = load_rulebook(documents, CATALOGUE, EFFECTS, FOLDER.lists)
    return [*analyse(rulebook), *unknown_names(rulebook, {"templates": SHIPPED, "webhooks": ()})]


@pytest.mark.parametrize("label", ["rule", "table"])
def test_the_examples_of_documents_are_valid_and_fine(label):
    document, _ = strict_yaml.read(BLOCKS[label])
    assert findings(document) == []


@pytest.mark.parametrize("name", [name for name in SEVERITIES if name != "not-analysed"])
def test_each_finding_is_described_with_an_example_that_gives_it(name):
    assert f"### `{name}` ({SEVERITIES[name]}" in PAGE
    members, _ = strict_yaml.read(BLOCKS[name])
    assert [finding.name for finding in findings(*members)] == [name]


def test_the_witness_that_is_printed_is_the_one_that_is_found():
    members, _ = strict_yaml.read(BLOCKS["contradiction"])
    (finding,) = findings(*members)
    assert str(dict(finding.witness)).replace("'", '"') in PAGE


def test_every_hit_policy_is_described():
    for hit in HITS:
        assert f"| `{hit}` |" in PAGE
