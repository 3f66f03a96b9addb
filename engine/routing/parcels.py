"""How units go into parcels when a carrier has a weight limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PARCELS_MOST = 200  # more is freight by truck, which a parcel service does not take


@dataclass(frozen=True, slots=True)
class Units:
    """A number of equal units."""

    count: int
    weight_g: int  # of one
    volume_cm3: int = 0  # of one; 0: unknown


@dataclass(frozen=True, slots=True)
class Load:
    """What one parcel holds."""

    weight_g: int
    volume_cm3: int = 0


def pack(units: Sequence[Units], max_weight_g: int | None) -> tuple[Load, ...] | None:
    """One parcel where the limit allows, else several; None when that cannot be.

    It cannot when a single unit is over the limit, or when it would take more than PARCELS_MOST. Heaviest units first,
    each into the first parcel with room (first-fit decreasing: never more than 11/9 of the fewest parcels, plus one).
    """
    weight_g = sum(each.count * each.weight_g for each in units)
    everything = Load(weight_g, sum(each.count * each.volume_cm3 for each in units))
    if max_weight_g is None or everything.weight_g <= max_weight_g:
        return (everything,)
    if any(each.count and each.weight_g > max_weight_g for each in units):
        return None
    if everything.weight_g > max_weight_g * PARCELS_MOST:
        return None
    loads: list[Load] = []
    for each in sorted(units, key=lambda one: (-one.weight_g, -one.volume_cm3)):
        _put(loads, each, max_weight_g)
        if len(loads) > PARCELS_MOST:
            return None
    return tuple(loads)


def _put(loads: list[Load], units: Units, max_weight_g: int) -> None:
    left = units.count
    for index, load in enumerate(loads):
        fits = _fitting(units, max_weight_g - load.weight_g, left)
        loads[index] = _with(load, units, fits)
        left -= fits
    while left and len(loads) <= PARCELS_MOST:
        fits = _fitting(units, max_weight_g, left)
        loads.append(_with(Load(0), units, fits))
        left -= fits


def _fitting(units: Units, room_g: int, most: int) -> int:
    return most if units.weight_g == 0 else min(most, room_g // units.weight_g)


def _with(load: Load, units: Units, count: int) -> Load:
    return Load(load.weight_g + count * units.weight_g, load.volume_cm3 + count * units.volume_cm3)
