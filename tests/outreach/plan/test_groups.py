"""The file of groups: what it may look like, and what is said of one that cannot be used."""

from __future__ import annotations

import pytest

from zero_non_recours.outreach.plan import PlanningError
from zero_non_recours.outreach.plan.groups import read_groups

EXPECTED = {"h1": {"sexe": "F", "âge": "25-34"}, "h2": {"sexe": "", "âge": "65 et plus"}}


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_groups_are_read(tmp_path, separator, encoding):
    path = tmp_path / "groupes.csv"
    rows = [["menage_id", "sexe", "âge"], ["h1", "F", "25-34"], ["h2", "", "65 et plus"], []]
    path.write_text("\r\n".join(separator.join(row) for row in rows), encoding=encoding)
    assert read_groups(path) == EXPECTED


@pytest.mark.parametrize(
    "text",
    [
        "",
        "menage_id\nh1\n",
        "menage;sexe\nh1;F\n",
        "menage_id;sexe;sexe\nh1;F;F\n",
        "menage_id;sexe\nSECRET;F\nSECRET;H\n",
        "menage_id;sexe\n;SECRET\n",
        "menage_id;sexe\nh1;F;SECRET\n",
    ],
)
def test_a_file_that_cannot_be_used_is_told_without_its_values(tmp_path, text):
    path = tmp_path / "groupes.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanningError, match=r"groupes\.csv") as caught:
        read_groups(path)
    assert caught.value.code == "groupes" and "menage_id" in caught.value.remedy
    assert "SECRET" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(PlanningError, match="ne s'ouvre pas"):
        read_groups(tmp_path / "absent.csv")
