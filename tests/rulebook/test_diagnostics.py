"""Every kind of error of a rule pack: its code, its line and column, what the caret points at, and nothing more."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.engine.packs import write
from tests.rulebook.marked import BASE, pointed, problems, rule, unmark
from zero_non_recours import rulebook as package
from zero_non_recours.rulebook import reader
from zero_non_recours.rulebook.diagnostics import Position, Report, RulebookError, nearest
from zero_non_recours.rulebook.loader import load_rulebook

LONG = "1 + " * 1_200 + "1"
DEEP = "(" * 41 + "-" * 45 + "gain" + ")" * 41

EXPRESSIONS: list[tuple[str, str]] = [
    ("agregation", "⟦age⟧ / age"),
    ("agregation", "somme(⟦somme(age)⟧)"),
    ("agregation", "en_supposant(rang, rang=⟦age⟧ / age)"),
    ("argument", "⟦min(1)⟧"),
    ("argument", "round(1, ⟦7⟧)"),
    ("argument", "round(1, ⟦gain⟧)"),
    ("argument", "round(1, ⟦-True⟧)"),
    ("argument", "somme(age / age, ⟦sauf=seul⟧)"),
    ("argument", "min(1, 2, ⟦**gain⟧)"),
    ("argument", "annee(⟦seul⟧, -1)"),
    ("argument", "si_connu(⟦1⟧, 2)"),
    ("argument", "mois(rang, ⟦-61⟧)"),
    ("argument", "⟦en_supposant(rang)⟧"),
    ("argument", "⟦en_supposant(rang=1)⟧"),
    ("argument", "en_supposant(rang, ⟦1⟧)"),
    ("argument", "en_supposant(rang, ⟦1⟧, rang=2)"),
    ("argument", "en_supposant(rang, ⟦**gain⟧)"),
    ("argument", "en_supposant(rang, rang=1, ⟦rang=2⟧)"),
    ("argument", "en_supposant(rang, ⟦fin_mois⟧=jour)"),
    ("argument", "en_supposant(rang, ⟦mois_par_an⟧=1)"),
    ("argument", "en_supposant(gain / gain, ⟦rang=1⟧)"),
    ("argument", "en_supposant(en_supposant(rang, rang=1), ⟦seul=True⟧)"),
    ("argument", "en_supposant(rang, rang=en_supposant(rang, ⟦jour=jour⟧))"),
    ("argument", "en_supposant(annee(gain, -1) / base.annuel + gain / base.montant, ⟦gain=0⟧)"),
    ("construction-interdite", "⟦lambda: 1⟧"),
    ("construction-interdite", "⟦[x for x in y]⟧"),
    ("construction-interdite", "⟦rang ** 2⟧"),
    ("construction-interdite", "⟦rang // 2⟧"),
    ("construction-interdite", "⟦().__class__⟧"),
    ("construction-interdite", "⟦f'{rang}'⟧"),
    ("construction-interdite", "⟦+rang⟧"),
    ("construction-interdite", "⟦None⟧"),
    ("construction-interdite", "⟦rang is None⟧"),
    ("construction-interdite", "min(1, (⟦x := 2⟧))"),
    ("construction-interdite", "1 if abri in ⟦abri⟧ else 2"),
    ("construction-interdite", "⟦min(*rang)⟧"),
    ("division", "⟦rang / 0⟧"),
    ("expression-trop-longue", f"⟦{LONG}⟧"),
    ("fonction", "⟦__import__⟧('os')"),
    ("fonction", "⟦somne⟧(age)"),
    ("fonction", "⟦rang.real()⟧"),
    ("nom-inconnu", "⟦rnag⟧ + 1"),
    ("nom-inconnu", "rang + ⟦base.montnt⟧"),
    ("nom-inconnu", "⟦r\u0430ng⟧ + 1"),
    ("nom-inconnu", "⟦ｒang⟧ + 1"),
    ("nom-inconnu", "⟦âge⟧"),
    ("nom-inconnu", "en_supposant(rang, ⟦rnag⟧=1)"),
    ("nom-inconnu", "en_supposant(⟦rnag⟧, rang=1)"),
    ("nom-inconnu", "en_supposant(rang, ⟦ｒang=1⟧)"),
    ("nom-inconnu", "en_supposant(rang, ⟦r__manque⟧=1)"),
    ("nombre", "rang + ⟦1e300⟧"),
    ("nombre", "rang + ⟦9999999999999999⟧"),
    ("parametre", "⟦base.echelle⟧"),
    ("parametre", "bareme(⟦base.montant⟧, gain)"),
    ("parametre", "bareme(⟦base.paliers⟧, gain)"),
    ("periode", "moyenne(rang, ⟦trimestres⟧)"),
    ("periode", "total(rang, ⟦3⟧)"),
    ("syntaxe", "rang + ⟦*⟧ 2"),
    ("syntaxe", "⟦1⟧) + (2"),
    ("syntaxe", "en_supposant(rang, ⟦base.montant⟧=1)"),
    ("syntaxe", "en_supposant(rang, rang=1) if abri ⟦=⟧ 'tour' else 2"),
    ("syntaxe", "1 if abri ⟦=⟧ 'a=et' else 2"),
    ("syntaxe", "1 if 'et' == abri ⟦et⟧ seul else 2"),
    ("fonction", "1 if ⟦non⟧(seul) else 2"),
    ("table", "⟦base.montant[rang]⟧"),
    ("table", "base.par_rang[⟦gain⟧]"),
    ("table", "base.par_abri[⟦abri⟧]"),
    ("table", "base.par_rang[⟦seul⟧]"),
    ("texte", "rang + ⟦'grotte'⟧"),
    ("texte", "1 if village == ⟦'1'⟧ else 2"),
    ("texte", "1 if abri in (⟦rang⟧, 'tour') else 2"),
    ("texte", "1 if commence_par(village, ⟦'a'⟧) else 2"),
    ("type", "⟦seul⟧ + 1"),
    ("type", "1 if ⟦rang⟧ else 2"),
    ("type", "1 if ⟦seul == rang⟧ else 2"),
    ("type", "1 if ⟦abri < 'tour'⟧ else 2"),
    ("type", "1 if rang == ⟦'un'⟧ else 2"),
    ("type", "⟦1 if seul else jour⟧"),
    ("type", "annees_entre(jour, ⟦rang⟧)"),
    ("type", "max(jour, ⟦rang⟧)"),
    ("type", "1 if commence_par(⟦rang⟧, '7') else 2"),
    ("type", "si_connu(rang, ⟦seul⟧)"),
    ("type", "en_supposant(rang, rang=⟦seul⟧)"),
    ("type", "en_supposant(1 if abri == 'tour' else 2, abri=⟦rang⟧)"),
    ("type", "en_supposant(rang, rang=⟦'un'⟧)"),
    ("type", "⟦seul⟧"),
    ("unite", "⟦rang + gain⟧"),
    ("unite", "(⟦base.montant + base.annuel⟧) / gain"),
    ("unite", "⟦gain⟧"),
    ("unite", "bareme(base.echelle, ⟦rang⟧)"),
    ("unite", "en_supposant(rang, rang=⟦gain⟧)"),
    ("unite", "en_supposant(gain / gain, gain=⟦10⟧)"),
    ("unite", "⟦" + " * ".join(["gain"] * 10) + "⟧"),
    ("valeur-inconnue", "1 if abri == ⟦'grote'⟧ else 2"),
    ("valeur-inconnue", "en_supposant(1 if abri == 'tour' else 2, abri=⟦'grote'⟧)"),
]

RULE = "r:\n  libelle: R\n  entite: maison\n  unite: '1'\n  references: [S]\n"
INPUT = "r:\n  libelle: R\n  entite: maison\n  unite: '1'\n  periode: mois\n  question: Q\n"
CASE = "{code: a_demander, si: seul, phrase: Demander.}"
RIGHT = "don:\n  libelle: D\n  entite: maison\n  montant: rang\n  unite_montant: '1'\n  conditions: rang\n"
CASES = RIGHT + f"  demarche:\n    cas:\n      - {CASE}\n"
FLAG = "f: {libelle: F, entite: maison, type: booleen, periode: mois, question: Q, si_inconnu: encadrer, "
CHOICE = "r:\n  libelle: R\n  entite: maison\n  type: enumeration\n  references: [S]\n  valeurs: {a: A, b: B}\n"
VALUE = "x:\n  description: X\n  metadata: {unit: 1, reference: S}\n"

FILES: list[tuple[str, str, str]] = [
    ("a-priori", "q/a_priori.yaml", "seul: {lois: [{oui: ⟦2⟧, source: S, surete: faible}]}\n"),
    ("agregation", "q/droit.yaml", RIGHT.replace("montant: rang", "montant: ⟦age⟧")),
    ("alias-interdit", "q/regles.yaml", "r: ⟦*x⟧\n"),
    ("ancre-interdite", "q/regles.yaml", "r: ⟦&x un⟧\n"),
    ("bareme", "q/parametres.yaml", VALUE.replace("unit: 1", "threshold_unit: 1, rate_unit: 1") + "  brackets: ⟦[⟧]\n"),
    (
        "bareme",
        "q/parametres.yaml",
        VALUE.replace("unit: 1", "threshold_unit: 1, rate_unit: 1")
        + "  brackets: [⟦{⟧rate: {2020-01-01: {value: 1}}}]\n",
    ),
    (
        "bareme",
        "q/parametres.yaml",
        VALUE.replace("unit: 1", "threshold_unit: 1, rate_unit: 1")
        + "  brackets:\n"
        + "    - {threshold: {2020-01-01: {value: 0}}, rate: {2020-01-01: {value: 1}}}\n"
        + "    - ⟦{⟧threshold: {2020-01-01: {value: 1}}, amount: {2020-01-01: {value: 1}}}\n",
    ),
    ("cle-composee", "q/regles.yaml", "⟦{⟧a: 1}: 2\n"),
    ("cle-double", "q/regles.yaml", RULE + "  formule: 1\n  ⟦libelle⟧: Encore\n"),
    ("cle-inconnue", "q/regles.yaml", RULE + "  ⟦formul⟧: 1\n"),
    ("cle-inconnue", "q/regles.yaml", RULE + "  formule: 1\n  ⟦nottes⟧: N\n"),
    ("cle-inconnue", "q/droit.yaml", RIGHT + "  ⟦recus⟧: rang\n"),
    (
        "cle-inconnue",
        "q/parametres.yaml",
        VALUE.replace("unit: 1", "unit: 1, ⟦unite⟧: 1") + "  values: {2020-01-01: {value: 1}}\n",
    ),
    ("cle-inconnue", "q/parametres.yaml", VALUE + "  values: {2020-01-01: {value: 1}}\n  ⟦valeur⟧: 1\n"),
    ("cle-inconnue", "entites.yaml", str(BASE["entites.yaml"]) + "⟦entite⟧: {}\n"),
    ("cycle", "q/regles.yaml", rule("s").replace("r:", "⟦r⟧:", 1) + rule("mois(r, -1)", name="s")),
    ("date", "q/regles.yaml", RULE + "  versions: [{depuis: ⟦2024⟧, formule: 1}]\n"),
    ("date", "q/regles.yaml", RULE + "  versions: [⟦{⟧depuis: 2024-02, jusqu_a: 2024-01, formule: 1}]\n"),
    ("date", "q/parametres.yaml", VALUE + "  values: {⟦2020-02-30⟧: {value: 1}}\n"),
    ("documents", "q/regles.yaml", rule("1") + "⟦---⟧\nb: 2\n"),
    ("etiquette-interdite", "q/regles.yaml", "r: ⟦!!python/object/apply:os.system [⟧'true']\n"),
    ("manque", "q/regles.yaml", "⟦r⟧:\n  entite: maison\n  unite: '1'\n  references: [S]\n  formule: 1\n"),
    ("manque", "q/regles.yaml", "⟦r⟧: {libelle: R, entite: maison, unite: '1'}\n"),
    ("manque", "q/regles.yaml", "⟦r⟧: {libelle: R, entite: maison, references: [S], formule: 1}\n"),
    ("manque", "q/regles.yaml", INPUT.replace("r:", "⟦r⟧:")),
    ("manque", "q/regles.yaml", INPUT.replace("r:", "⟦r⟧:") + "  si_inconnu: {supposer: 0}\n"),
    ("manque", "q/regles.yaml", INPUT.replace("r:", "⟦r⟧:") + "  si_inconnu: bloquer\n  demande_si: seul\n"),
    ("manque", "q/regles.yaml", INPUT + "  si_inconnu: bloquer\n  ⟦sinon⟧: 0\n"),
    (
        "manque",
        "q/parametres.yaml",
        VALUE.replace("x:", "⟦x⟧:").replace("X", "''") + "  values: {2020-01-01: {value: 1}}\n",
    ),
    ("nom", "q/regles.yaml", rule("1").replace("r:", "⟦Âge⟧:", 1)),
    ("nom", "q/regles.yaml", rule("1").replace("r:", "⟦somme⟧:", 1)),
    ("nom", "q/regles.yaml", INPUT + "  si_inconnu: bloquer\n  profil: ⟦a.__class__⟧\n"),
    ("nom", "q/regles.yaml", INPUT + "  si_inconnu: bloquer\n  profil: ⟦personnes[].x⟧\n"),
    ("nom", "q/regles.yaml", rule("1").replace("r:", "⟦a__b⟧:", 1)),
    ("nom", "q/regles.yaml", RULE + "  avec:\n    ⟦rang⟧: 1\n  formule: 1\n"),
    ("nom", "q/parametres.yaml", VALUE.replace("x:", "⟦X-1⟧:") + "  values: {2020-01-01: {value: 1}}\n"),
    ("nom-double", "q/regles.yaml", rule("1").replace("r:", "⟦rang⟧:", 1)),
    (
        "nom-double",
        "base/parametres_2.yaml",
        VALUE.replace("x:", "⟦montant⟧:") + "  values: {2020-01-01: {value: 1}}\n",
    ),
    ("nom-double", "q/droit_2.yaml", RIGHT.replace("don:", "⟦don⟧:")),
    ("nom-inconnu", "q/regles.yaml", rule("1").replace("entite: maison", "entite: ⟦masion⟧")),
    ("nom-inconnu", "q/droit.yaml", RIGHT.replace("montant: rang", "montant: ⟦rnag⟧", 1)),
    ("nom-inconnu", "q/droit.yaml", RIGHT.replace("entite: maison", "entite: ⟦masion⟧")),
    ("periode", "q/regles.yaml", "periodes:\n  p:\n    ⟦r⟧eferences: [S]\n    choix: [{de: -1, a: 0, si: seul}]\n"),
    (
        "periode",
        "q/regles.yaml",
        "periodes:\n  p:\n    references: [S]\n    choix: [{de: 0, a: 1, si: seul}, ⟦{⟧de: 2, a: 1}, {de: 3, a: 4}]\n",
    ),
    ("nom-double", "q/regles.yaml", "periodes:\n  ⟦trimestre⟧: {references: [S], de: 0, a: 1}\n"),
    ("periode", "q/regles.yaml", "periodes:\n  ⟦été⟧: {references: [S], de: 0, a: 1}\n"),
    ("periode", "q/regles.yaml", "periodes:\n  ⟦saison⟧: 3\n"),
    ("periode", "q/regles.yaml", INPUT.replace("periode: mois", "periode: ⟦semaine⟧") + "  si_inconnu: bloquer\n"),
    ("periode", "q/regles.yaml", RULE + "  periode: ⟦annee⟧\n  formule: 1\n"),
    ("reference", "q/regles.yaml", rule("1").replace("  references: [S]\n", "").replace("r:", "⟦r⟧:", 1)),
    ("reference", "q/regles.yaml", rule("1").replace("[S]", "⟦[⟧]")),
    (
        "reference",
        "q/parametres.yaml",
        "x: {description: X, metadata: {unit: 1}, values: {⟦2020-01-01⟧: {value: 1}}}\n",
    ),
    ("structure", "q/regles.yaml", "⟦-⟧ un\n- deux\n"),
    ("structure", "q/regles.yaml", "r: ⟦1⟧\n"),
    ("structure", "q/regles.yaml", RULE + "  formule: ⟦[⟧1]\n"),
    ("structure", "q/regles.yaml", RULE + "  avec: ⟦[⟧1]\n  formule: 1\n"),
    ("structure", "q/regles.yaml", RULE + "  conditions: ⟦[⟧1]\n  formule: 1\n"),
    ("structure", "q/regles.yaml", RULE + "  conditions: {c: ⟦seul⟧}\n  formule: 1\n"),
    ("structure", "q/regles.yaml", RULE + "  versions: ⟦1⟧\n"),
    ("structure", "q/regles.yaml", RULE + "  versions: [⟦1⟧]\n"),
    ("structure", "q/regles.yaml", RULE + "  avec: ⟦{⟧a: 1}\n  versions: [{formule: 1}]\n"),
    ("structure", "q/regles.yaml", RULE.replace("r:", "⟦r⟧:") + "  formule: 1\n  versions: [{formule: 1}]\n"),
    ("structure", "q/regles.yaml", INPUT + "  si_inconnu: ⟦ignorer⟧\n"),
    ("structure", "q/regles.yaml", INPUT + "  si_inconnu: bloquer\n  minimum: ⟦zéro⟧\n"),
    ("structure", "q/regles.yaml", INPUT + "  si_inconnu: bloquer\n  minimum: 3\n  maximum: ⟦2⟧\n"),
    ("structure", "q/regles.yaml", INPUT + "  si_inconnu: bloquer\n  sensible: ⟦oui⟧\n"),
    ("structure", "q/regles.yaml", rule("1").replace("libelle: R", "libelle: ⟦[⟧R]")),
    ("structure", "q/droit.yaml", "don: ⟦1⟧\n"),
    ("structure", "q/droit.yaml", RIGHT + "  variables: ⟦rang⟧\n"),
    ("structure", "q/droit.yaml", RIGHT + "  demarche: ⟦rang⟧\n"),
    ("structure", "q/parametres.yaml", "x: ⟦1⟧\n"),
    ("structure", "q/parametres.yaml", VALUE + "  values: ⟦1⟧\n"),
    ("structure", "entites.yaml", str(BASE["entites.yaml"]) + "version: ⟦[⟧1]\n"),
    ("structure", "entites.yaml", str(BASE["entites.yaml"]) + "  ⟦tribu⟧: 1\n"),
    ("trop-profond", "q/regles.yaml", "r: " + "[" * 39 + "⟦[⟧" + "]" * 40 + "\n"),
    ("type", "q/regles.yaml", RULE.replace("unite: '1'", "type: ⟦boolen⟧") + "  formule: 1\n"),
    ("type", "q/regles.yaml", RULE + "  type: booleen\n  formule: seul\n".replace("seul", "1")),
    ("type", "q/regles.yaml", INPUT + "  si_inconnu: {supposer: ⟦seul⟧}\n  raison: R\n"),
    ("type", "q/regles.yaml", INPUT + "  si_inconnu: bloquer\n  demande_si: ⟦rang⟧\n  sinon: 0\n"),
    ("type", "q/regles.yaml", INPUT + "  si_inconnu: bloquer\n  valeurs: ⟦{⟧a: A}\n"),
    (
        "type",
        "q/regles.yaml",
        RULE + "  formule: 1\n  conditions:\n    c: {phrase: C, references: [S], formule: ⟦rang⟧}\n",
    ),
    (
        "type",
        "q/regles.yaml",
        RULE + "  formule: 1\n  conditions:\n    c: {phrase: C, references: [S], formule: seul, manque: ⟦seul⟧}\n",
    ),
    ("type", "q/droit.yaml", RIGHT.replace("montant: rang", "montant: ⟦seul⟧", 1)),
    ("type", "q/parametres.yaml", VALUE + "  values: {2020-01-01: {value: ⟦beaucoup⟧}}\n"),
    ("type", "entites.yaml", str(BASE["entites.yaml"]) + "  tribu: {libelle: T, membres: ⟦age⟧}\n"),
    ("unite", "q/regles.yaml", rule("1").replace('unite: "1"', "unite: ⟦franc⟧")),
    ("unite", "q/droit.yaml", RIGHT.replace("unite_montant: '1'", "unite_montant: ⟦€/an⟧")),
    ("unite", "q/droit.yaml", RIGHT.replace("unite_montant: '1'", "unite_montant: ⟦francs⟧")),
    ("unite", "q/parametres.yaml", VALUE.replace("unit: 1", "unit: ⟦franc⟧") + "  values: {2020-01-01: {value: 1}}\n"),
    (
        "unite",
        "q/parametres.yaml",
        VALUE.replace("unit: 1, ", "").replace("x:", "⟦x⟧:") + "  values: {2020-01-01: {value: 1}}\n",
    ),
    ("unite", "q/regles.yaml", INPUT + "  si_inconnu: {supposer: ⟦gain⟧}\n  raison: R\n"),
    (
        "versions",
        "q/regles.yaml",
        RULE + "  versions:\n    - {jusqu_a: 2024-06, formule: 1}\n    - ⟦{⟧depuis: 2024-06, formule: 2}\n",
    ),
    ("yaml-invalide", "q/regles.yaml", "r: [1\nb: 2⟦:⟧ 3\n".replace("⟦:⟧", ":")),
    ("yaml-invalide", "q/regles.yaml", "r: ⟦@⟧un\n"),
    ("expression-trop-profonde", "q/regles.yaml", rule("-" * 41 + "⟦rang⟧")),
    # rules that are a choice
    ("valeur-inconnue", "q/regles.yaml", CHOICE + "  formule: \"'a' if seul else ⟦'c'⟧\"\n"),
    ("type", "q/regles.yaml", CHOICE + "  formule: \"⟦'a' if seul else 1⟧\"\n"),
    ("type", "q/regles.yaml", CHOICE + "  formule: ⟦abri⟧\n"),
    ("texte", "q/regles.yaml", CHOICE + "  formule: \"max(⟦'a'⟧, 'b')\"\n"),
    ("texte", "q/regles.yaml", CHOICE + "  avec: {x: \"'a' if seul else ⟦'b'⟧\"}\n  formule: x\n".replace("'a'", "1")),
    (
        "manque",
        "q/regles.yaml",
        CHOICE.replace("  valeurs: {a: A, b: B}\n", "").replace("r:", "⟦r⟧:") + "  formule: abri\n",
    ),
    ("type", "q/regles.yaml", RULE + "  valeurs: ⟦{⟧a: A}\n  formule: 1\n"),
    # what a right is called and supposes
    ("type", "q/droit.yaml", RIGHT + "  nature: ⟦rang⟧\n"),
    ("nom-inconnu", "q/droit.yaml", RIGHT + "  nature: ⟦abrri⟧\n"),
    ("type", "q/droit.yaml", RIGHT + "  demande: ⟦rang⟧\n"),
    ("nom-inconnu", "q/droit.yaml", RIGHT + "  demande: ⟦seule⟧\n"),
    ("structure", "q/droit.yaml", RIGHT + "  demande: ⟦seul⟧\n"),
    # the cases of the next steps
    ("cle-inconnue", "q/droit.yaml", CASES.replace("si: seul", "si: seul, ⟦quand⟧: seul")),
    ("manque", "q/droit.yaml", CASES.replace("code: a_demander, ", "").replace("{si", "⟦{⟧si")),
    ("manque", "q/droit.yaml", CASES.replace("si: seul, ", "").replace("{code", "⟦{⟧code")),
    ("manque", "q/droit.yaml", CASES.replace(", phrase: Demander.", "").replace("{code", "⟦{⟧code")),
    ("nom", "q/droit.yaml", CASES.replace("a_demander", "⟦À demander⟧")),
    ("nom-inconnu", "q/droit.yaml", CASES.replace("si: seul", "si: ⟦seull⟧")),
    ("type", "q/droit.yaml", CASES.replace("si: seul", "si: ⟦rang⟧")),
    ("type", "q/droit.yaml", CASES.replace("si: seul", "si: seul, urgent: ⟦rang⟧")),
    ("nom-inconnu", "q/droit.yaml", CASES.replace("si: seul", "si: seul, urgent: ⟦presse⟧")),
    ("type", "q/droit.yaml", CASES.replace("si: seul", "si: seul, echeance: ⟦rang⟧")),
    ("type", "q/droit.yaml", CASES.replace("si: seul", "si: seul, echeance: ⟦base.montant⟧")),
    ("type", "q/droit.yaml", CASES.replace("si: seul", "si: seul, echeance: ⟦base.echelle⟧")),
    ("nom-inconnu", "q/droit.yaml", CASES.replace("si: seul", "si: seul, echeance: ⟦base.jour⟧")),
    (
        "structure",
        "q/droit.yaml",
        CASES.replace("phrase: Demander.", "phrase: ⟦'Demander {montant}.'⟧, echeance: jour"),
    ),
    (
        "structure",
        "q/droit.yaml",
        CASES.replace("phrase: Demander.", "phrase: ⟦'Demander {echeance} }.'⟧, echeance: jour"),
    ),
    ("manque", "q/droit.yaml", CASES.replace("phrase: Demander.", "phrase: ⟦'Avant le {echeance}.'⟧")),
    ("structure", "q/droit.yaml", RIGHT + "  demarche: {cas: ⟦seul⟧}\n"),
    ("structure", "q/droit.yaml", RIGHT + "  demarche: {cas: [⟦seul⟧]}\n"),
]
PERSONAL = {
    "nature": CHOICE.replace("r:", "c:", 1).replace("maison", "personne") + "  formule: \"'a'\"\n",
    "demande": FLAG.replace("f: ", "c: ").replace("entite: maison", "entite: personne")
    + "demande_si: false, sinon: false}\n",
    "si": rule("age > age", kind="type: booleen", entity="personne", name="c"),
    "urgent": rule("age > age", kind="type: booleen", entity="personne", name="c"),
    "echeance": rule("jour", kind="type: date", entity="personne", name="c"),
}
"""For each field of a right that names a value of the group, a value of each person."""


def check(root: Path, code: str, files: dict[str, str | bytes]) -> None:
    marked = unmark(files)
    found = problems(root, marked.files)
    assert [d.code for d in found] == [code], "\n".join(d.render() for d in found)
    diagnostic = found[0]
    assert diagnostic.cause.strip()
    if marked.places:
        path, line, column, text = marked.places[0]
        place = diagnostic.position
        assert (place.path, place.line, place.column) == (path, line, column), diagnostic.render()
        assert diagnostic.render().startswith(f"{path}:{line}:{column}: [{code}] ")
        assert text.startswith(pointed(diagnostic).rstrip("…")) if len(text) > 90 else pointed(diagnostic) == text


@pytest.mark.parametrize(("code", "formula"), EXPRESSIONS, ids=[f"{c} {f[:40]}" for c, f in EXPRESSIONS])
@pytest.mark.parametrize("style", ["plain", "folded"])
def test_errors_of_expressions(tmp_path, style, code, formula):
    written = formula if style == "plain" else f">\n    {formula}"
    if style == "plain" and re.search(r"[#]|: |^[\[{*&!|>'\"%@`]", formula.replace("⟦", "").replace("⟧", "")):
        written = f">-\n      {formula}"
    check(tmp_path, code, {"q/regles.yaml": rule(written)})


@pytest.mark.parametrize(("code", "name", "text"), FILES, ids=[f"{c} {i}" for i, (c, _, _) in enumerate(FILES)])
def test_errors_of_files(tmp_path, code, name, text):
    files: dict[str, str | bytes] = {name: text}
    if name == "q/droit_2.yaml":
        files["q/droit.yaml"] = RIGHT
    check(tmp_path, code, files)


@pytest.mark.parametrize("field", PERSONAL)
def test_a_right_names_values_of_the_group(tmp_path, field):
    right = RIGHT + f"  {field}: ⟦c⟧\n"
    if field == "si":
        right = CASES.replace("si: seul", "si: ⟦c⟧")
    elif field in ("urgent", "echeance"):
        right = CASES.replace("si: seul", f"si: seul, {field}: ⟦c⟧")
    check(tmp_path, "agregation", {"q/regles.yaml": PERSONAL[field], "q/droit.yaml": right})


@pytest.mark.parametrize(
    "more",
    [
        "profil: f, demande_si: false, sinon: false",
        "demande_si: false, sinon: true",
        "demande_si: seul, sinon: false",
        "sensible: false",
    ],
)
def test_what_supposes_a_right_claimed_is_never_asked_and_false(tmp_path, more):
    files: dict[str, str | bytes] = {"q/regles.yaml": f"{FLAG}{more}}}\n", "q/droit.yaml": RIGHT + "  demande: ⟦f⟧\n"}
    check(tmp_path, "structure", files)
    sound = {"q/regles.yaml": FLAG + "demande_si: false, sinon: false}\n", "q/droit.yaml": RIGHT + "  demande: f\n"}
    write(tmp_path / "b", {**BASE, **sound})
    book = load_rulebook(tmp_path / "b")
    assert book.rights["don"].claimed == "f" and book.hypotheses == {"f"}


def whole_file_errors(root: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Errors of a whole file or folder, which have no line; by code, the path that the diagnostic names."""
    found: dict[str, str] = {}

    def note(files: dict[str, str | bytes], packs: tuple[Path, ...] = ()) -> None:
        diagnostics = problems(root / str(len(found)), files, packs)
        assert len(diagnostics) == 1
        found[diagnostics[0].code] = diagnostics[0].position.path

    note({"q/regles.yaml": b"r: \xff\xfe"})
    note({"q/regles.yaml": "# " + "x" * reader.MAX_BYTES})
    note({}, (root / "absent",))
    (root / "4" / "q").mkdir(parents=True)
    (root / "3" / "q").mkdir(parents=True)
    (root / "3" / "q" / "regles.yaml").symlink_to(root / "ailleurs.yaml")
    note({})
    real = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.parent.name == "q":
            raise OSError(5, "Erreur d'entrée-sortie")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", read_bytes)
        note({"q/regles.yaml": "a: 1\n"})
    return found


