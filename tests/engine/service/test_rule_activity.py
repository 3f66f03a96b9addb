from __future__ import annotations

from engine.service.rule_activity import Hits


def test_what_fired_lately_is_counted_by_rule(gatehouse, samples, clock):
    samples[0].document["remark"] = "发顺丰"
    for sample in samples:
        gatehouse.orders.submit(sample.document, sample.channel)
    rulebook = gatehouse.rulebooks.live().rulebook
    hits = gatehouse.rule_activity.hits(rulebook.rulesets.values())
    assert hits["fraud.blacklisted"] == Hits(1, 1)
    assert hits["intake.wish-carrier"] == Hits(1, 1), "rows of a table count for the table"
    assert not [rule for rule in hits if "#" in rule]
    clock.advance(days=2)
    assert gatehouse.rule_activity.hits(rulebook.rulesets.values())["fraud.blacklisted"] == Hits(0, 1)
    clock.advance(days=7)
    assert gatehouse.rule_activity.hits(rulebook.rulesets.values()) == {}


def test_only_what_is_asked_for_is_counted(gatehouse, samples):
    gatehouse.orders.submit(samples[4].document, samples[4].channel)
    rulesets = gatehouse.rulebooks.live().rulebook.rulesets.values()
    assert gatehouse.rule_activity.hits(rulesets, ("day",))["fraud.blacklisted"] == Hits(1, 0)


def test_rows_of_a_table_are_counted_one_by_one(gatehouse, samples, clock):
    for number, remark in enumerate(("发顺丰", "发京东", "请发顺丰")):
        document = {**samples[0].document, "remark": remark, "channel_order_no": f"ROW-{number}"}
        gatehouse.orders.submit(document, samples[0].channel)
    assert gatehouse.rule_activity.rows("intake.wish-carrier") == {3: Hits(2, 2), 4: Hits(1, 1)}
    clock.advance(days=2)
    assert gatehouse.rule_activity.rows("intake.wish-carrier")[3] == Hits(0, 2)
