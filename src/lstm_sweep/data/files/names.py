"""What the names of columns mean: words of a name, and those that prices, times and other columns usually bear."""

import re


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_PRICE = {"close": 0, "closing": 0, "last": 1, "price": 2}
_OTHER_WORDS = {
    **dict.fromkeys(("schlusskurs", "schluss", "cierre", "chiusura", "cloture", "fechamento", "slotkoers"), "close"),
    **dict.fromkeys(("zuletzt", "dernier", "ultimo", "ltp"), "last"),
    **dict.fromkeys(("prices", "kurs", "preis", "precio", "prix", "prezzo", "preco", "koers"), "price"),
}
"""Of other languages and abbreviations."""

_CURRENCIES = "usd usdt usdc busd eur gbp jpy chf cny krw inr aud cad try brl rub btc xbt eth ltc xrp bitcoin"
_NEUTRAL = {*_CURRENCIES.split(), "in", "spot", "adj", "adjusted", "price", "last", "close", "closing"}
"""Words that leave the meaning of 'close', 'last' and 'price' as it is; any other makes another column."""

_COMPOUNDS = "adj|adjusted|close|closing|last|price|usd|usdt|eur|btc"

_USUAL = word_set(
    "timestamp datetime date time day datum zeit fecha data heure unix symbol ticker open high low close "
    "price last volume vol adjclose opentime closetime change year month hour pair exchange trades amount "
    "bid ask value kurs schlusskurs eroffnung hoch tief volumen"
)


def words(name: str) -> tuple[str, ...]:
    """The words of a column's name in small letters: 'BTC_closePrice (USD)' is btc, close, price, usd."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    found = [each.lower() for each in re.findall(r"[^\W\d_]+", spaced)]
    return tuple(word for each in found for word in _taken_apart(each))


def _taken_apart(word: str) -> list[str]:
    parts = re.findall(_COMPOUNDS, word)
    return parts if len(parts) > 1 and "".join(parts) == word else [_OTHER_WORDS.get(word, word)]


def is_usual(name: str) -> bool:
    """Whether a cell is what columns are usually called."""
    return bool(_USUAL & {re.sub(r"[^a-zöü]", "", name.lower()).replace("ö", "o"), *words(name)})


def price_rank(name: str) -> tuple[int, int] | None:
    """How well a name says that a column is the price, least is best, or None where it does not.

    'close' comes before 'last', 'price' and 'adj close', a name without further words before one with a currency.
    Whatever else stands in the name makes it another column: previous close, close time, close change, bid price.
    """
    found = words(name)
    heads = [_PRICE[word] for word in found if word in _PRICE]
    if not heads or not set(found) <= _NEUTRAL:
        return None
    adjusted = bool({"adj", "adjusted"} & set(found))
    return (3 if adjusted else min(heads), sum(word not in _PRICE for word in found))