def test_errors_of_whole_files(tmp_path, monkeypatch):
    assert whole_file_errors(tmp_path, monkeypatch) == {
        "encodage": "q/regles.yaml",
        "fichier-trop-gros": "q/regles.yaml",
        "dossier": "absent",
        "fichier-special": "q/regles.yaml",
        "fichier-illisible": "q/regles.yaml",
    }


def codes_in_source() -> set[str]:
    """The codes of every `report.add(…)`, `self.fail(…)` and `self._refuse(…)` of the rulebook's source."""
    found: set[str] = set()
    for path in Path(package.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = {"add": 0, "fail": 1, "_refuse": 1}.get(node.func.attr)
            if place is None or len(node.args) < place + 2:
                continue
            found |= {
                c.value for c in ast.walk(node.args[place]) if isinstance(c, ast.Constant) and isinstance(c.value, str)
            }
    return {code for code in found if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)}


def test_every_code_of_the_source_is_tested():
    tested = {code for code, _ in EXPRESSIONS} | {code for code, _, _ in FILES}
    tested |= {"encodage", "fichier-trop-gros", "dossier", "fichier-special", "fichier-illisible"}
    assert codes_in_source() == tested


# -- all at once, and nothing twice ---------------------------------------------------------------------


def test_all_the_errors_of_a_bad_pack_are_told_at_once(tmp_path):
    files = {
        "q/regles.yaml": rule("⟦rnag⟧ + 1", name="a")
        + rule("⟦seul⟧ + 1", name="b")
        + rule("1", name="c").replace("entite: maison", "entite: ⟦masion⟧")
        + rule("⟦gain⟧", name="d")
        + rule("1", name="e").replace("  references: [S]\n", "").replace("e:", "⟦e⟧:", 1),
        "q/parametres.yaml": "x: {description: X, metadata: {unit: ⟦franc⟧}, values: {⟦2020⟧: {value: 1}}}\n",
    }
    marked = unmark(files)  # type: ignore[arg-type]
    found = problems(tmp_path, marked.files)
    assert {(d.position.path, d.position.line, d.position.column) for d in found} == {p[:3] for p in marked.places}
    assert len(found) == 7
    assert list(found) == sorted(found, key=lambda d: d.position)


