"""How a wish is heard."""

from __future__ import annotations

import pytest

from engine.language.hearing import wished

JD = ("发京东", "用京东", "走京东", "京东快递", "京东物流")


@pytest.mark.parametrize("text", [
    "不发京东快递", "请不走京东物流", "不用京东快递", "别发京东快递", "不要发京东快递", "勿用京东物流",
])  # fmt: skip
def test_what_negates_one_of_two_words_that_overlap_negates_both(text):
    assert not wished(text, JD)


@pytest.mark.parametrize("text", [
    "发京东快递", "要不发京东快递吧", "不发京东不行, 发京东", "不要发京东, 算了还是走京东物流",
])  # fmt: skip
def test_a_wish_that_stands_once_without_a_negation_is_heard(text):
    assert wished(text, JD)


def test_a_wish_that_begins_with_the_negation_of_another_is_heard():
    assert wished("请不要放门口", ("放门口", "不要放门口"))
    assert not wished("请不要放门口", ("放门口",))
