"""Finds communes by name: accents, hyphens, « St » for « Saint », articles, arrondissements, homonyms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

_KEPT = bytes(c if chr(c).isalnum() or c == 10 else 32 for c in range(128)) + bytes([32]) * 128
"""Letters, digits and line ends stay; any other sign becomes a space."""
_SPACES = re.compile(" {2,}")
_SAINT = re.compile(r"\bst(e?)\b")
_ARTICLE = re.compile(r"(?:l|la|le|les) ")
_DISTRICT = re.compile(r"(.*[^0-9 ]) ([0-9]{1,2}) ?(?:er|ere|e|eme|nd|nde)?(?: (?:arrondissement|arrdt|arr))?")
_CODE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_LOST_ZERO = re.compile(r"[1-9][0-9]{3}")
_BRACKETED = re.compile(r"(.+?)\s*\(\s*([^()]*?)\s*\)")
_HINT = re.compile(r"[0-9]{1,3}|2[AB]|[0-9][0-9AB][0-9]{3}")
_POSTAL = (re.compile(r"(?P<hint>[0-9]{5})\s+(?P<name>.+)"), re.compile(r"(?P<name>.+?)[\s,]+(?P<hint>[0-9]{5})"))
_FEWEST_DISTRICTS = 3
_ALIKE = 0.72


class Found(NamedTuple):
    """The communes that a text may name, by code; `number` when the text was a number, read as a code."""

    codes: tuple[str, ...]
    number: bool = False


def fold(text: str) -> str:
    """A name in plain small letters, words parted by one space; of several lines, each keeps a space at its ends.

    >>> fold("L'Haÿ-les-Roses"), fold("Ste Sigolène"), fold("GŒRSDORF")
    ('l hay les roses', 'sainte sigolene', 'goersdorf')
    """
    plain = text.lower().replace("œ", "oe").replace("æ", "ae")
    letters = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").translate(_KEPT).decode()
    return _SAINT.sub(r"saint\1", _SPACES.sub(" ", letters)).strip(" ")


def department(code: str) -> str:
    """The department of a code: its first two characters, three overseas."""
    return code[:3] if code.startswith(("97", "98")) else code[:2]


def stem(key: str) -> str:
    """A folded name without its article."""
    return _ARTICLE.sub("", key, count=1) if _ARTICLE.match(key) else key


class Communes:
    """The communes of a list in the order of their codes.

    In the lists of the administration, several rows of a department with the same name are one commune: its
    arrondissements, or the communes that it absorbed.
    """

    def __init__(self, names: Sequence[str], codes: Sequence[str]) -> None:
        self.names = names
        self.codes = codes
        self.keys = [key.strip(" ") for key in fold("\n".join(names)).split("\n")] if names else []
        self._places: dict[str, list[int]] = {}
        self._without_article: dict[str, list[int]] = {}
        for place, key in enumerate(self.keys):
            self._places.setdefault(key, []).append(place)
            if key.startswith("l") and _ARTICLE.match(key):
                self._without_article.setdefault(stem(key), []).append(place)

    def find(self, text: str) -> Found:
        """The codes of the communes that a text may name: a name, a name with a department, or a code."""
        number = text.strip().upper()
        if _LOST_ZERO.fullmatch(number):
            number = f"0{number}"
        if _CODE.fullmatch(number):
            return Found((number,) if number in self._codes else (), number=True)
        name, hint = _parts(text)
        key = fold(name)
        places = self._named(key)
        if not places and (match := _DISTRICT.fullmatch(key)):
            places = self._districts(self._named(match[1]), int(match[2]))
        if hint:
            places = self._hinted(places, hint)
        return Found(tuple(self.codes[place] for place in self._one_by_commune(places)))

    def near(self, text: str) -> tuple[str, ...]:
        """Up to three names that look like one that is not in the list, with their departments."""
        wanted = fold(_parts(text)[0])
        size = len(wanted)
        likely = [key for key in self._by_letter.get(_stripped(wanted)[:1], ()) if abs(len(key) - size) <= 2]
        shown: list[str] = []
        for key in get_close_matches(wanted, likely, n=3, cutoff=_ALIKE):
            places = self._places[key]
            departments = list(dict.fromkeys(department(self.codes[place]) for place in places))
            more = "…" if len(departments) > 3 else ""
            shown.append(f"{self.names[places[0]]} ({', '.join(departments[:3])}{more})")
        return tuple(shown)

    def name(self, code: str) -> str:
        """The name of the commune of a code, with its department."""
        place = self._codes.get(code)
        return "" if place is None else f"{self.names[place]} ({department(code)})"

    @cached_property
    def _codes(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def _by_letter(self) -> dict[str, list[str]]:
        """The names by their first letter, and by the one that follows an article or « saint »."""
        found: dict[str, list[str]] = {}
        for key in self._places:
            for letter in {key[:1], _stripped(key)[:1]}:
                found.setdefault(letter, []).append(key)
        return found

    def _named(self, key: str) -> list[int]:
        """The rows of a folded name; its article may be left out, or written where there is none."""
        own, plain = self._places.get(key, []), stem(key)
        if plain == key:
            return sorted([*own, *self._without_article.get(key, [])])
        return own or sorted([*self._places.get(plain, []), *self._without_article.get(plain, [])])

    def _districts(self, places: Iterable[int], rank: int) -> list[int]:
        """The arrondissement of a rank, where a commune's row is followed by those of its arrondissements."""
        found: list[int] = []
        for group in _grouped(places, lambda place: department(self.codes[place])):
            codes = [self.codes[place] for place in group[1:]]
            if len(codes) >= _FEWEST_DISTRICTS and all(code.isdigit() for code in codes):
                follow = all(int(after) - int(before) == 1 for before, after in pairwise(codes))
                found += [group[rank]] if follow and 1 <= rank <= len(codes) else []
        return found

    def _hinted(self, places: Sequence[int], hint: str) -> list[int]:
        """The rows of a code, else those of its department (a postal code begins with it, but for Corsica)."""
        exact = [place for place in places if self.codes[place] == hint]
        if exact:
            return exact
        wanted = {hint.zfill(2)} if len(hint) < 4 else {department(hint)}
        if "20" in wanted:
            wanted = {"2A", "2B"}
        return [place for place in places if department(self.codes[place]) in wanted]

    def _one_by_commune(self, places: Iterable[int]) -> list[int]:
        """One row for each commune where its own can be told from the others, else all of them."""
        found: list[int] = []
        for group in _grouped(places, lambda place: (department(self.codes[place]), self.keys[place])):
            own = group if len(group) == 1 else [place for place in group if self._in_order(place)]
            found += own[:1] or group
        return found

    def _in_order(self, place: int) -> bool:
        """Whether a row stands at the alphabetical place of its name in its department, as a commune's own does."""
        key, here = self.keys[place], department(self.codes[place])

        def beside(step: int) -> str:
            at = place + step
            while 0 <= at < len(self.keys) and self.keys[at] == key:
                at += step
            inside = 0 <= at < len(self.keys) and department(self.codes[at]) == here
            return stem(self.keys[at]) if inside else ""

        before, after = beside(-1), beside(1)
        return before <= stem(key) and (not after or stem(key) <= after)


def _grouped(places: Iterable[int], by: Callable[[int], object]) -> Iterable[list[int]]:
    groups: dict[object, list[int]] = {}
    for place in places:
        groups.setdefault(by(place), []).append(place)
    return groups.values()


def _stripped(key: str) -> str:
    """A folded name without its article, nor « saint »."""
    return re.sub(r"^sainte? ", "", stem(key))


def _parts(text: str) -> tuple[str, str]:
    """A name, and the department or the code written with it."""
    text = " ".join(text.split())
    if match := _BRACKETED.fullmatch(text):
        inside = match[2].upper()
        if _HINT.fullmatch(inside):
            return match[1], inside
        if _ARTICLE.fullmatch(f"{fold(inside)} "):
            return f"{inside} {match[1]}", ""
    for pattern in _POSTAL:
        if match := pattern.fullmatch(text):
            return match["name"], match["hint"]
    return text, ""