@pytest.mark.parametrize(
    "broken",
    [
        rule("1", name="x").replace('unite: "1"', "type: boleen"),
        rule("1", name="x").replace("formule", "formul"),
        rule("1", name="x").replace("entite: maison", "entite: masion"),
        rule("rnag + 1", name="x"),
        "x: 3\n",
        "x: [1\n",
    ],
)
def test_an_error_is_not_told_again_where_its_rule_is_used(tmp_path, broken):
    users = rule("x + 1", name="a") + rule("max(x, 2)", name="b") + rule("moyenne(x, trimestre)", name="c")
    users += rule("en_supposant(rang, x=1, rang=2)", name="d")
    assert len(problems(tmp_path, {"q/regles.yaml": broken, "s/regles.yaml": users})) == 1


@pytest.mark.parametrize(
    "broken",
    [
        "x: {description: X, metadata: {unit: franc, reference: S}, values: {2020-01-01: {value: 1}}}\n",
        "x: {description: X, metadata: [franc], values: {2020-01-01: {value: 1, reference: S}}}\n",
        "x: 3\n",
        "x: [1\n",
    ],
)
def test_an_error_is_not_told_again_where_its_parameter_is_used(tmp_path, broken):
    users = rule("q.x + 1", name="a") + rule("gain + q.x", kind="unite: €/mois", name="b") + rule("q.x.y", name="c")
    assert len(problems(tmp_path, {"q/parametres.yaml": broken, "s/regles.yaml": users.replace("q.x.y", "q.x")})) == 1


