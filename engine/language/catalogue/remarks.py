"""Facts about what remark and memo say, as `engine.intake.remarks` reads them."""

from __future__ import annotations

from typing import Any

from engine.language.facts import Fact


def _read(name: str, type_: str, zh: str, en: str, **more: Any) -> Fact:
    return Fact(name, type_, zh, en, lambda s, _: s.derived.get(name), **more)


_PAST_ZH = "「周一配送」在周三写下：周一已过，是哪一天说不清"
_PAST_EN = "Monday, written on a Wednesday: it is past, so which day is meant is unclear"

_LEFT_ZH = "除去已识别的要求和无需处理的话；要求停发时为空，反正有人看"
_LEFT_EN = "Beyond known wishes and harmless words; absent where it says stop, for that is read anyway"

FACTS = (
    _read("order.remark_leftover", "text", "留言中看不懂的话", "What is not understood of the remark",
          help_zh=_LEFT_ZH, help_en=_LEFT_EN, sample="麻烦放在老地方"),
    _read("order.memo_leftover", "text", "备注中看不懂的话", "What is not understood of the memo",
          help_zh=_LEFT_ZH, help_en=_LEFT_EN, sample="跟上次一样处理"),
    _read("order.remark_deliver_on", "date", "留言期望送达日", "Delivery day wished in the remark",
          help_zh="从留言的话算出，如「周五送」；没说、说了几天或说不清时为空",
          help_en="Worked out from words such as Friday delivery; absent when no day, several, or an unclear one",
          sample=20261113),
    _read("order.remark_deliver_on_past", "date", "留言期望送达日（已过）", "Delivery day in the remark, if past",
          help_zh=_PAST_ZH, help_en=_PAST_EN, sample=20261109),
    _read("order.remark_deliver_on_next", "date", "留言期望送达日（下一个）", "Delivery day in the remark, or the next",
          help_zh=_PAST_ZH, help_en=_PAST_EN, sample=20261116),
    _read("order.memo_deliver_on", "date", "备注期望送达日", "Delivery day wished in the memo",
          help_zh="从备注的话算出，如「13号送」；没说、说了几天或说不清时为空",
          help_en="Worked out from words such as deliver on the 13th; absent when no day, several, or an unclear one",
          sample=20261113),
    _read("order.memo_deliver_on_past", "date", "备注期望送达日（已过）", "Delivery day in the memo, if past",
          help_zh=_PAST_ZH, help_en=_PAST_EN, sample=20261109),
    _read("order.memo_deliver_on_next", "date", "备注期望送达日（下一个）", "Delivery day in the memo, or the next",
          help_zh=_PAST_ZH, help_en=_PAST_EN, sample=20261116),
)  # fmt: skip
