"""The group of a right, and the order of the rights of a household: what presses, what is worth the most, ties."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from zero_non_recours.outreach.order import Standing, ranked, status_of
from zero_non_recours.outreach.parameters import default_outreach_parameters
from zero_non_recours.outreach.result import MissingStatus

FIGURES = default_outreach_parameters()
NEXT = date(2026, 12, 1)
RIGHT = Standing(
    code="rsa",
    possible=True,
    missing=0.6,
    not_receiving=0.6,
    eligible=1.0,
    declared=None,
    refused=False,
    open=True,
    urgent=False,
    deadline=None,
    value=1000.0,
    minutes=40.0,
)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, "probably_missing"),
        ({"missing": 0.5}, "probably_missing"),
        ({"missing": 0.499}, "possibly_missing"),
        ({"missing": 0.05}, "possibly_missing"),
        ({"missing": 0.049}, "to_check"),
        ({"possible": False, "missing": 0.0}, "not_simulated_due"),
        ({"refused": True}, "declined"),
        ({"refused": True, "possible": False}, "declined"),
        ({"open": False}, "not_open"),
        ({"declared": True, "missing": 0.01, "not_receiving": 0.01}, "already_received"),
        ({"declared": True, "missing": 0.04, "not_receiving": 0.04}, "already_received"),
        ({"declared": True, "missing": 0.3, "not_receiving": 0.3}, "possibly_missing"),
        ({"declared": True, "open": False, "missing": 0.0, "not_receiving": 0.0}, "already_received"),
        ({"declared": None, "missing": 0.0, "not_receiving": 0.01}, "to_check"),
        ({"deadline": "2026-11-30"}, "act_first"),
        ({"deadline": "2026-11-30", "missing": 0.06}, "act_first"),
        ({"deadline": "2026-11-30", "missing": 0.04}, "to_check"),
        ({"deadline": "2026-11-30", "open": False}, "not_open"),
        ({"deadline": "2026-12-01"}, "probably_missing"),
        ({"deadline": "2026-12-31", "urgent": True}, "act_first"),
    ],
)
def test_the_group_of_a_right(changes, status):
    assert status_of(replace(RIGHT, **changes), NEXT, FIGURES) == status


def order(*rights: dict[str, Any], tied: Collection[frozenset[str]] = ()) -> list[tuple[str, int, int | None]]:
    """The order of rights with these changes; their status is in `status`, those in a pair of `tied` are."""
    statuses: list[MissingStatus] = [right.pop("status", "probably_missing") for right in rights]
    standings = [replace(RIGHT, **right) for right in rights]
    found = ranked(standings, statuses, lambda a, b: frozenset((standings[a].code, standings[b].code)) in tied)
    return [(standings[place].code, rank, tie) for place, rank, tie in found]


def test_groups_come_first_then_values_and_the_others_are_left_out():
    found = order(
        {"code": "a", "value": 9000.0, "status": "to_check"},
        {"code": "b", "value": 10.0, "status": "act_first"},
        {"code": "c", "value": 300.0},
        {"code": "d", "value": 500.0},
        {"code": "e", "value": 9000.0, "status": "possibly_missing"},
        {"code": "f", "value": 9000.0, "status": "already_received"},
        {"code": "g", "value": 9000.0, "status": "declined"},
    )
    assert found == [("b", 1, None), ("d", 2, None), ("c", 3, None), ("e", 4, None), ("a", 5, None)]


def test_tied_rights_share_their_rank_and_the_next_one_counts_them():
    rights = [
        {"code": code, "value": value} for code, value in zip("abcde", (50.0, 45.0, 40.0, 10.0, 9.0), strict=True)
    ]
    pairs = {frozenset("ab"), frozenset("de")}
    assert order(*map(dict, rights), tied=pairs) == [
        ("a", 1, 1),
        ("b", 1, 1),
        ("c", 3, None),
        ("d", 4, 2),
        ("e", 4, 2),
    ]


def test_a_tie_is_with_the_first_of_a_group_not_from_one_to_the_next():
    rights = [{"code": code, "value": value} for code, value in zip("abc", (50.0, 45.0, 40.0), strict=True)]
    assert order(*map(dict, rights), tied={frozenset("ab"), frozenset("bc")}) == [
        ("a", 1, 1),
        ("b", 1, 1),
        ("c", 3, None),
    ]


def test_rights_of_two_groups_are_never_tied():
    found = order({"code": "a"}, {"code": "b", "status": "possibly_missing"}, tied={frozenset("ab")})
    assert found == [("a", 1, None), ("b", 2, None)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"deadline": "2026-12-31"}, {}),
        ({"deadline": "2026-12-30"}, {"deadline": "2026-12-31"}),
        ({"minutes": 3.0}, {"minutes": 40.0}),
        ({"eligible": 0.9}, {"eligible": 0.8}),
        ({"deadline": "2026-12-31", "minutes": 40.0}, {"minutes": 3.0}),
    ],
)
def test_among_equals_the_deadline_then_the_time_then_the_likeliest(first, second):
    pairs = {frozenset(("y", "z"))}
    for value in (1.0, 2000.0):  # whichever is worth more
        rights = [{"code": "z", **first, "value": value}, {"code": "y", **second, "value": 1000.0}]
        for given in (rights, rights[::-1]):
            assert [code for code, *_ in order(*map(dict, given), tied=pairs)] == ["z", "y"]


def test_the_order_does_not_depend_on_how_rights_are_given():
    rights = [{"code": code, "value": 10.0} for code in "cab"]
    assert (
        order(*map(dict, rights))
        == order(*map(dict, reversed(rights)))
        == [("a", 1, None), ("b", 2, None), ("c", 3, None)]
    )