def test_an_error_of_a_step_or_a_period_is_told_once(tmp_path):
    text = RULE + "  avec:\n    a: ⟦rnag⟧\n    b: a + 1\n  formule: a + b\n"
    check(tmp_path, "nom-inconnu", {"q/regles.yaml": text})
    text = "periodes:\n  ⟦Lune⟧: {references: [S], de: 0, a: 1}\n" + rule("total(rang, Lune)")
    check(tmp_path / "b", "periode", {"q/regles.yaml": text})


def test_a_supposition_about_a_step_a_parameter_or_a_person_is_refused(tmp_path):
    text = RULE + "  avec:\n    e: rang + 1\n  formule: en_supposant(e, ⟦e⟧=1)\n"
    check(tmp_path, "argument", {"q/regles.yaml": text})
    text = RULE + "  avec:\n    e: ⟦rnag⟧ + 1\n  formule: en_supposant(rang, e=1)\n"
    check(tmp_path / "b", "nom-inconnu", {"q/regles.yaml": text})
    text = rule("en_supposant(rang, rang=⟦age / age⟧)", entity="personne")
    check(tmp_path / "c", "agregation", {"q/regles.yaml": text})
    local = tmp_path / "ile"
    write(local, {"parametres.yaml": VALUE + "  values: {2020-01-01: {value: 1}}\n", "entites.yaml": ""})
    (local / "entites.yaml").unlink()
    (local / "regles.yaml").write_text(rule("en_supposant(rang + x, x=1)"))
    (found,) = problems(tmp_path / "d", {}, (local,))
    assert (found.code, pointed(found)) == ("argument", "x") and "un paramètre" in found.cause


