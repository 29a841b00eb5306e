"""Names of months and weekdays as they stand in dates, in seven languages; another language is a line more."""

import unicodedata

_MONTHS = (
    "january february march april may june july august september october november december",
    "januar februar maerz april mai juni juli august september oktober november dezember",
    "janner feber marz april mai juni juli august sept oktober november dezember",
    "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
_SHORT = {"mrz": 3, "mrt": 3, "sett": 9}

_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday thurs tues",
    "montag dienstag mittwoch donnerstag freitag samstag sonntag sonnabend",
    "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "lunes martes miercoles jueves viernes sabado domingo",
    "lunedi martedi mercoledi giovedi venerdi sabato domenica",
    "segunda terca quarta quinta sexta feira",
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
)

FILLERS = frozenset(
    ["st", "nd", "rd", "th", "of", "the", "de", "del", "do", "den", "der", "le", "el", "er", "d", "年", "月", "日"]
)
"""What stands in dates and says nothing: 13th of January, 13 de enero de 2021."""


def plain(word: str) -> str:
    """A word in small letters without accents."""
    letters = unicodedata.normalize("NFKD", word.lower())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _months() -> dict[str, int]:
    """All beginnings of three letters or more, but for those that are of two months ('jui' in French)."""
    found: dict[str, set[int]] = {}
    for names in _MONTHS:
        for number, name in enumerate(names.split(), 1):
            for length in range(3, len(name) + 1):
                found.setdefault(name[:length], set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1} | _SHORT


MONTHS = _months()
"""Numbers of months from 1, by names and their beginnings, as `plain` makes them."""

WEEKDAYS = frozenset(
    name[:length] for names in _WEEKDAYS for name in names.split() for length in range(2, len(name) + 1)
)
"""Names of weekdays and their beginnings, as `plain` makes them."""
