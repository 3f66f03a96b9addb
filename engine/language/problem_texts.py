"""Problems of rule documents in Chinese. They are told in English where they are found, and put into Chinese here.

A sentence that is not known stays English, after what its code says; a test looks that there is none.
"""

from __future__ import annotations

import re

from engine.errors import Problem

_WORDS = {"order": "订单", "line": "订单行", "coupon": "优惠券", "coupon_pair": "券对", "warehouse": "仓库",
          "service": "快递产品", "shipment": "发货单", "return": "退货", "the sample": "示例", "the count": "个数",
          "the sum": "合计"}  # fmt: skip

# What is said in English, as a pattern; {1} is its first group. The first that fits counts.
_SENTENCES = (
    (r"is required", "必填"),
    (r"must be an object", "须为对象"),
    (r"must be a list", "须为列表"),
    (r"must be a list of texts", "须为文字列表"),
    (r"must be a list of (\d+) cells", "须为 {1} 格的列表"),
    (r"must be at most (\d+) (rows|choices|characters)", "最多 {1} {2}"),
    (r"must be at most (\d+) bytes of text", "文字最多 {1} 字节"),
    (r"must not be empty", "不能为空"),
    (r"must not hold empty text", "不能含空文字"),
    (r"must not hold control characters", "不能含控制字符"),
    (r"must be text", "须为文字"),
    (r"must be letters, digits, dots, underscores and hyphens", "须由字母、数字、点、下划线和连字符组成"),
    (r"must be text, or text in zh and en", "须为文字，或 zh 与 en 两种文字"),
    (r"must be true or false", "须为 true 或 false"),
    (r"must be true, false or -", "须为 true、false 或 -"),
    (r"must be a whole number", "须为整数"),
    (r"must be a date, such as (.+)", "须为日期，例如 {1}"),
    (r"must be of the years (\d+) to (\d+)", "须在 {1} 年到 {2} 年之间"),
    (r"must be an instant with an offset, such as (.+)", "须为带时区的时刻，例如 {1}"),
    (r"must be between (-?\d+) and (-?\d+)", "须在 {1} 与 {2} 之间"),
    (r"must be two values, \[lowest, highest\], both included", "须为两个值 [最低, 最高]，两端都算"),
    (r"the lowest must not be above the highest", "最低值不能高于最高值"),
    (r"must be after from", "须晚于 from"),
    (r"needs from, until or both", "须有 from、until 或两者"),
    (r"must be one of (.*)", "须为其中之一：{1}"),
    (r"is not a field here; known are (.*)", "没有这个字段；可用的有 {1}"),
    (r"there is no fact (.*)", "没有事实 {1}"),
    (r"there is no effect (.*)", "没有效果 {1}"),
    (r"there is no list (.*)", "没有名单 {1}"),
    (r"there is no stage (.*)", "没有环节 {1}"),
    (r"there is no pipeline", "缺少流程（pipeline）"),
    (r"there is no (\w+) before stage (\w+); this rule runs in (\w+)", "环节 {2} 之前还没有{1}；这条规则在 {3} 运行"),
    (r"(\S+) is not known before stage (\w+); this rule runs in (\w+)",
     "环节 {2} 之前还不知道 {1}；这条规则在 {3} 运行"),
    (r"(\S+) is a fact of a (\w+); this condition over each (\w+) is in a rule about (\w+)",
     "{1} 是{2}的事实；这个条件逐个看{3}，而规则判断的是{4}"),
    (r"(\S+) is a fact of a (\w+); this condition is in a rule about (\w+)", "{1} 是{2}的事实；这条规则判断的是{3}"),
    (r"must be the code of a list", "须为名单的代码"),
    (r"must be a condition: .*", "须为条件：含 fact、all、any、not 或量词的对象"),
    (r"must be one condition, not (.*)", "须为一个条件，而不是 {1}"),
    (r"must have one of (.*)", "须有其中之一：{1}"),
    (r"must have either value or other, not both", "value 与 other 只能有一个"),
    (r"has more than (\d+) conditions", "条件超过 {1} 个"),
    (r"is nested more than (\d+) deep", "嵌套超过 {1} 层"),
    (r"its any-groups combine to more than (\d+) alternatives", "各“任一”组合起来超过 {1} 种"),
    (r"(\w+) takes no value", "{1} 不带值"),
    (r"(\w+) needs a value", "{1} 须有值"),
    (r"(\w+) does not go with a (\w+); (\S+) is a (\w+) and takes (.*)",
     "{1} 不能用于 {2}；{3} 的类型是 {4}，可用 {5}"),
    (r"there is no operator (.*); (\S+) is a (\w+) and takes (.*)", "没有运算 {1}；{2} 的类型是 {3}，可用 {4}"),
    (r"(\S+) is a (\w+) and takes (.*)", "{1} 的类型是 {2}，可用 {3}"),
    (r"a (count|sum) takes (.*)", "{1} 可用 {2}"),
    (r"(\S+) is a (\w+) and (\S+) a (\w+); (\w+) cannot compare them", "{1} 是 {2}，{3} 是 {4}，{5} 不能比较它们"),
    (r"(\S+) may be absent, and then this negative condition is neither true nor false",
     "{1} 可能缺失，那时这个否定条件既不成立也不不成立"),
    (r"a quantifier inside a quantifier is not possible", "量词里不能再有量词"),
    (r"must be a number of the (\w+); (\S+) is a (\w+)", "须为{1}的数值；{2} 的类型是 {3}"),
    (r"(\S+) is a (\w+); this must be a (\w+)", "{1} 的类型是 {2}，这里须为 {3}"),
    (r"must be an effect, such as (.*)", "须为效果，例如 {1}"),
    (r"(\w+) is for rules about (.*), not (\w+)", "{1} 只能用于判断 {2} 的规则，不能用于 {3}"),
    (r"(\w+) is for (.*), not for (\w+)", "{1} 只能用于 {2}，不能用于 {3}"),
    (r"(\w+) needs at least one of (.*)", "{1} 至少要有其中之一：{2}"),
    (r"(\w+) needs (.*)", "{1} 须有 {2}"),
    (r"has no effect", "没有任何效果"),
    (r"must be (\w+)\.<slug>, the slug of .*", "须为 {1}.<名字>，名字由 a-z、0-9 和单个连字符组成"),
    (r"must be (\S+)<key>, the key of .*", "须为 {1}<键>，键最多 60 个字母、数字、_ 或 -，与渠道所发一致"),
    (r"must be the parameter's type, (\w+)", "须为参数的类型 {1}"),
    (r"(\S+) is already (\S+)", "{1} 已经是 {2}"),
    (r"(\S+) is named twice", "{1} 出现了两次"),
    (r"must keep the order (.*)", "须保持顺序 {1}"),
    (r"is (\w+), but stands under (\w+)", "写的是 {1}，却放在 {2} 之下"),
    (r"must be facts and their values", "须为事实及其值"),
    (r"must be a row, 1 to (\d+)", "须为行号，1 到 {1}"),
    (r"must be lists by code, each its items", "须为名单，按代码列出各项"),
    (r"declares more than (\d+) facts", "声明的事实超过 {1} 个"),
    (r"a (\w+) takes no unit; .*", "{1} 没有单位；整数（int）才有"),
    (r"a (\w+) takes no choices; .*", "{1} 没有选项；choice 或 set 才有"),
    (r"tags lead back to themselves: (.*)", "标签绕回了自己：{1}"),
    (r"more than (\d+) tags are put on one because of the other", "接连因标签而打的标签超过 {1} 个"),
    (r"a choice needs its choices, such as (.*)", "choice 须有选项，例如 {1}"),
    # of workbooks
    (r"must be an amount in yuan, with two decimals at most", "须为以元计的金额，最多两位小数"),
    (r"must be a weight, such as (.*)", "须为重量，例如 {1}"),
    (r"must be a range, such as (.*) or (.*)", "须为范围，例如 {1} 或 {2}"),
    (r"must be values with commas between them", "须为用逗号隔开的若干值"),
    (r"must be true or false, 是 or 否, or -", "须为是、否或 -"),
    (r"must be JSON where it begins with .*", "以引号或花括号开头时须为 JSON"),
    (r"must not be a formula", "不能是公式"),
    (r"must not be merged", "不能合并单元格"),
    (r"holds the error (.*)", "单元格里是错误值 {1}"),
    (r"is a number; it must be text", "是数字，须为文字"),
    (r"is a date or time; it must be text", "是日期或时间，须为文字"),
    (r"is shown otherwise than it is: (.*)", "显示的与单元格里的数 {1} 不同"),
    (r"does not say whether its amounts are yuan or cents", "没有写明金额是元还是分"),
    (r"is longer than the (\d+) characters that a cell holds", "超过一个单元格能放的 {1} 个字符"),
    (r"(\S+(?: \S+)*) is already column (\w+)", "{1} 已经是 {2} 列"),
    (r"there is no column (.*) in this table", "这张表没有 {1} 这一列"),
    (r"names no column of this table", "没有写是这张表的哪一列"),
    (r"the column (.*) is missing", "缺少 {1} 这一列"),
    (r"a table has at most (\d+) rows", "一张表最多 {1} 行"),
    (r"has no rows", "没有任何行"),
    (r"has no sheet", "没有工作表"),
    (r"is no Excel workbook \(\.xlsx\)", "不是 Excel 工作簿（.xlsx）"),
    (r"is larger than (\d+) MB", "超过 {1} MB"),
    (r"unpacks to more than a table can be", "解压后比一张表能有的还大"),
)  # fmt: skip
_SUGGESTIONS = (
    (r"did you mean (.*)\?", "是否想写 {1}？"),
    (r"for example (.*)", "例如 {1}"),
    (r"move the rule to (\w+)", "把规则移到 {1}"),
    (r'write "(.*)" in quotes', '请写成带引号的 "{1}"'),
    (r"money is in cents and weight in grams, without a decimal point", "金额以分、重量以克为单位，不带小数点"),
    (r"write (\S+) without quotes", "请写成不带引号的 {1}"),
    (r"write it with the digits 0 to 9 alone, such as (.+)", "请只用数字 0 到 9，例如 {1}"),
    (r"put them under all", "放到 all 之下"),
    (r"split the rule", "把规则拆开"),
    (r"swap the two values", "把两个值对调"),
    (r"use in, in_list or contains_any instead of long any-groups, or split the rule",
     "用 in、in_list 或 contains_any 代替很长的“任一”，或把规则拆开"),
    (r"add \{fact: (\S+), is: present\} .*", "在 all 之下加上“{1} 不为空”，或在 any 之下加上“{1} 为空”"),
    (r"say about: (\w+), or ask for .*", "写明 about: {1}，或用 {some: {1}, where: …}"),
    (r"let one of these rules ask for something else than a tag, or move it to a later stage",
     "让其中一条规则改问标签以外的事实，或把它移到后面的环节"),
    (r"move some of these rules to a later stage", "把其中几条规则移到后面的环节"),
    (r"declare it among the facts", "先在自定义事实里声明"),
    (r"grams, or 1\.5kg", "以克计，或写 1.5kg"),
    (r"paste its value", "请粘贴它的值"),
    (r"unmerge it and fill each cell", "请取消合并，并填好每一格"),
    (r"format the cell as text and write it again", "请把单元格格式设为文本再重新输入"),
    (r"format the cell as a plain number", "请把单元格格式设为普通数字"),
    (r"for yuan write (.*)", "以元计请写 {1}"),
)  # fmt: skip
_CODES = {"invalid-type": "类型不对", "out-of-range": "超出范围", "too-long": "太长", "required": "必填",
          "not-a-choice": "不在可选范围", "cannot-compile": "无法编译"}  # fmt: skip