def test_a_qualified_name_is_not_supposed_and_the_error_says_so(tmp_path):
    text = RULE + "  formule: >\n    en_supposant(rang,\n      base.montant=1)\n"
    (found,) = problems(tmp_path, {"q/regles.yaml": text})
    assert (found.code, pointed(found)) == ("syntaxe", "base.montant") and "un nom court" in found.remedy


def test_too_many_suppositions_end_the_load(tmp_path):
    text = "".join(rule("en_supposant(rang, rang=1)", name=f"r{k}") for k in range(101))
    (found,) = problems(tmp_path, {"q/regles.yaml": text})
    assert (found.code, found.position.line) == ("fichier-trop-gros", 6 * 100 + 6)


def test_without_entities_nothing_more_is_said(tmp_path):
    check(tmp_path, "yaml-invalide", {"entites.yaml": "entites: [\n"})


def test_an_error_inside_a_folded_formula_points_at_its_own_line(tmp_path):
    text = RULE + "  formule: >\n    rang\n    + (2 *\n       ⟦rnag⟧)\n"
    check(tmp_path, "nom-inconnu", {"q/regles.yaml": text})
    text = RULE + "  formule: rang +\n    ⟦rnag⟧\n"
    check(tmp_path / "b", "nom-inconnu", {"q/regles.yaml": text})
    text = RULE + '  formule: "rang + ⟦rnag⟧"\n'
    check(tmp_path / "c", "nom-inconnu", {"q/regles.yaml": text})
    text = RULE + "  formule: 1 if abri == 'grotte' and 'é' == ⟦'é'⟧ else 2\n".replace(
        "'é' == ⟦'é'⟧", "abri == ⟦'été'⟧"
    )
    check(tmp_path / "d", "valeur-inconnue", {"q/regles.yaml": text})


