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
