"""etl.games: one raw value into one clean value: prices, playtimes, counts, ids."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any, NamedTuple

from datastore.base.names import LONGEST_NUMBER, clean, fold

__all__ = [
    "MOST_MINUTES",
    "STORE_SENTIMENTS",
    "Price",
    "app_id",
    "boolean",
    "companies",
    "count_text",
    "counts_in",
    "helpful",
    "identifier",
    "in_another_currency",
    "minutes",
    "missing",
    "number",
    "price",
    "store_sentiment",
    "store_url",
    "text",
    "text_list",
    "whole_number",
]

#: The store's labels for the reviews of a game, best first.
STORE_SENTIMENTS = (
    "Overwhelmingly Positive",
    "Very Positive",
    "Positive",
    "Mostly Positive",
    "Mixed",
    "Mostly Negative",
    "Negative",
    "Very Negative",
    "Overwhelmingly Negative",
)
_STORE_SENTIMENTS = {fold(label): label for label in STORE_SENTIMENTS}
#: Longest playtime that is kept, in minutes: what an int32 holds, four thousand years.
MOST_MINUTES = 2**31 - 1
#: Digits, with or without commas between thousands.
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_NUMBER = re.compile(rf"([+-]?)({_DIGITS}(?:\.\d*)?|\.\d+)([eE][+-]?\d{{1,3}})?", re.ASCII)
_FREE = re.compile(r"(?<!\bnot )(?<!\bnon )(?<!\w-)\bfree\b", re.IGNORECASE)
_COUNT = re.compile(r"\d[\d,]*")
_PEOPLE = re.compile(r"(\d[\d,]*) (?:people|person|users?) found ", re.IGNORECASE | re.ASCII)
_APP = re.compile(r"/app/(\d+)")
#: A web address: front ends link to it, so it must not be a script.
_WEB = re.compile(r"https?://[^\s<>\"'`]+")
#: No price of a game is higher; a greater number is a mistake, and would spoil every sum.
_MOST_USD = 1_000_000.0
#: What the columns of counts hold (int32).
_MOST_COUNT = 2**31 - 1
#: Above this, a float cannot represent every whole number, so it is an invalid id.
_MOST_EXACT = 2**53
#: Ids have fewer digits; Python refuses to write much longer numbers.
_END_ID = 10**LONGEST_NUMBER
#: What a whole number may be off by: floats are.
_NOISE = 1e-6


class Price(NamedTuple):
    """A price in USD (0 when free, None when unknown) and the text it stood in, if any."""

    usd: float | None
    text: str | None


def missing(value: Any) -> bool:
    """Whether a value is missing: absent, None or NaN."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def plain(value: Any) -> Any:
    """A value out of MongoDB's wrapper: `{"$numberLong": "10"}` is 10, `{"$oid": "5f"}` is "5f"."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    ((key, inner),) = value.items()
    if key in ("$numberInt", "$numberLong", "$numberDouble", "$numberDecimal"):
        parsed = number(inner)
        return inner if parsed is None else parsed
    return inner if key in ("$oid", "$symbol", "$uuid") else value


def number(value: Any) -> int | float | None:
    """A finite number, or a text that reads like one (`"12.5"`, `" 1,234 "`, `"1e3"`)."""
    value = plain(value)
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value.strip())
        if not match:
            return None
        spelled = match[0].replace(",", "")
        value = (
            int(spelled) if spelled.lstrip("+-").isdigit() and len(spelled) < 20 else float(spelled)
        )
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def text(value: Any) -> str | None:
    """A name or sentence, unescaped and stripped; None when there is none."""
    return (clean(value) or None) if isinstance(value, str) else None


def text_list(value: Any) -> list[str]:
    """Distinct names in the order of the dump."""
    if not isinstance(value, list | tuple):
        return []
    return list(dict.fromkeys(name for name in map(text, value) if name))


def identifier(value: Any) -> str | None:
    """A user or product id as text, without surrounding whitespace.

    A float is an id when it is a whole number that it holds exactly.
    """
    value = plain(value)
    if isinstance(value, bool) or missing(value):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) <= _MOST_EXACT:
        value = int(value)
    if isinstance(value, int):
        return str(value) if abs(value) < _END_ID else None
    return value.strip() or None if isinstance(value, str) else None


def app_id(value: Any, url: Any) -> tuple[str | None, bool]:
    """The product id, else the one in the store address; and whether it had to be rescued."""
    own_id = identifier(value)
    if own_id is not None:
        return own_id, False
    match = _APP.search(url) if isinstance(url, str) else None
    return (match[1], True) if match else (None, False)


def store_url(value: Any, app_id: str) -> str | None:
    """The web address of a product's page in the store; None for any other text or value.

    >>> store_url("http://store.example/app/10/Alpha/", "10"), store_url("http://x.example/", "10")
    ('http://store.example/app/10/Alpha/', None)
    """
    address = text(value)
    if address is None or not _WEB.fullmatch(address):
        return None
    product = _APP.search(address)
    return address if product and product[1] == app_id else None


def store_sentiment(value: Any) -> str | None:
    """One of the store's nine labels in its own spelling; None for any other text.

    >>> store_sentiment(" very  positive"), store_sentiment("3 user reviews")
    ('Very Positive', None)
    """
    return _STORE_SENTIMENTS.get(fold(value)) if isinstance(value, str) else None


def price(value: Any) -> Price:
    """A price as the dump has it: a number, a text that says free, one amount in a text, or none.

    An amount is in USD unless it bears another currency's mark; then the price is unknown.

    >>> price("Free To Play"), price("Starting at $499.00"), price("Third-party")
    (Price(usd=0.0, text='Free To Play'), Price(usd=499.0, text='Starting at $499.00'), \
Price(usd=None, text='Third-party'))
    >>> price("CDN$ 9.99"), price("9.99 USD")
    (Price(usd=None, text='CDN$ 9.99'), Price(usd=9.99, text='9.99 USD'))
    """
    value = plain(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Price(_usd(value), None)
    spelled = text(value)
    if spelled is None:
        return Price(None, None)
    if in_another_currency(spelled):
        return Price(None, spelled)
    spaced = " ".join(spelled.split())  # a no-break space is a space
    if (amount := number(spaced)) is not None:
        return Price(_usd(amount), spelled)
    bare = _BARE.fullmatch(spaced)
    amounts = [bare] if bare else list(_DOLLARS.finditer(spaced))
    if len(amounts) == 1:
        usd = float(amounts[0]["amount"].replace(",", ""))
        return Price(None if amounts[0]["minus"] else _usd(usd), spelled)
    return Price(0.0 if _FREE.search(spelled) and not amounts else None, spelled)


#: Not the beginning of a number in another notation: `1.299,00`, `10 000`, `1'299`, `5k`, `1e3`.
_AMOUNT = (
    rf"(?P<amount>{_DIGITS}(?:\.\d+)?|\.\d+)"
    r"(?![\d,.]*(?:\d|[kKmM]\b|[eE][+-]?\d)|[\s'’]\d{3}(?!\d))"
)
_US = r"(?i:U\.?S\.?|USD)"
#: `$5`, `US$ 5`, `-$5`.
_DOLLARS = re.compile(rf"(?P<minus>(?<!\S)[-−]\s?)?(?:{_US}\s?)?\$\s?{_AMOUNT}", re.ASCII)
#: An amount and nothing else: without a mark, or with a dollar's.
_BARE = re.compile(
    rf"(?P<minus>-\s?)?(?:(?:{_US}\s?)?\$\s?|(?i:US\s|USD\s?))?{_AMOUNT}"
    rf"(?:\s?(?:{_US}\s?)?(?:\$|(?i:dollars?))|\s?{_US})?",
    re.ASCII,
)
#: Codes of other currencies; their signs are listed separately.
_CODES = (
    "AED|ARS|AUD|BDT|BGN|BHD|BRL|BYN|CAD|CHF|CLP|CNY|COP|CRC|CZK|DKK|EGP|EUR|GBP|GEL|HKD|HRK|HUF|"
    "IDR|ILS|INR|ISK|JOD|JPY|KES|KRW|KWD|KZT|LKR|MAD|MXN|MYR|NGN|NIS|NOK|NTD|NZD|OMR|PEN|PHP|PKR|"
    "PLN|QAR|RMB|RON|RSD|RUB|RUR|SAR|SEK|SGD|THB|TRY|TWD|UAH|UYU|VEF|VND|ZAR|"
    "AU|CA|CDN|HK|MX|NT|NZ|R|RM|SG|TL"
)
_WORDS = (
    r"euros?|pounds?|pence|yen|yuan|won|rou?bles?|rupees?|reais|pesos?|zł|zl|zlotys?|kč|kc|ft|lei|"
    r"kr|rp|rs|лв|грн|тг|руб\w*|р|元|円|원|"
    r"(?:canadian|australian|hong\s?kong|singapore|new\s?zealand|taiwan)\s+dollars?"
)
#: Currencies that share the dollar's sign; written next to it in any case.
_SHARING = (
    r"(?i:AUD|CAD|CDN|NZD|HKD|SGD|NTD|TWD|MXN|ARS|CLP|BRL|UYU|"
    r"canadian|australian|hong\s?kong|singapore|new\s?zealand|taiwan|mexican)"
)
_CODE = rf"(?:{_CODES}|(?i:{_WORDS}))"
_OTHER = re.compile(
    rf"(?<![^\W\d_])(?<!\.)(?!{_US}\$)[^\W\d_]{{1,4}}\.?\$"  # CDN$ 5, R$5, Mex$
    rf"|\b{_SHARING}[.):]?\s?\$|\d\s?\(?{_SHARING}\b"  # cad $5, $5 cad, $5 (cad)
    r"|(?<!\b[Uu]\.)\b(?:A|C|S|COL|Can|MOP|Mex|TT)\.?\s\$"  # Mex $5; "From $5" is in USD
    rf"|\b{_CODE}[.):]?\s?\$?\s?\d|\bS/\.?\s?\d"  # EUR 5, CAD $5, (CAD) 5
    rf"|\d\s?\(?(?:{_CODE}\b|(?!{_US}\s?\$)[A-Z]{{1,3}}\s?\$)"  # 5 EUR, 5 zł, 5 C$
)


def in_another_currency(spelled: str) -> bool:
    """Whether a price's text has an amount with the mark of a currency other than USD."""
    if not any(map(str.isdigit, spelled)):
        return False
    signs = {sign for sign in spelled if unicodedata.category(sign) == "Sc"}
    return bool(signs - {"$"}) or _OTHER.search(spelled) is not None


