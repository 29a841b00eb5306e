"""What the names of columns mean: words of a name, and those that prices, times and other columns usually bear."""

import re
import unicodedata
from collections.abc import Sequence


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


_PRICE = {"close": 0, "closing": 0, "last": 1, "price": 2}
_OTHER_WORDS = {
    **dict.fromkeys(word_set("schlusskurs schluss cierre chiusura cloture fechamento slotkoers zamkniecie"), "close"),
    **dict.fromkeys(word_set("закрытие 終値 收盘价 收盤價 종가 kapanis settle settlement"), "close"),
    **dict.fromkeys(word_set("zuletzt dernier ultimo laatste ostatnio simdi ltp"), "last"),
    **dict.fromkeys(
        word_set("prices kurs preis precio prix prezzo preco koers cours cena цена kurz 価格 价格"), "price"
    ),
}
"""Of other languages and abbreviations."""

_CURRENCIES = "usd usdt usdc busd eur gbp jpy chf cny krw inr aud cad try brl rub btc xbt eth ltc xrp bitcoin"
_NEUTRAL = {*_CURRENCIES.split(), "in", "spot", "px", "adj", "adjusted", "price", "last", "close", "closing"}
"""Words that leave the meaning of 'close', 'last' and 'price' as it is; any other makes another column."""

_COMPOUNDS = "adj|adjusted|close|closing|last|price|usd|usdt|eur|btc"

_USUAL = word_set(
    "timestamp datetime date time day datum zeit fecha data heure unix symbol ticker open high low close "
    "price last volume vol adjclose opentime closetime change year month hour pair exchange trades amount "
    "bid ask value kurs schlusskurs eroffnung hoch tief volumen"
)


def words(name: str) -> tuple[str, ...]:
    """The words of a column's name in small letters: 'BTC_closePrice (USD)' is btc, close, price, usd."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    plain = unicodedata.normalize("NFKC", plain.replace("ł", "l").replace("ı", "i"))
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", plain)
    found = [each.lower() for each in re.findall(r"[^\W\d_]+", spaced)]
    return tuple(word for each in found for word in _taken_apart(each))


def _taken_apart(word: str) -> list[str]:
    parts = re.findall(_COMPOUNDS, word)
    return parts if len(parts) > 1 and "".join(parts) == word else [_OTHER_WORDS.get(word, word)]


def is_usual(name: str) -> bool:
    """Whether a cell is what columns are usually called."""
    return bool(_USUAL & {"".join(words(name)), *words(name)})


def common_words(names: Sequence[str]) -> frozenset[str]:
    """Words that all of several names bear, which tell none of them from the others: 'AAPL.Open', 'AAPL.Close'."""
    found = [frozenset(words(name)) for name in names]
    return frozenset.intersection(*found) if len(found) > 2 else frozenset()


def price_rank(name: str, common: frozenset[str] = frozenset()) -> tuple[int, int] | None:
    """How well a name says that a column is the price, least is best, or None where it does not.

    'close' comes before 'last', 'price' and 'adj close', a name without further words before one with a currency.
    Whatever else stands in the name makes it another column: previous close, close time, close change, bid price;
    but for words that are `common` to all columns.
    """
    found = tuple(word for word in words(name) if word not in common)
    heads = [_PRICE[word] for word in found if word in _PRICE]
    if not heads or not set(found) <= _NEUTRAL:
        return None
    adjusted = bool({"adj", "adjusted"} & set(found))
    return (3 if adjusted else min(heads), sum(word not in _PRICE for word in found))
