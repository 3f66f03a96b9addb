"""Problems of rule documents in both languages: nothing that is told stays English."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import Problem
from engine.language.problem_texts import chinese, in_both_languages
from tests.engine.language import test_wrong_documents
from tests.engine.language.cases import problems_of, when

LANGUAGE = Path(__file__).parents[3] / "engine/language"
# Where a problem is told, which argument its sentence is. YAML's own are told to who writes files.
TOLD = {"problem": 2, "Problem": 2, "NotValid": 1, "_note": 2, "_refused": 1, "_decimal": 2}
OF_WORKBOOKS = ("excel.py", "excel_cells.py", "as_written.py")
NOT_DOCUMENTS = ("strict_yaml.py", "table_files.py", "problem_texts.py")
# What some blanks hold that not everything can stand in.
BLANKS = {"said": "there is no operator x", "wrong.message": "must be text", "how": "count", "ANY": "-"}


def sentences() -> Iterator[tuple[str, str, str]]:
    """Every sentence in the code, filled with "x" and with "7": (file and line, sentence, suggestion)."""
    for path in (*sorted(LANGUAGE.glob("*.py")), *(LANGUAGE.parent / "intake" / name for name in OF_WORKBOOKS)):
        if path.name in NOT_DOCUMENTS:
            continue
        source = path.read_text(encoding="utf-8")
        reader = source.partition("class _FolderReader")[0]
        for call in (each for each in ast.walk(ast.parse(reader)) if isinstance(each, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in TOLD and len(call.args) > TOLD[name]:
                told = call.args[TOLD[name]]
                hint = call.args[TOLD[name] + 1] if len(call.args) > TOLD[name] + 1 else None
                yield f"{path.name}:{call.lineno}", told, hint


def filled(node: ast.expr | None, blank: str) -> str | None:
    """A literal text with its blanks filled; None where it is worked out elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = (ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else None for part in node.values)
    return "".join(
        part.value if name is None else BLANKS.get(name, blank) for part, name in zip(node.values, parts, strict=True)
    )


def known(node: ast.expr | None, tell) -> bool:
    texts = [text for blank in ("x", "7") if (text := filled(node, blank)) is not None]
    return not texts or any(tell(text) for text in texts)


def suggested(text: str) -> bool:
    _, suggestion = in_both_languages(Problem("", "x", "is required", suggestion=text))
    return suggestion["zh"] != text


FOUND = list(sentences())


def test_the_sentences_are_found():
    texts = {filled(told, "x") for _, told, _ in FOUND}
    assert {"is required", "must be a list of x cells", "there is no list x"} <= texts
    assert len(FOUND) > 60


@pytest.mark.parametrize(("where", "told", "hint"), FOUND, ids=[where for where, _, _ in FOUND])
def test_every_sentence_and_suggestion_is_told_in_chinese(where, told, hint):
    assert known(told, chinese), ast.unparse(told)
    assert known(hint, suggested), ast.unparse(hint)


@pytest.mark.parametrize(
    ("document", "stage"),
    [
        *((when(condition), None) for condition, *_ in test_wrong_documents.CONDITIONS),
        *((rule, "fraud") for rule, *_ in test_wrong_documents.RULES),
        *((table, "carrier") for table, *_ in test_wrong_documents.TABLES),
    ],
)
def test_every_wrong_document_is_told_in_chinese(document, stage):
    for problem in problems_of(document, stage):
        assert chinese(problem.message), problem.message
        assert problem.suggestion is None or suggested(problem.suggestion), problem.suggestion


SAID = {
    "there is no fact 'order.x'": "没有事实 'order.x'",
    "must be a whole number (order.payable_cents is a money)": "须为整数（order.payable_cents 的类型是 money）",
    "coupon.code is a fact of a coupon; this condition is in a rule about order":
        "coupon.code 是优惠券的事实；这条规则判断的是订单",
    "there is no return before stage aftersale; this rule runs in fraud":
        "环节 aftersale 之前还没有退货；这条规则在 fraud 运行",
    "must be one of a, b (x is a choice)": "须为其中之一：a, b（x 的类型是 choice）",
    "there is no fact 'line\nbreak'": "没有事实 'line\nbreak'",
}  # fmt: skip


@pytest.mark.parametrize(("english", "said"), SAID.items())
def test_blanks_are_filled_and_subjects_named(english, said):
    assert chinese(english) == said


def test_what_is_not_known_stays_english_after_what_its_code_says():
    message, suggestion = in_both_languages(Problem("x", "too-long", "is as long as the Yangtze", suggestion="cut it"))
    assert message == {"zh": "太长：is as long as the Yangtze", "en": "is as long as the Yangtze"}
    assert suggestion == {"zh": "cut it", "en": "cut it"}
    assert in_both_languages(Problem("x", "odd", "?"))[1] == {}