def _usd(amount: float) -> float | None:
    return abs(float(amount)) if 0 <= amount <= _MOST_USD else None  # -0.0 is 0


def whole_number(value: Any) -> int | None:
    """A count given as a number or as a text that represents one, with a tolerance for
    floating-point noise; None for `'NA'`, for fractions and below 0."""
    parsed = number(value)
    if parsed is None or not 0 <= parsed < 10**18:
        return None
    whole = round(parsed)
    return whole if abs(parsed - whole) <= _NOISE else None


def minutes(value: Any) -> int | None:
    """A playtime in whole minutes, rounded (half to even); None when it is impossible: negative,
    more than MOST_MINUTES, or no number. See `missing_number` for what is not said at all."""
    parsed = number(value)
    if parsed is None or not 0 <= parsed <= MOST_MINUTES + 1:
        return None
    whole = round(parsed)
    return whole if whole <= MOST_MINUTES else None


def missing_number(value: Any) -> bool:
    """Whether a number is missing: absent, None, NaN or blank."""
    value = plain(value)
    return missing(value) or (isinstance(value, str) and value.strip().lower() in ("", "nan"))


def boolean(value: Any) -> bool | None:
    """A flag that may stand as a boolean, as 0 or 1, or as its name."""
    if isinstance(value, str):
        return {"true": True, "false": False, "1": True, "0": False}.get(value.strip().lower())
    return bool(value) if value in (0, 1) else None