def in_both_languages(problem: Problem) -> tuple[dict[str, str], dict[str, str]]:
    """The message and the suggestion, each in {zh, en}; the latter empty where there is none."""
    message = {"zh": chinese(problem.message) or _by_code(problem), "en": problem.message}
    hint = problem.suggestion
    return message, {"zh": _translated(hint, _SUGGESTIONS) or hint, "en": hint} if hint else {}


def chinese(message: str) -> str | None:
    """A problem's sentence in Chinese; None for one that is not known."""
    # A value's problem has its fact behind it: "must be a whole number (order.payable_cents is a money)".
    about = re.fullmatch(r"(.*) \(((?:the )?\S+) is a (\w+)\)", message, re.DOTALL)
    said = _translated(about[1] if about else message, _SENTENCES)
    return f"{said}（{_WORDS.get(about[2], about[2])} 的类型是 {about[3]}）" if said and about else said


def _translated(text: str | None, patterns: tuple[tuple[str, str], ...]) -> str | None:
    for pattern, said in patterns if text else ():
        match = re.fullmatch(pattern, text or "", re.DOTALL)
        if match:
            return _filled(said, match)
    return None


def _filled(said: str, match: re.Match[str]) -> str:
    parts = [_WORDS.get(each, each) for each in match.groups()]
    return re.sub(r"\{(\d)\}", lambda number: parts[int(number[1]) - 1], said)


def _by_code(problem: Problem) -> str:
    return f"{_CODES.get(problem.code, '有误')}：{problem.message}"
