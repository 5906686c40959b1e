"""Currencies: which ones clients may name, and how many decimals each has. Amounts are integer minor units."""

from __future__ import annotations

ZERO_DECIMAL = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
"""Not isk and ugx: their amounts count hundredths, although the currencies have no smaller unit."""

THREE_DECIMAL = frozenset("bhd jod kwd omr tnd".split())

CURRENCIES = tuple(
    "usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf "
    "clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl hrk htg huf idr "
    "ils inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mro mur "
    "mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek "
    "sgd shp sle sll sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xof xpf yer "
    "zar zmw btn ghs eek lvl svc vef ltl".split()
)
"""Every currency that a ledger may settle in, `usd` first, as clients list them."""

_KNOWN = frozenset(CURRENCIES)


def exponent_of(currency: str) -> int:
    """How many decimals amounts of a currency have."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def is_currency(code: str) -> bool:
    """Whether `code` is a lower-case ISO code that a ledger may settle in."""
    return code in _KNOWN