def test_a_scale_is_read_by_the_function_of_what_it_gives(tmp_path):
    formulas = ("tranche(base.paliers, gain)", "tranche(base.echelle, gain)", "bareme(base.echelle, gain) / gain")
    text = "".join(rule(formula, name=f"r{rank}") for rank, formula in enumerate(formulas))
    write(tmp_path, {**BASE, "q/regles.yaml": text})
    book = load_rulebook(tmp_path)
    assert book.parameters["base.paliers"].amounts
    assert not book.parameters["base.echelle"].amounts
    found = problems(tmp_path / "b", {"q/regles.yaml": rule("bareme(base.paliers, gain)")})
    assert "tranche(base.paliers, x)" in found[0].remedy


def test_a_right_is_paid_in_the_unit_of_its_rule(tmp_path):
    yearly = RIGHT.replace("montant: rang", "montant: r", 1)
    rules = rule("gain * mois_par_an", kind="unite: €/an")
    found = problems(tmp_path, {"q/regles.yaml": rules, "q/droit.yaml": yearly.replace("'1'", "€/mois")})
    assert [d.code for d in found] == ["unite"]
    assert "€/an" in found[0].cause and "unite_montant: €/an" in found[0].remedy
    write(tmp_path / "b", {**BASE, "q/regles.yaml": rules, "q/droit.yaml": yearly.replace("'1'", "€/an")})
    assert load_rulebook(tmp_path / "b").rights["don"].amount_unit == "€/an"


