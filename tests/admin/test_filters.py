from __future__ import annotations

import datetime as dt

import pytest

from admin.filters import filters_of

TODAY = dt.date(2026, 11, 11)


def asked(app, query, reading="q"):
    with app.app_context():
        return filters_of(query).for_service(reading, TODAY)


def midnight(month, day):
    return dt.datetime(2026, month, day, tzinfo=dt.timezone(dt.timedelta(hours=8)))


@pytest.mark.parametrize(
    ("period", "first", "end"),
    [
        ("today", (11, 11), (11, 12)),
        ("yesterday", (11, 10), (11, 11)),
        ("7d", (11, 5), (11, 12)),
        ("30d", (10, 13), (11, 12)),
    ],
)
def test_periods_are_whole_business_days(app, period, first, end):
    found = asked(app, {"period": period})
    assert found == {"placed_from": midnight(*first), "placed_to": midnight(*end)}


def test_days_of_ones_own_include_both_ends(app):
    found = asked(app, {"period": "days", "from": "2026-11-01", "to": "2026-11-02"})
    assert found == {"placed_from": midnight(11, 1), "placed_to": midnight(11, 3)}


def test_days_count_only_when_asked_for(app):
    assert asked(app, {"from": "2026-11-01", "to": "2026-11-02"}) == {}


@pytest.mark.parametrize("day", ["", "soon", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_no_filter(app, day):
    assert asked(app, {"period": "days", "from": day, "to": day}) == {}


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("", ["q"]),
        ("张伟", ["q"]),
        ("2222", ["q", "phone_last4", "sku"]),
        ("SF000000000012", ["q", "waybill_no", "sku"]),
        ("139 1111 2222", ["q"]),
    ],
)
def test_a_text_is_tried_as_what_it_may_be(text, readings):
    assert filters_of({"q": text}).readings() == readings


def test_later_pages_keep_the_first_ones_reading():
    assert filters_of({"q": "2222", "by": "phone_last4"}).readings() == ["phone_last4"]
    assert filters_of({"q": "2222", "by": "password_hash"}).readings() == ["q", "phone_last4", "sku"]


def test_the_query_holds_what_is_set_and_nothing_else():
    query = {
        "status": "held",
        "verdict": "",
        "q": " x ",
        "period": "today",
        "from": "2026-11-01",
        "cursor": "c",
        "evil": "1",
    }
    assert filters_of(query).query == {"status": "held", "q": "x", "period": "today"}


def test_one_choice_can_be_exchanged_or_taken_off():
    filters = filters_of({"status": "held", "channel": "jd"})
    assert filters.having(status="approved") == {"status": "approved", "channel": "jd"}
    assert filters.having(status="") == {"channel": "jd"}
