"""Names and addresses at the head of a document."""

import pytest

from suptime.documents.invoice.letterhead import address, place


@pytest.mark.parametrize(
    ("party", "told"),
    [
        ({"address": "Am Hafen 1", "postcode": "20457", "city": "Hamburg", "country": "DE"}, "20457 Hamburg"),
        ({"address": "1 Mill Lane", "postcode": "YO1 1AA", "city": "York", "country": "GB"}, "York YO1 1AA"),
        ({"address": "1 Mill Lane", "postcode": None, "city": "Leeds", "country": "GB"}, "Leeds"),
        ({"address": "Berliner Straße 1", "postcode": "10115", "city": "Berlin"}, "10115 Berlin"),
        ({"address": None, "postcode": "10115", "city": "Berlin"}, "10115 Berlin"),
        ({"address": "Mühlweg 4\n10115 Berlin", "postcode": "10115", "city": "Berlin"}, None),
        ({"address": "4 rue du Port, 33000 Bordeaux", "postcode": "33000", "city": "Bordeaux"}, None),
        ({"address": "1 Mill Lane"}, None),
    ],
)
def test_city_and_postcode_are_told_where_the_address_does_not_say_them(party, told):
    assert (place(party) or None) == told


def test_the_place_stands_between_the_street_and_the_rest():
    party = {"address": "Am Hafen 1", "postcode": "20457", "city": "Hamburg", "email": "ap@hafen.example"}
    assert address(party) == ["Am Hafen 1", "20457 Hamburg", "ap@hafen.example"]
