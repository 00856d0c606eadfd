"""Local rates of non-take-up: what was counted moves them, and who was counted is said."""

from __future__ import annotations

import shutil

import pytest
import yaml

from zero_non_recours.outreach.followup import base_rates_yaml, local_base_rate, local_base_rates, read_outcomes
from zero_non_recours.outreach.parameters import FOLDER, default_outreach_parameters, load_outreach_parameters
from zero_non_recours.rulebook.diagnostics import Report
from zero_non_recours.rulebook.loader import shipped_rules
from zero_non_recours.rulebook.reader import plain_data, read_yaml


def found(drawn: str = "oui", right: str = "rsa", **counts: int):
    """Outcomes of so many households by issue."""
    rows = [
        {"menage_id": f"{issue}{n}", "droit": right, "date": "2026-05-04", "issue": issue, "hasard": drawn}
        for issue, count in counts.items()
        for n in range(count)
    ]
    return read_outcomes(rows)


def test_cases_drawn_at_random_are_added_to_the_published_rate():
    rate = local_base_rate(found(accorde=20, deja_recu=20, refuse=9, informe=5), "rsa", prior=(0.34, 60))
    assert (rate.basis, rate.n, rate.weight) == ("random", 40, 100)
    assert rate.mean == pytest.approx((0.34 * 60 + 20) / 100, abs=5e-4)
    assert rate.mean_if_unsettled == pytest.approx((0.34 * 60 + 25) / 105, abs=5e-4)
    assert rate.interval_95[0] < rate.interval_80[0] < rate.mean < rate.interval_80[1] < rate.interval_95[1]
    assert "tirés au hasard parmi" in rate.sentence


def test_the_prior_of_a_right_is_that_of_the_parameters():
    published = default_outreach_parameters().base_rates.of("ppa")
    rate = local_base_rate(found(right="ppa", accorde=20, deja_recu=20), "ppa")
    assert rate.mean == pytest.approx((published.mean * published.weight + 20) / (published.weight + 40), abs=5e-4)


def test_refused_cases_are_not_due_unless_the_file_was_not_complete():
    rows = [{"menage_id": f"{n}", "droit": "rsa", "date": "2026-05-04", "issue": "refuse", "hasard": "oui",
             "motif": "pieces_manquantes"} for n in range(10)]  # fmt: skip
    rows += [{"menage_id": f"a{n}", "droit": "rsa", "date": "2026-05-04", "issue": "accorde", "hasard": "oui"}
             for n in range(30)]  # fmt: skip
    rate = local_base_rate(read_outcomes(rows), "rsa", prior=(0.5, 10))
    assert rate.n == 30 and rate.mean_if_unsettled > rate.mean


def test_cases_that_were_chosen_never_weigh_more_than_the_published_rate():
    rate = local_base_rate(found("non", accorde=300, deja_recu=100), "rsa", prior=(0.34, 60))
    assert (rate.basis, rate.weight) == ("selected", 120)
    assert rate.mean == pytest.approx((0.34 + 0.75) / 2, abs=5e-4)
    assert "prudence" in rate.sentence and "trop haut" in rate.sentence
    few = local_base_rate(found("non", accorde=10, deja_recu=10), "rsa", prior=(0.34, 60))
    assert few.weight == 80


def test_chosen_cases_are_left_out_once_enough_are_drawn():
    rows = []
    for drawn, missing, received in (("oui", 10, 20), ("non", 500, 0)):
        for issue, count in (("accorde", missing), ("deja_recu", received)):
            rows += [{"menage_id": f"{drawn}{issue}{n}", "droit": "rsa", "date": "2026-05-04", "issue": issue,
                      "hasard": drawn} for n in range(count)]  # fmt: skip
    rate = local_base_rate(read_outcomes(rows), "rsa", prior=(0.34, 60))
    assert rate.basis == "random" and rate.n == 30
    assert rate.mean == pytest.approx((0.34 * 60 + 10) / 90, abs=5e-4)


def test_too_few_households_change_nothing_and_are_not_told():
    rate = local_base_rate(found(accorde=5, deja_recu=5), "rsa", prior=(0.34, 60))
    assert (rate.basis, rate.mean, rate.weight, rate.n) == ("too_few", 0.34, 60, None)
    assert "10" not in rate.sentence and base_rates_yaml([rate]) == ""


def test_more_cases_narrow_the_interval():
    widths = []
    for times in (1, 4, 16):
        low, high = local_base_rate(found(accorde=15 * times, deja_recu=15 * times), "rsa", (0.5, 4)).interval_80
        widths.append(high - low)
    assert widths == sorted(widths, reverse=True)


def test_impossible_priors_are_refused():
    for prior in ((1.2, 10), (0.3, 0), (0.3, float("inf"))):
        with pytest.raises(ValueError, match="taux de départ"):
            local_base_rate(found(accorde=1), "rsa", prior=prior)


def test_the_fragment_replaces_rates_of_the_parameters(tmp_path):
    """Put where it says, the file loads, and gives the rate."""
    outcomes = read_outcomes([
        {"menage_id": f"{right}{n}", "droit": right, "date": "2026-05-04", "hasard": drawn,
         "issue": "accorde" if n % 2 else "deja_recu"}
        for right, drawn in (("rsa", "oui"), ("ppa", "non"), ("cheque_energie", "non"))
        for n in range(6 if right == "cheque_energie" else 40)
    ])  # fmt: skip
    rates = {rate.right: rate for rate in local_base_rates(outcomes)}
    text = base_rates_yaml(list(rates.values()))
    node = read_yaml(text, "fragment", Report())
    assert node is not None
    fragment = plain_data(node)["taux_de_base"]
    assert set(fragment) == {"rsa", "ppa"}
    assert (fragment["rsa"]["taux"]["surete"], fragment["ppa"]["taux"]["surete"]) == ("derive", "hypothese")
    assert fragment["rsa"]["taux"]["source"].startswith("suivi local, ")
    folder = tmp_path / "mine"
    shutil.copytree(shipped_rules() / FOLDER, folder)
    path = folder / "taux_de_base.yaml"
    whole = yaml.safe_load(path.read_text(encoding="utf-8"))
    for right, entry in fragment.items():
        whole["taux_de_base"][right]["taux"] = entry["taux"]
    path.write_text(yaml.safe_dump(whole, allow_unicode=True), encoding="utf-8")
    loaded = load_outreach_parameters(folder).base_rates
    for right in fragment:
        assert (loaded.of(right).mean, loaded.of(right).weight) == (rates[right].mean, rates[right].weight)
        assert loaded.of(right).rate.interval == rates[right].interval_80
