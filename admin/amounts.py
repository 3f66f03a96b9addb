"""Money and weight as people read them."""

from __future__ import annotations

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision

from admin.languages import chosen


def money(cents: int | None, currency: str = "CNY") -> str:
    """`¥5,200.00`, other currencies with their own sign; empty for none. `cents` are the currency's minor units."""
    if cents is None:
        return ""
    precision = get_currency_precision(currency)
    amount = Decimal(cents).scaleb(-precision)
    if currency == "CNY":  # one sign in both languages, and never a question which dollar or yen
        return f"{'-' if cents < 0 else ''}¥{abs(amount):,.{precision}f}"
    return format_currency(amount, currency, locale=chosen())


def weight(grams: int | None) -> str:
    """`850 g`, `2.35 kg`, `30.001 kg`; empty for none. Nothing is rounded off: a gram may be what a rule turns on."""
    if grams is None:
        return ""
    return f"{grams} g" if abs(grams) < 1000 else f"{Decimal(grams) / 1000:,.{3 if grams % 10 else 2}f} kg"
