"""Payment codes of documents: what is printed is what the code says."""

import pytest

from suptime.documents.payment import payment_code, payment_part
from suptime.language.translate import using_language

SWISS = [
    *("SPC", "0200", "1", "CH4431999123000889012"),
    *("S", "Robert Schneider AG", "Rue du Lac 1268", "", "2501", "Biel", "CH"),
    *[""] * 7,
    *("1949.75", "CHF"),
    *("S", "Pia Rutschmann", "Marktgasse 28", "", "79539", "Lörrach", "DE"),
    *("QRR", "210000000003139471430009017", "INV-1", "EPD"),
]
EPC = "BCD\n002\n1\nSCT\nBYLADEM1001\nNordtor GmbH\nDE02120300000000202051\nEUR119.00\n\n\nINV-1"


def document(epc_qr=None, lines=None, **payment):
    text = "\n".join(lines) if lines else None
    payment = {"epc_qr": epc_qr, "swiss_qr": text, "amount": "119.00", "reference": "INV-1"} | payment
    return {"currency": "EUR", "payment": payment}


def test_an_epc_code_says_in_words_what_it_asks_for():
    code = payment_code(document(EPC))
    assert all(text in code.about for text in ("119.00", "Nordtor GmbH", "INV-1"))
    assert code.svg.startswith("<svg")


@pytest.mark.parametrize("one", [document(), {"currency": "EUR", "payment": None}, {"currency": "EUR"}])
def test_what_has_no_code_has_no_picture(one):
    assert payment_code(one) is None
    assert payment_part(one) is None


def test_a_payment_part_is_read_from_its_code():
    part = payment_part(document(lines=SWISS))
    assert part.account == (
        "CH44 3199 9123 0008 8901 2",
        "Robert Schneider AG",
        "Rue du Lac 1268",
        "2501 Biel",
    )
    assert part.reference == "21\xa000000\xa000003\xa013947\xa014300\xa009017"
    assert part.payer == ("Pia Rutschmann", "Marktgasse 28", "DE-79539 Lörrach")
    assert (part.message, part.currency, part.amount) == ("INV-1", "CHF", "1\xa0949.75")


def test_a_client_without_an_address_is_written_by_hand():
    lines = [*SWISS[:20], *[""] * 7, "NON", "", *SWISS[29:]]
    part = payment_part(document(lines=lines))
    assert (part.payer, part.reference) == ((), "")


@pytest.mark.parametrize(
    ("language", "name"), [("de-CH", "Zahlteil"), ("fr", "Section paiement"), ("es", "Payment part")]
)
def test_its_headings_are_the_guidelines_own(language, name):
    with using_language(language):
        assert payment_part(document(lines=SWISS)).words["payment_part"] == name
