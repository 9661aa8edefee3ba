"""Missing words of documents: texts in the client's language (P50), and names of agents (P51)."""

from collections.abc import Iterable, Iterator

from suptime.domain.client import Client
from suptime.invoicing.claims import Document
from suptime.settings.settings import Settings
from suptime.settings.wording import OLDER, Wording


def missing_texts(languages: Iterable[str], settings: Settings) -> Iterator[str]:
    """Yield a sentence for each of `languages` in which texts of the firm stand only without a language."""
    usual, wording = settings.get("documents.language"), Wording.of(settings)
    for language in sorted(set(languages)):
        if lacking := list(wording.untranslated(language, usual)):
            names = ", ".join(".".join(OLDER[name]) for name in lacking)
            keys = ", ".join(f"texts.{language}.{name}" for name in lacking)
            yield f"Documents in {language} have {names} in {usual}. Set {keys}."


def missing_names(documents: Iterable[Document]) -> Iterator[str]:
    """Yield a sentence on the agents of `documents` that have no name, if there are any."""
    logins = {
        unit["agent"]
        for one in documents
        for case in one["cases"]
        for unit in case["work"]
        if unit["agent"] not in one["agents"]
    }
    if logins:
        shown = ", ".join(sorted(logins))
        yield f"Documents show these agents by login: {shown}. Name them with suptime config set agents.LOGIN NAME."


def missing_for_codes(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield each setting that the Swiss payment part needs and that is not set, with what to do (P25)."""
    seller = settings.seller
    if (
        str(seller.get("iban", "")).replace(" ", "")[:2] in {"CH", "LI"}
        and settings.get("documents.qr") != "none"
    ):
        for key in ("name", "postcode", "city", "country"):
            if not seller.get(key):
                what = f"The Swiss payment part needs seller.{key}, which is not set."
                yield what, f"suptime config set seller.{key} VALUE"


def missing_in_france(settings: Settings, clients: Iterable[Client]) -> Iterator[tuple[str, str]]:
    """Yield the texts that French law requires on invoices to businesses and that the settings lack (P54)."""
    is_business = any(one.tax_id or one.company_number for one in clients)
    if settings.seller.get("country") != "FR" or not is_business:
        return
    wording = Wording.of(settings)
    wanted = {
        "terms": "the late-payment rate and the recovery fee of 40 € (code de commerce L441-9)",
        "legal": "the SIREN, the legal form and the capital",
    }
    for name, why in wanted.items():
        if not wording.texts.get("fr", {}).get(name):
            yield (
                f"French invoices to businesses state {why}: texts.fr.{name} is not set.",
                (f"suptime config set texts.fr.{name} TEXT"),
            )