def test_the_nearest_name_is_proposed(tmp_path):
    found = problems(tmp_path, {"q/regles.yaml": rule("bse.montant + 1") + rule("trimstre", name="s")})
    assert "base.montant" in found[0].remedy
    assert (
        nearest("rsa_montan_base", ["rsa_montant_base", "autre"]) == "Nom connu le plus proche : « rsa_montant_base »."
    )
    assert nearest("aeg", ["age", "autre"]) != ""
    assert nearest("xyz", ["age", "autre"]) == ""


@pytest.mark.parametrize(
    ("formula", "remedy"),
    [
        ("1 if rang = 2 else 3", "« == » au lieu de « = »"),
        ("nombre(age > age, si=age > age) if rang = 2 else 3", "« == » au lieu de « = »"),
        ("1 if seul et seul else 2", "« and » au lieu de « et »"),
        ("1 if seul ou seul else 2", "« or » au lieu de « ou »"),
        ("1 if non seul else 2", "« not » au lieu de « non »"),
        ("1 if non(seul) else 2", "Écrire « not »"),
        ("nombre(age = 3)", "Pour comparer, écrire « == »"),
        ("nombre(age > age, si=age >)", "Vérifier les parenthèses"),
    ],
)
def test_words_and_signs_of_everyday_are_put_right(tmp_path, formula, remedy):
    (found,) = problems(tmp_path, {"q/regles.yaml": rule(f">\n    {formula}")})
    assert remedy in found.remedy


