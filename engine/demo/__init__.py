"""A believable shop to try Gatehouse with. The places and price levels are real, the rest is invented."""
