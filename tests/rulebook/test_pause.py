"""The garbage collector rests while rules are read, and only then."""

from __future__ import annotations

import gc

import pytest

from zero_non_recours.rulebook.pause import collection_paused


def test_the_collector_runs_again_afterwards() -> None:
    assert gc.isenabled()
    with collection_paused():
        assert not gc.isenabled()
        with collection_paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_the_collector_runs_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), collection_paused():
        raise ValueError("x")
    assert gc.isenabled()


def test_who_stopped_the_collector_keeps_it_stopped() -> None:
    gc.disable()
    try:
        with collection_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
