"""Every wrong document is refused where it is wrong: with a path and, in a file, its line; with what was expected, and
what was probably meant. None comes as far as the matcher."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

from engine.errors import RulebookError
from engine.language import strict_yaml
from engine.language.catalogue import CATALOGUE
from engine.language.documents import load_list, load_pipeline, load_rulebook, load_ruleset, read_folder
from engine.language.effects import EFFECTS
from engine.matching import matcher
from engine.matching.judge import Judge
from tests.engine.intake.wrong_workbooks import WORKBOOKS
from tests.engine.language.cases import LISTS as CODES
from tests.engine.language.cases import a_rule, a_table, problems_of, when
from tests.engine.language.wrong import CONDITIONS, LISTS, PIPELINES, RULES, RULESETS, TABLES, TEXTS

AT_LEAST = 200

# What a problem of that code says would have been right.
EXPECTED = {
    "duplicate-id": "is already",
    "duplicate-key": "twice|is already",
    "empty-group": "must not be empty",
    "invalid-code": "must be letters",
    "invalid-id": "must be",
    "invalid-type": "must |cannot compare|is not possible|this must be",
    "later-stage": "is not known before|before stage",
    "may-be-absent": "may be absent",
    "not-a-choice": "must be one of .",
    "not-allowed-here": "is for ",
    "out-of-range": "must |the lowest must",
    "out-of-scope": "is a fact of",
    "required": "is required|must |needs |has no ",
    "tag-circle": "lead back to themselves",
    "too-long": "must be at most|more than",
    "unknown-effect": "there is no effect",
    "unknown-fact": "there is no fact",
    "unknown-field": "known are|takes no value",
    "unknown-list": "there is no list",
    "wrong-operator": "takes ",
}  # fmt: skip


@pytest.fixture(autouse=True)
def unmatched(monkeypatch):
    """No rule of these tests may be compiled."""

    def compiled(*_: Any) -> None:
        raise AssertionError("a wrong document was compiled")

    monkeypatch.setattr(matcher.Session, "__init__", compiled)


def test_there_are_at_least_two_hundred_and_no_two_are_equal():
    conditions = [when(each[0]) for each in CONDITIONS]
    documents = [*conditions, *(case[0] for cases in (RULES, TABLES, RULESETS, PIPELINES, LISTS) for case in cases)]
    texts = [json.dumps(each, sort_keys=True, ensure_ascii=False) for each in documents]
    texts += [source for source, *_ in TEXTS] + [repr(cells) for cells, *_ in WORKBOOKS]
    assert len(set(texts)) == len(texts)
    assert len(texts) >= AT_LEAST


@pytest.mark.parametrize("condition, path, code, hint", CONDITIONS)
def test_a_wrong_condition_is_refused_where_it_is_wrong(condition, path, code, hint):
    _expect(problems_of(when(condition)), f"rules.0.when{path}", code, hint)


@pytest.mark.parametrize("document, path, code, hint", RULES)
def test_a_wrong_rule_is_refused_where_it_is_wrong(document, path, code, hint):
    _expect(problems_of(document, "fraud"), f"rules.0.{path}", code, hint)


@pytest.mark.parametrize("document, path, code, hint", TABLES)
def test_a_wrong_table_is_refused_where_it_is_wrong(document, path, code, hint):
    _expect(problems_of(document, "carrier"), f"tables.0.{path}", code, hint)


def test_cells_are_told_beside_what_else_is_wrong_with_a_table():
    rows = [["viel", "x"], [[1, 2], "-"]]
    document = {"id": "carrier.t", "title": {}, "why": "x", "about": "service", "hit": "first", "rows": rows,
                "inputs": [{"fact": "shipment.weight_g", "is": "between"}],
                "outputs": [{"do": "prefer", "rank": "int"}]}  # fmt: skip
    paths = [each.path for each in problems_of(document, "carrier")]
    assert {"tables.0.rows.0.0", "tables.0.rows.0.1", "tables.0.rows.1"} <= set(paths)
    assert any(path.startswith("tables.0.title") for path in paths)


@pytest.mark.parametrize("document, path, code, hint", RULESETS)
def test_a_wrong_ruleset_is_refused_where_it_is_wrong(document, path, code, hint):
    _expect(_refused(load_ruleset, document, CATALOGUE, EFFECTS, CODES), path, code, hint)


@pytest.mark.parametrize("document, path, code, hint", PIPELINES)
def test_a_wrong_pipeline_is_refused_where_it_is_wrong(document, path, code, hint):
    _expect(_refused(load_pipeline, document), path, code, hint)


@pytest.mark.parametrize("document, path, code, hint", LISTS)
def test_a_wrong_list_is_refused_where_it_is_wrong(document, path, code, hint):
    _expect(_refused(load_list, document), path, code, hint)


@pytest.mark.parametrize("source, line, code, said", TEXTS)
def test_what_is_no_document_is_refused_with_file_and_line(source, line, code, said, tmp_path):
    (tmp_path / "fraud").mkdir()
    (tmp_path / "fraud" / "x.yaml").write_text(source, encoding="utf-8")
    (problem,) = _refused(read_folder, tmp_path)
    assert (problem.file, problem.line, problem.code) == ("fraud/x.yaml", line, code) and said in problem.message


IN_FILES = [
    *((when(condition), f"when{path}", code, hint) for condition, path, code, hint in CONDITIONS),
    *RULES,
    *((document, path, code, hint) for document, path, code, hint in TABLES if isinstance(document.get("rows"), list)),
]


def _as_yaml(document: Any) -> str | None:
    """Its text; None where it is read back as something else: only JSON holds decimals and control characters."""
    try:
        source = strict_yaml.write(document)
        read, _ = strict_yaml.read(source)
    except (TypeError, RulebookError):
        return None
    return source if json.dumps(read) == json.dumps(document) else None


WRITABLE = [case for case in IN_FILES if case[0].get("id") != "fraud." and _as_yaml(case[0]) is not None]


def test_nearly_all_can_be_written_in_a_file():
    assert len(WRITABLE) >= 0.97 * len(IN_FILES)


@pytest.mark.parametrize("document, path, code, hint", WRITABLE)
def test_in_a_file_its_line_is_told(document, path, code, hint, tmp_path):
    source = _as_yaml(document)
    assert source is not None
    stage = "carrier" if "rows" in document else "fraud"
    name = str(document.get("id", "")).partition(".")[2].replace("/", "-") or "x"
    (tmp_path / stage).mkdir()
    (tmp_path / stage / f"{name[:120]}.yaml").write_text(source, encoding="utf-8")
    folder = read_folder(tmp_path)
    documents = {**folder.documents, "pipeline": {"stages": ["fraud"], "preference": ["code"]}}
    found = _refused(load_rulebook, documents, CATALOGUE, EFFECTS, CODES, folder.places)
    kind = "tables" if "rows" in document else "rules"
    _expect(found, f"{stage}.{kind}.0.{path}", code, hint)
    assert found[0].file == f"{stage}/{name[:120]}.yaml"
    assert found[0].line == _line(source, path), f"{found[0]}\n{source}"


def test_the_judge_of_a_wrong_document_is_never_made():
    with pytest.raises(AssertionError, match="was compiled"):  # what these tests would see
        Judge(load_rulebook({"pipeline": {"stages": ["fraud"], "preference": ["code"]},
                             "fraud": {"rules": [a_rule()]}}, CATALOGUE, EFFECTS, CODES))  # fmt: skip


def test_all_problems_are_named_at_once():
    leaves = [{"fact": "order.x", "is": "eq", "value": 1}, {"fact": "order.goods_cents", "is": "x", "value": 1}]
    wrong = a_rule(title=None, priority=-1, when={"any": leaves})
    assert {problem.path for problem in problems_of(wrong)} == {
        "rules.0.title",
        "rules.0.priority",
        "rules.0.when.any.0.fact",
        "rules.0.when.any.1.is",
    }


def test_effects_keep_to_their_subjects():
    wrong = a_rule(id="warehouse.x", about="order", when=None, then=[{"do": "exclude"}])
    _expect(problems_of(wrong), "rules.0.then.0.do", "not-allowed-here", None)


def test_a_negative_table_cell_over_what_may_be_absent_is_refused():
    wrong = a_table(inputs=[{"fact": "service.days", "is": "neq"}], rows=[["-", 1], [3, 1]])
    _expect(problems_of(wrong), "tables.0.rows.1.0", "may-be-absent", "service.days")


def _refused(read: Any, *arguments: Any) -> Any:
    with pytest.raises(RulebookError) as caught:
        read(*arguments)
    return caught.value.problems


def _expect(problems: Any, path: str, code: str, hint: str | None) -> None:
    found = [problem for problem in problems if problem.path == path]
    assert [problem.code for problem in found][:1] == [code], [str(problem) for problem in problems]
    assert len(problems) == 1, [str(problem) for problem in problems]
    assert re.search(EXPECTED[code], found[0].message), found[0].message
    if hint is not None:
        assert hint in (found[0].suggestion or "")


def _line(source: str, path: str) -> int:
    """The line of the deepest thing on the path that is there."""
    node = yaml.compose(source, yaml.SafeLoader)
    line = 1
    for step in path.split("."):
        if isinstance(node, yaml.MappingNode):
            found = {key.value: (key, value) for key, value in node.value}
            if step not in found:
                return line
            key, node = found[step]
            line = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            node = node.value[int(step)]
            line = node.start_mark.line + 1
        else:
            return line
    return line
