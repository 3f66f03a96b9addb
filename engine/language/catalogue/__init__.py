"""The catalogue: every fact that a rule may mention, one file a subject."""

from engine.language.catalogue import (
    buyers,
    candidates,
    coupons,
    lines,
    orders,
    outcomes,
    payments,
    receivers,
    remarks,
    shipments,
)
from engine.language.facts import Catalogue

CATALOGUE = Catalogue(
    (
        *orders.FACTS,
        *buyers.FACTS,
        *receivers.FACTS,
        *remarks.FACTS,
        *payments.FACTS,
        *lines.FACTS,
        *coupons.FACTS,
        *candidates.FACTS,
        *shipments.FACTS,
        *outcomes.FACTS,
    )
)
