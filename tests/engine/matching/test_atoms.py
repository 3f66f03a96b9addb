"""How conditions are cut into what the evaluator's index can look up."""

from __future__ import annotations

from engine.language.conditions import All, AnyOf, Leaf, Not, Quantified
from engine.matching.atoms import MOST, Asked, HasItem, InList, OfFact, atoms_of

CITY, REMARK = Leaf("city", "eq", "上海"), Leaf("remark", "contains_any", ("冰袋",))
REMARKED = OfFact("remark", Leaf("remark", "present"))
FAR, NEAR = Leaf("km", "gt", 900), Leaf("km", "lt", 5)


def test_no_condition_is_one_alternative_that_always_passes():
    assert atoms_of(None) == [()]


def test_conditions_over_one_fact_stay_whole():
    node = AnyOf((FAR, Not(All((NEAR, Leaf("km", "present"))))))
    assert atoms_of(node) == [(OfFact("km", node),)]
    assert atoms_of(Not(node)) == [(OfFact("km", Not(node)),)]


def test_an_any_over_several_facts_is_an_alternative_each():
    assert atoms_of(All((CITY, AnyOf((FAR, REMARK))))) == [
        (OfFact("city", CITY), OfFact("km", FAR)),
        (OfFact("city", CITY), REMARKED, Asked(REMARK)),
    ]


def test_negation_goes_down_to_the_atoms():
    listed = Leaf("city", "in_list", "remote")
    assert atoms_of(Not(All((listed, REMARK)))) == [(InList("city", "remote", False),), (REMARKED, Asked(Not(REMARK)))]
    assert atoms_of(Not(AnyOf((listed, CITY)))) == [(InList("city", "remote", False), OfFact("city", Not(CITY)))]


def test_sets_are_asked_item_by_item():
    both, neither = Leaf("tags", "includes_all", ("a", "b")), Leaf("tags", "includes_none", ("a", "b"))
    a, b = HasItem("tags", "a", True), HasItem("tags", "b", True)
    no_a, no_b = HasItem("tags", "a", False), HasItem("tags", "b", False)
    assert atoms_of(both) == [(a, b)]
    assert atoms_of(Not(both)) == [(no_a,), (no_b,)]
    assert atoms_of(neither) == [(no_a, no_b)]
    assert atoms_of(Not(neither)) == [(a,), (b,)]


def test_other_facts_parts_and_text_searches_are_asked_where_their_facts_are_present():
    moved = Leaf("city", "neq", other="home")
    present = [OfFact(fact, Leaf(fact, "present")) for fact in ("city", "home")]
    assert atoms_of(moved) == [(*present, Asked(moved))]
    assert atoms_of(Not(moved)) == [(*present, Asked(Not(moved)))]
    assert atoms_of(REMARK) == [(REMARKED, Asked(REMARK))]
    assert atoms_of(Quantified("some", "line")) == [(Asked(Quantified("some", "line")),)]


def test_a_group_with_too_many_alternatives_is_asked_and_the_rest_stays_indexed():
    many = AnyOf(tuple(Leaf(f"fact_{number}", "eq", 1) for number in range(MOST + 1)))
    assert atoms_of(All((CITY, many))) == [(OfFact("city", CITY), Asked(many))]
    pairs = All(tuple(AnyOf((Leaf(f"a_{n}", "eq", 1), Leaf(f"b_{n}", "eq", 1))) for n in range(9)))
    found = atoms_of(pairs)
    assert len(found) == MOST
    assert found[0][-1] == Asked(pairs.of[8])
