"""`suptime price`."""

from records_world import World


def test_a_price_is_set_from_a_day_on(firm: World):
    assert firm("price set ACME-ps hour 180 --from 2026-10-08").out == (
        "An hour of acme-ps costs 180.00 USD from 8 October 2026 on.\n"
    )
    assert firm("price set acme-ps HOUR 0.0125 --from 2026-12-01 --format json").json == {
        "price": {
            "contract": "acme-ps",
            "item": "hour",
            "amount": "0.0125",
            "currency": "USD",
            "from": "2026-12-01",
            "before": None,
        },
        "warnings": [],
        "warning_codes": [],
    }


def test_the_days_before_keep_their_price_and_the_days_from_it_have_the_new_one(firm: World):
    firm.do("case consent CASE-1 --by ops@acme.example --at '2026-10-05 09:00'")
    firm.do("log CASE-1 1h --from '2026-10-09 10:00'")
    firm.do("price set acme-ps hour 180 --from 2026-10-08")

    lines = firm("explain CASE-1 --format json").json["lines"]

    assert [(line["date"], line["unit_price"]) for line in lines] == [
        ("2026-10-06", "150.00"),
        ("2026-10-09", "180.00"),
    ]


def test_the_same_price_again_changes_nothing_and_another_one_replaces_it(firm: World):
    firm.do("price set acme-ps hour 180 --from 2026-10-08")
    before = firm.rows()

    again = firm("price set acme-ps hour 180.00 --from 2026-10-08")

    assert (again.out, again.err) == (
        "The price is unchanged: an hour of acme-ps costs 180.00 USD from 8 October 2026 on.\n",
        "",
    )
    assert firm.rows() == before
    assert firm("price set acme-ps hour 175.5 --from 2026-10-08").out == (
        "An hour of acme-ps costs 175.50 USD from 8 October 2026 on, not 180.00.\n"
    )
    assert firm("undo").out == "Took back 'price set' of 10:00, which had changed price 1.\n"
    assert [c["amount"] for c in changes(firm)] == ["180.00"]


def changes(world: World) -> list[dict[str, str]]:
    return world("contract show acme-ps --format json").json["contract"]["price_changes"]


def test_contract_show_says_every_price_and_from_when(firm: World):
    firm.do("price set acme-ps hour 180 --from 2026-10-08\nprice set acme-ps hour 190 --from 2026-12-01")

    assert (
        "prices\n"
        "  An hour costs 150.00 USD.\n"
        "  An hour costs 180.00 USD from 8 October 2026.\n"
        "  An hour costs 190.00 USD from 1 December 2026.\n"
    ) in firm("contract show acme-ps").out
    assert [(c["from"], c["amount"]) for c in changes(firm)] == [
        ("2026-10-08", "180.00"),
        ("2026-12-01", "190.00"),
    ]


def test_a_new_version_of_the_contract_has_the_prices_of_its_own_file(firm: World):
    firm.do("price set acme-ps hour 180 --from 2026-10-08")
    firm.write("later.toml", (firm.home / "hourly.toml").read_text().replace("2026-01-01", "2026-11-01"))
    firm.do("contract add acme later.toml\nprice set acme-ps hour 200 --from 2026-12-01")

    versions = firm("contract show acme-ps --format json").json["contract"]["versions"]
    said = [next(c["sentences"] for c in v["clauses"] if c["table"] == "prices") for v in versions]

    assert said == [
        ["An hour costs 150.00 USD.", "An hour costs 180.00 USD from 8 October 2026."],
        ["An hour costs 150.00 USD.", "An hour costs 200.00 USD from 1 December 2026."],
    ]


def test_a_price_where_the_fee_covered_everything_lets_the_rest_be_billed(firm: World):
    text = (firm.home / "contracts" / "plan-basic.toml").read_text()
    firm.write("plan.toml", text.replace('[prices]\nhour = "90.00"\n', "").partition("[sla]")[0])
    firm.do(
        "client add nord --name Nord\ncontract add nord plan.toml\n"
        "case open CASE-9 --client nord --category business-process --at '2026-10-06 10:00'\n"
        "log CASE-9 10m --from '2026-10-06 13:00' --channel email"
    )

    assert firm("log CASE-9 10m --from '2026-10-07 13:00' --channel email").code == 4
    firm.do("price set nord-basic hour 90 --from 2026-10-07")
    assert firm("log CASE-9 10m --from '2026-10-07 13:00' --channel email").code == 0
