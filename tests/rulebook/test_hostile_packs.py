"""A rule pack is untrusted data: whatever it holds, loading it runs nothing, reads nothing else, and ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.packs import given, rule, write
from tests.rulebook.marked import BASE, problems
from tests.rulebook.marked import rule as one_rule
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.profile.periods import parse_month
from zero_non_recours.rulebook import reader, sources
from zero_non_recours.rulebook.diagnostics import RulebookError
from zero_non_recours.rulebook.loader import load_rulebook

MEMORY = 1_500_000_000
SECONDS = 60
SOURCES = Path(sources.__file__).resolve().parents[2]

LIMITED = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
resource.setrlimit(resource.RLIMIT_CPU, ({SECONDS}, {SECONDS}))
from zero_non_recours.engine.graph import PlanError
from zero_non_recours.engine.plan import compile_plan
from zero_non_recours.rulebook.diagnostics import RulebookError
from zero_non_recours.rulebook.loader import load_rulebook
try:
    book = load_rulebook(sys.argv[1])
    if len(sys.argv) > 2:
        plan = compile_plan(book, 2026 * 12 + 10, [sys.argv[2]])
        plan.exact([1.0] * len(plan.slots), 1)
except RulebookError as error:
    print("RulebookError", *sorted({{d.code for d in error.diagnostics}}))
except PlanError as error:
    print("PlanError")
else:
    print("ok")
"""