def counts_in(value: Any) -> list[int]:
    """The counts that a sentence names, thousands commas aside; none where one is impossible.

    >>> counts_in("1,203 of 1,500 people (80%) found this review helpful")
    [1203, 1500, 80]
    """
    if not isinstance(value, str):
        return []
    digits = [spelled.replace(",", "") for spelled in _COUNT.findall(value)]
    if any(len(each) > 10 or int(each) > _MOST_COUNT for each in digits):
        return []
    return list(map(int, digits))


def helpful(value: Any) -> tuple[int, int]:
    """How many found a review helpful, and of how many. A count alone is that of both."""
    counts = counts_in(value)
    if len(counts) >= 2:
        return counts[0], counts[1]
    if len(counts) == 1 and (_PEOPLE.match(value) or value.replace(",", "").isdigit()):
        return counts[0], counts[0]
    return 0, 0


def count_text(value: Any) -> str | None:
    """A sentence with counts as it is, a count alone as its digits; None for anything else."""
    if isinstance(value, str):
        return value
    count = whole_number(value)
    return None if count is None else str(count)


_LEGAL = re.compile(
    r"(?:inc|ltd|llc|l\.l\.c|co|corp|gmbh|s\.?\s?r\.?\s?[lo]|s\.?a|a\.?s|s\.?l|lp|limited|"
    r"co\.?\s*ltd)\.?(?=[,)\s]|$)",
    re.IGNORECASE,
)


def companies(developer: str) -> list[str]:
    """The companies a developer string names.

    The store joins companies by a bare comma. A comma followed by a blank, within brackets, or
    before a legal form belongs to a name.

    >>> companies("Firaxis Games,Aspyr (Mac, Linux)"), companies("CAPCOM CO.,LTD.")
    (['Firaxis Games', 'Aspyr (Mac, Linux)'], ['CAPCOM CO.,LTD.'])
    """
    if "," not in developer:
        return [developer.strip()] if developer.strip() else []
    parts: list[str] = []
    start = depth = 0
    for position, character in enumerate(developer):
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character == "," and not depth:
            rest = developer[position + 1 :]
            if rest[:1].isspace() or _LEGAL.match(rest):
                continue
            parts.append(developer[start:position])
            start = position + 1
    parts.append(developer[start:])
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))