def test_a_name_that_is_not_whole_is_completed(tmp_path):
    files: dict[str, str | bytes] = {
        "aide/parametres.yaml": "rentree: {par_enfant: "
        "{description: X, metadata: {unit: 1, reference: S}, values: {2020-01-01: {value: 1}}}}\n",
        "q/regles.yaml": rule("rentree.par_enfant + 1"),
    }
    assert "« aide.rentree.par_enfant »" in problems(tmp_path, files)[0].remedy


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("r:\n\tb: 1\n", "une tabulation"),
        ("r: [1, 2\nb: 3\n", "une virgule ou « ] » est attendue"),
        ("r:\n  b: 1\n c: 2\n", "une clé « nom: » est attendue"),
        ("r: 'un\n", "un guillemet n'est pas fermé"),
    ],
)
def test_broken_yaml_is_told_in_french(tmp_path, text, said):
    (found,) = problems(tmp_path, {"q/regles.yaml": text.encode()})
    assert said in found.cause
    assert not re.search("found|expect", found.cause)


def test_a_missing_file_is_told_in_french(tmp_path):
    (tmp_path / "q").mkdir()
    with pytest.raises(RulebookError, match="ce fichier n'existe pas"):
        load_rulebook(tmp_path)


def test_a_flood_of_errors_ends_the_load():
    report = Report(limit=10)
    for line in range(1, 10):
        report.add("nom", Position("a.yaml", line), "x")
    with pytest.raises(RulebookError) as error:
        report.add("nom", Position("a.yaml", 10), "x")
    assert len(error.value.diagnostics) == 10
