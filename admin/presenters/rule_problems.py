"""What is wrong with a rule, said to somebody who has never read its document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext

from admin.languages import either, language
from engine.errors import Problem
from engine.language.problem_texts import in_both_languages

SAID: Mapping[str, Any] = {
    "required": lazy_gettext("这里还没有填"),
    "empty-group": lazy_gettext("这里还空着，至少要有一项"),
    "unknown-fact": lazy_gettext("没有这个事实，请重新选择"),
    "out-of-scope": lazy_gettext("这里不能用这个事实：它说的是另一种对象"),
    "later-stage": lazy_gettext("要到后面的环节才知道这个值，请把规则移到那个环节"),
    "wrong-operator": lazy_gettext("这个事实不能这样比较，请换一种比较方式"),
    "may-be-absent": lazy_gettext("这一项可能没有数据，那时否定的条件无法判断。请选择缺失时拦还是不拦"),
    "unknown-list": lazy_gettext("没有这个名单，请重新选择"),
    "unknown-effect": lazy_gettext("没有这个效果，请重新选择"),
    "not-allowed-here": lazy_gettext("这个环节或这种对象不能用这个效果"),
    "not-a-choice": lazy_gettext("不在可选的范围里，请重新选择"),
    "invalid-type": lazy_gettext("填的内容不是这里要的样子"),
    "out-of-range": lazy_gettext("超出了允许的范围，或前后颠倒了"),
    "too-long": lazy_gettext("太长了，请缩短或拆成几条规则"),
    "duplicate-key": lazy_gettext("重复了"),
    "duplicate-id": lazy_gettext("编号和另一条规则重复了"),
    "invalid-id": lazy_gettext("编号只能用小写英文字母、数字和单个连字符"),
    "unknown-field": lazy_gettext("这里多了一项，规则里没有这样的内容"),
    "example-failed": lazy_gettext("例子的结果和写的不一样"),
}


def shown(problems: Iterable[Problem], under: str) -> list[dict[str, str]]:
    """`{path, code, message, detail}`: paths inside what stands at the path `under`."""
    return [_shown(each, under) for each in problems]


def _shown(problem: Problem, under: str) -> dict[str, str]:
    path = problem.path.removeprefix(under).removeprefix(".")
    exact = [each[language()] for each in in_both_languages(problem) if each]
    message = str(SAID.get(problem.code, exact[0]))
    return {"path": path, "code": problem.code, "message": message, "detail": either(("；", "; ")).join(exact)}
