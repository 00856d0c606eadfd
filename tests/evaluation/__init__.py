"""How good the ranking of outreach is, on made-up households whose truth is known, with the real rules."""