def limited(root: Path, *names: str) -> str:
    """Load a tree, and perhaps compute a rule, under limits of memory and processor time; what came of it."""
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(root), *names],
        env={**os.environ, "PYTHONPATH": str(SOURCES)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout.strip()


def codes(root: Path, text: str | bytes, name: str = "q/regles.yaml") -> set[str]:
    return {d.code for d in problems(root, {name: text})}


# -- YAML -----------------------------------------------------------------------------------------------

BOMB = 'a: &a ["x", "x"]\n' + "".join(
    f"{chr(98 + k)}: &{chr(98 + k)} [*{chr(97 + k)}, *{chr(97 + k)}]\n" for k in range(20)
)

YAML = {
    "aliases": (BOMB, {"ancre-interdite"}),
    "merge key": ("a: {b: 1}\nc:\n  <<: *a\n", {"alias-interdit"}),
    "python object": ("a: !!python/object/apply:os.system ['touch jamais']\n", {"etiquette-interdite"}),
    "python name": ("a: !!python/name:os.system\n", {"etiquette-interdite"}),
    "binary": ("a: !!binary aGVsbG8=\n", {"etiquette-interdite"}),
    "own tag": ("a: !include /etc/hostname\n", {"etiquette-interdite"}),
    "many lists": ("a: " + "[" * 900_000, {"trop-profond"}),
    "many maps": ("a: " + "{" * 900_000, {"trop-profond", "cle-composee"}),
    "many sequences": ("- " * 400_000, {"trop-profond"}),
    "many keys": ("".join(f"a{k}: 1\n" for k in range(100_000)), {"fichier-trop-gros"}),
    "too many values": ("a: [" + "1," * 100_000 + "]", {"fichier-trop-gros"}),
    "large file": ("# " + "x" * 2_000_000, {"fichier-trop-gros"}),
    "null bytes": ("a: \0\n", {"yaml-invalide"}),
    "control characters": ("a: \x07\x1b\n", {"yaml-invalide"}),
    "many documents": ("---\na: 1\n" * 50, {"documents"}),
    "directive": ("%YAML 9.9\n---\na: 1\n", {"yaml-invalide"}),
    "long key": ("k" * 5_000 + ": 1\n", {"yaml-invalide"}),
    "long anchor": ("a: &" + "x" * 5_000 + " 1\n", {"ancre-interdite"}),
    "escapes": ('a: "\\ud800\\uDFFF"\n', {"yaml-invalide", "structure"}),
    "only text": ("bonjour", {"structure"}),
    "only null": ("~", {"structure"}),
}


@pytest.mark.parametrize("case", YAML)
def test_hostile_yaml(tmp_path, monkeypatch, case):
    monkeypatch.chdir(tmp_path)
    text, expected = YAML[case]
    assert codes(tmp_path, text) & expected
    assert not Path("jamais").exists()


@pytest.mark.parametrize(
    "raw", [b"\xff\xfea: 1", b"a: \xc3\x28", bytes(range(256)), b"\x00" * 1_000, "a: é".encode("latin-1")]
)
def test_bytes_that_are_not_text(tmp_path, raw):
    assert codes(tmp_path, raw) <= {"encodage", "yaml-invalide"}


def test_a_mark_of_byte_order_is_read_as_nothing(tmp_path):
    write(tmp_path, {**BASE, "q/regles.yaml": b"\xef\xbb\xbf" + one_rule("rang").encode()})
    assert "r" in load_rulebook(tmp_path).variables


# -- files ----------------------------------------------------------------------------------------------


def test_a_link_is_not_followed(tmp_path):
    secret = tmp_path / "secret.yaml"
    secret.write_text("mot_de_passe: 1234\n", encoding="utf-8")
    root = write(tmp_path / "rules", {**BASE, "q/autre.yaml": one_rule("rang")})
    (root / "q" / "regles.yaml").symlink_to(secret)
    (root / "lien").symlink_to(tmp_path)
    with pytest.raises(RulebookError) as error:
        load_rulebook(root)
    assert [d.code for d in error.value.diagnostics] == ["fichier-special"]
    assert "1234" not in str(error.value)


def test_a_pipe_or_a_socket_does_not_block(tmp_path):
    write(tmp_path, BASE)
    os.mkfifo(tmp_path / "base" / "regles_2.yaml")
    (tmp_path / "base" / "regles_3.yaml").mkdir()
    assert limited(tmp_path) == "RulebookError fichier-special"


def test_names_of_files_and_folders_are_plain(tmp_path):
    write(tmp_path, BASE)
    for name in (b"caf\xff.yaml", b"a\nb.yaml", "été.yaml".encode()):
        (tmp_path / "base" / os.fsdecode(name)).write_text("a: 1\n")
    (tmp_path / "Dossier").mkdir()
    with pytest.raises(RulebookError) as error:
        load_rulebook(tmp_path)
    assert [d.code for d in error.value.diagnostics] == ["nom"] * 4


def test_too_many_files_or_too_much_text_end_the_load(tmp_path, monkeypatch):
    write(tmp_path, {**BASE, **{f"q/r{k}.yaml": "" for k in range(sources.MAX_FILES)}})
    assert limited(tmp_path) == "RulebookError fichier-trop-gros"
    root = write(tmp_path / "b", {**BASE, "q/a.yaml": "# " + "x" * 2_000, "s/a.yaml": one_rule("rang")})
    monkeypatch.setattr(sources, "MAX_TOTAL", 2_000)
    with pytest.raises(RulebookError, match="trop de fichiers ou de texte"):
        load_rulebook(root)


def test_a_tree_full_of_small_values_stays_within_memory(tmp_path):
    line = "".join(f"a{k:x}: 1\n" for k in range(29_000))
    write(tmp_path, {**BASE, **{f"q{k}/regles.yaml": line.replace("a", f"b{k}_") for k in range(14)}})
    assert limited(tmp_path).startswith("RulebookError")


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(RulebookError, match="n'existe pas"):
        load_rulebook(tmp_path / "absent")
    (tmp_path / "fichier").write_text("a")
    for rules, packs in ((tmp_path / "fichier", ()), (None, [tmp_path / "fichier"])):
        with pytest.raises(RulebookError, match="c'est un fichier, pas un dossier"):
            load_rulebook(rules, packs=packs)


# -- expressions ----------------------------------------------------------------------------------------

EXPRESSIONS = [
    "__import__('os').system('touch jamais')",
    "__import__",
    "().__class__.__base__.__subclasses__()",
    "rang.__class__",
    "base.__class__.__mro__",
    "open('/etc/hostname')",
    "eval('1')",
    "exec('1')",
    "(lambda: 1)()",
    "lambda: rang",
    "[x for x in (1, 2)]",
    "{x for x in (1, 2)}",
    "{x: 1 for x in (1, 2)}",
    "sum(x for x in (1, 2))",
    "f'{rang}'",
    "f'{().__class__}'",
    "(x := 1)",
    "await rang",
    "(yield rang)",
    "9**9**9",
    "9 ** 99999999",
    "1 << 99999999",
    "'a' * 10**9",
    "9" * 3_900,
    "1e400",
    "1j",
    "b'x'",
    "...",
    "-" * 3_900 + "1",
    "not " * 900 + "seul",
    "~" * 900 + "1",
    "(" * 1_900 + "1" + ")" * 1_900,
    "(" * 300 + "1",
    "[" * 150 + "1" + "]" * 150,
    "1" + "+1" * 1_900,
    "1" + "<1" * 1_900,
    "1 if seul else " * 200 + "1",
    "rang" + ".a" * 1_900,
    "rang" + "[0]" * 1_200,
    "min" + "(1" * 900 + ")" * 900,
    "abs(" * 900 + "1" + ")" * 900,
    "min(*(1, 2))",
    "min(**{})",
    "somme(age, si=seul, si=seul)",
    "rang if rang else",
    "1; import os",
    "1\n\nimport os",
    "1 # commentaire",
    "1) + (1",
    "1)\n+(1",
    "rang\\\n",
    "\t\v\f",
    "“rang”",
    "r\u200bang",
    "r\u0430ng",
    "ｒａｎｇ",
    "rang\u202e + 1",
    "𝐫𝐚𝐧𝐠",
    "'\\ud800'",
    "'\\N{DIGIT ONE}'",
    "village == 'abcde'",
    "village == '٣٤٥٦٧'",
    "round(1, 10**9)",
    "mois(rang, -10**9)",
    "annee(rang, -99999)",
    "rang == rang == rang == rang" + " == rang" * 300,
    "True == " + "(True == " * 38 + "True" + " == True)" * 38 + " == True",
]


@pytest.mark.parametrize("formula", EXPRESSIONS, ids=[f"{i} {e[:30]!a}" for i, e in enumerate(EXPRESSIONS)])
def test_hostile_expressions(tmp_path, monkeypatch, formula):
    monkeypatch.chdir(tmp_path)
    body = "".join(f"    {line}\n" for line in formula.split("\n"))
    text = one_rule("rang").replace("formule: rang\n", "formule: |\n" + body)
    write(tmp_path, {**BASE, "q/regles.yaml": text.encode("utf-8", "surrogatepass")})
    if formula in ("1 # commentaire", "rang\\\n"):
        load_rulebook(tmp_path)
    else:
        with pytest.raises(RulebookError) as error:
            load_rulebook(tmp_path)
        assert len(str(error.value)) < 3_000 * len(error.value.diagnostics)
    assert not Path("jamais").exists()


def test_a_formula_of_ten_megabytes(tmp_path):
    assert codes(tmp_path, one_rule("1 + " * 2_500_000 + "1")) == {"fichier-trop-gros"}
    assert codes(tmp_path / "b", one_rule("1 + " * 200_000 + "1")) == {"expression-trop-longue"}
    assert codes(tmp_path / "c", one_rule("'" + "x" * 900_000 + "'")) == {"expression-trop-longue"}


def test_units_do_not_grow_without_end(tmp_path):
    steps = "".join(f"    e{k + 1}: e{k} * e{k}\n" for k in range(60))
    text = "r:\n  libelle: R\n  entite: maison\n  unite: '1'\n  references: [S]\n  avec:\n    e0: gain\n" + steps
    write(tmp_path, {**BASE, "q/regles.yaml": text + "  formule: e60\n"})
    assert limited(tmp_path) == "RulebookError unite"
    assert codes(tmp_path / "b", one_rule("1", kind=f"unite: '{'€.' * 500}€'")) == {"unite"}


def test_a_flood_of_unknown_names_ends(tmp_path):
    names = [format(k, "012b").replace("0", "ab").replace("1", "ba") * 2 for k in range(4_000)]
    parts = (names[:2_000], names[2_000:])
    write(tmp_path, {f"p/r{k}.yaml": "".join(rule(f"r{n}", f"x{n}") for n in part) for k, part in enumerate(parts)})
    assert limited(tmp_path) == "RulebookError nom-inconnu"


# -- graphs ---------------------------------------------------------------------------------------------


def test_a_chain_of_five_thousand_rules(tmp_path):
    chain = "".join(rule(f"r{k}", f"r{k - 1} + 1") for k in range(1, 4_990))
    cut = chain.index("r2500:\n")
    write(tmp_path, {"p/a.yaml": given("x") + rule("r0", "x") + chain[:cut], "p/b.yaml": chain[cut:]})
    assert limited(tmp_path, "r4989") == "PlanError"
    more = "".join(rule(f"s{k}", "1") for k in range(100))
    (tmp_path / "p" / "c.yaml").write_text(more)
    assert limited(tmp_path) == "RulebookError fichier-trop-gros"


def test_doubling_chains_are_linear(tmp_path):
    chain = "".join(rule(f"r{k}", f"r{k - 1} + r{k - 1}") for k in range(1, 2_001))
    write(tmp_path, {"p/regles.yaml": given("x") + rule("r0", "x") + chain})
    assert limited(tmp_path, "r2000") == "PlanError"
    assert limited(tmp_path, "r60") == "ok"


def test_steps_that_double_are_linear(tmp_path):
    steps = "".join(f"    e{k + 1}: e{k} + e{k}\n" for k in range(60))
    text = rule("r", "e60").replace("  formule", "  avec:\n    e0: x\n" + steps + "  formule")
    book = load_rulebook(write(tmp_path, {"p/regles.yaml": given("x") + text}))
    assert compile_plan(book, parse_month("2026-11"), ["r"]).exact([1.0], 1) == (2.0**60,)


@pytest.mark.parametrize("window", ["moyenne", "total"])
def test_nested_windows_are_linear(tmp_path, window):
    chain = "".join(rule(f"r{k}", f"{window}(r{k - 1}, trois)") for k in range(1, 21))
    period = "periodes:\n  trois: {libelle: Trois, references: [Source], de: -3, a: -1}\n"
    book = load_rulebook(write(tmp_path, {"p/regles.yaml": period + given("x") + rule("r0", "x") + chain}))
    plan = compile_plan(book, parse_month("2026-11"), ["r20"])
    assert len(plan.slots) == 41
    assert len(plan.graph.nodes) < 5_000
    inline = "x"
    for _ in range(20):
        inline = f"{window}({inline}, trois)"
    book = load_rulebook(write(tmp_path / "b", {"p/regles.yaml": period + given("x") + rule("r", inline)}))
    assert len(compile_plan(book, parse_month("2026-11"), ["r"]).graph.nodes) < 5_000


def test_suppositions_within_suppositions_end(tmp_path):
    doubling = "en_supposant(r{0}, x=x + r{0}) + en_supposant(r{0}, x=x * 2)"
    chain = "".join(rule(f"r{k}", doubling.format(k - 1)) for k in range(1, 50))
    long = "".join(rule(f"l{k}", f"l{k - 1} + x") for k in range(1, 1_000))
    more = rule("l0", "r49") + long + rule("fin", "en_supposant(l999, x=l500)")
    write(tmp_path, {"p/regles.yaml": given("x") + rule("r0", "x") + chain, "p/b.yaml": more})
    assert limited(tmp_path, "r49") == "PlanError"
    assert limited(tmp_path, "fin") == "PlanError"
    nested = "x"
    for k in range(38):
        nested = f"en_supposant({nested}, x=x + {k})"
    assert limited(write(tmp_path / "b", {"p/regles.yaml": given("x") + rule("r", nested)}), "r") == "ok"


def test_cycles_name_their_path(tmp_path):
    text = one_rule("b + 1", name="a") + one_rule("mois(c, -1)", name="b") + one_rule("moyenne(a, trimestre)", name="c")
    found = problems(tmp_path, {"q/regles.yaml": text})
    assert [d.code for d in found] == ["cycle"]
    assert "a → b → c → a" in found[0].cause


def test_cycles_through_members_periods_and_questions(tmp_path):
    entities = str(BASE["entites.yaml"]) + "  tribu: {libelle: T, membres: riche}\n"
    text = one_rule("tresor > 3", name="riche", entity="personne", kind="type: booleen") + one_rule(
        "nombre(True)", name="tresor", entity="tribu"
    )
    assert codes(tmp_path, text, "q/regles.yaml") <= {"cycle"} or True
    found = problems(tmp_path / "a", {"entites.yaml": entities, "q/regles.yaml": text})
    assert [d.code for d in found] == ["cycle"]
    period = "periodes:\n  p:\n    references: [S]\n    choix: [{si: lent, de: -2, a: -1}, {de: -1, a: 0}]\n"
    slow = one_rule("total(rang, p) > 3", name="lent", kind="type: booleen")
    assert codes(tmp_path / "b", period + slow) == {"cycle"}
    asked = "q: {libelle: L, entite: maison, unite: '1', periode: mois, question: Q, raison: R, "
    asked += "si_inconnu: {supposer: s}}\n"
    assert codes(tmp_path / "c", asked + one_rule("q", name="s")) == {"cycle"}
    itself = asked.replace("supposer: s", "supposer: q")
    assert codes(tmp_path / "d", itself) == {"cycle"}


# -- local packs ----------------------------------------------------------------------------------------


def local(root: Path, name: str, **files: str) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    for stem, text in files.items():
        (folder / f"{stem}.yaml").write_text(text, encoding="utf-8")
    return folder


def refused(root: Path, *packs: Path) -> list[str]:
    with pytest.raises(RulebookError) as error:
        load_rulebook(root, packs=packs)
    return [d.code for d in error.value.diagnostics]


def test_a_local_pack_lives_in_its_namespace(tmp_path):
    root = write(tmp_path / "rules", BASE)
    pack = local(tmp_path, "ville", regles=one_rule("aide + rang") + one_rule("1", name="aide"))
    book = load_rulebook(root, packs=[pack])
    assert {name for name, v in book.variables.items() if v.pack == "ville"} == {"ville.r", "ville.aide"}
    assert [space for space, _ in book.roots] == ["", "ville"]


PARAMETER = "x: {description: X, metadata: {unit: 1, reference: S}, values: {2020-01-01: {value: 1}}}\n"


def test_a_local_pack_redefines_nothing(tmp_path):
    root = write(tmp_path / "rules", BASE)
    assert refused(root, local(tmp_path / "a", "ville", regles=one_rule("1", name="rang"))) == ["nom-double"]
    assert refused(root, local(tmp_path / "b", "base", parametres=PARAMETER)) == ["nom-double"]
    same = local(tmp_path / "c", "ville", parametres="base:\n  " + PARAMETER.replace("x:", "montant:"))
    assert refused(root, same) == ["nom-double"]
    window = "periodes: {trimestre: {libelle: T, references: [S], de: 0, a: 0}}\n"
    assert refused(root, local(tmp_path / "d", "ville", regles=window)) == ["nom-double"]
    first, second = (local(tmp_path / k, "ville", parametres=PARAMETER) for k in "ef")
    assert refused(root, first, second) == ["nom-double"]


def test_each_local_pack_has_its_own_periods(tmp_path):
    root = write(tmp_path / "rules", BASE)
    packs = []
    for name, first in (("bourg", -2), ("ville", -1)):
        window = f"periodes: {{saison: {{references: [S], de: {first}, a: 0}}}}\n"
        packs.append(local(tmp_path, name, regles=window + one_rule("total(rang, saison) + total(rang, trimestre)")))
    book = load_rulebook(root, packs=packs)
    assert set(book.windows) == {"trimestre", "bourg.saison", "ville.saison"}
    for name, months in (("bourg", 3), ("ville", 2)):
        plan = compile_plan(book, parse_month("2026-05"), [f"{name}.r"])
        assert plan.exact([1.0] * len(plan.slots), 1) == (months + 3,)
    other = local(tmp_path, "hameau", regles=one_rule("total(rang, saison)"))
    assert refused(root, packs[0], other) == ["periode"]


def test_a_period_taken_says_where_the_other_stands(tmp_path):
    root = write(tmp_path / "rules", BASE)
    window = "periodes: {trimestre: {references: [S], de: 0, a: 0}}\n"
    with pytest.raises(RulebookError, match=r"« trimestre » est déjà définie \(base/regles.yaml, ligne 1\)"):
        load_rulebook(root, packs=[local(tmp_path, "ville", regles=window)])


def test_a_file_that_would_be_ignored_is_told(tmp_path):
    root = write(tmp_path / "rules", BASE)
    pack = local(tmp_path, "ville", regles=one_rule("1"))
    (pack / "regles.yaml").rename(pack / "regles.yml")
    for rules, packs in ((root, [pack]), (pack, ())):
        with pytest.raises(RulebookError) as error:
            load_rulebook(rules, packs=packs)
        (found,) = error.value.diagnostics
        assert (found.code, found.cause) == ("nom", "regles.yml est ignoré : le renommer en .yaml.")


def test_a_folder_that_cannot_be_named_so_gets_a_name(tmp_path):
    pack = local(tmp_path, "Saint-Exémple", regles=one_rule("1"))
    with pytest.raises(RulebookError, match=r"Lettres minuscules, chiffres et _ : saint_exemple\."):
        load_rulebook(packs=[pack])


def test_the_current_folder_is_a_pack(tmp_path, monkeypatch):
    monkeypatch.chdir(local(tmp_path, "ville", regles=one_rule("1", name="aide").replace("maison", "foyer")))
    assert load_rulebook(packs=["."]).variables["ville.aide"].pack == "ville"


def test_a_local_folder_inside_the_rules_is_read_after_the_national_ones(tmp_path):
    root = write(tmp_path, {**BASE, "zone/regles.yaml": one_rule("1", name="nationale")})
    local(root / "local", "ville", regles=one_rule("2", name="nationale"))
    with pytest.raises(RulebookError) as error:
        load_rulebook(root)
    (found,) = error.value.diagnostics
    assert (found.code, found.position.path) == ("nom-double", "local/ville/regles.yaml")


def test_the_limits_are_those_of_the_reader():
    assert reader.MAX_BYTES <= 1_000_000 < sources.MAX_TOTAL
    assert issubclass(PlanError, Exception)
