from __future__ import annotations

import datetime as dt

from engine.analysis.windows import gaps, spans

NOW = dt.datetime(2026, 11, 10, 4, tzinfo=dt.UTC)  # noon in Shanghai


def rule(name, from_=None, until=None, do="flag", **more):
    effective = {"by": "now", **({"from": from_} if from_ else {}), **({"until": until} if until else {})}
    return {"id": f"audit.{name}", "title": {"zh": name}, "then": [{"do": do}], "effective": effective, **more}


def seen(*rules):
    return [(each.rule, each.starts, each.ends) for each in spans({"rules": list(rules)}, NOW)]


def at(hours):
    return (NOW + dt.timedelta(hours=hours)).isoformat()


def test_what_switches_on_or_off_within_the_hours_is_told_first_come_first():
    rules = [rule("b", at(10), at(20)), rule("a", at(5)), rule("on", at(-5), at(30)), rule("later", at(72)),
             rule("over", at(-9), at(0)), rule("always", at(-9), at(99)), {"id": "audit.plain"}]  # fmt: skip
    later = [NOW + dt.timedelta(hours=hours) for hours in (30, 5, 10, 20)]
    assert seen(*rules) == [
        ("audit.on", None, later[0]), ("audit.a", later[1], None), ("audit.b", later[2], later[3]),
    ]  # fmt: skip


def test_tables_count_and_what_is_half_written_is_left_out():
    table = {"id": "carrier.t", "outputs": [{"do": "prefer"}], "effective": {"from": at(1)}}
    broken = [rule("x", "tomorrow"), {"id": 7, "effective": {"from": 3}}, "no rule", {"effective": "soon"}]
    assert [each.rule for each in spans({"rules": broken, "tables": [table]}, NOW)] == ["carrier.t"]


def test_a_gap_is_where_one_ends_before_the_like_begins():
    rules = [rule("eve", None, at(8)), rule("day", at(12), at(36)), rule("other", at(20), None, do="hold")]
    (gap,) = gaps(spans({"rules": rules}, NOW))
    assert (gap.before.rule, gap.after.rule) == ("audit.eve", "audit.day")


def test_there_is_none_while_another_is_in_force_or_where_they_meet_or_are_off():
    covered = [rule("a", None, at(8)), rule("long", at(1), at(40)), rule("b", at(12), None)]
    assert gaps(spans({"rules": covered}, NOW)) == []
    assert gaps(spans({"rules": [rule("a", None, at(8)), rule("b", at(8))]}, NOW)) == []
    assert gaps(spans({"rules": [rule("a", None, at(8)), rule("b", at(9), enabled=False)]}, NOW)) == []
