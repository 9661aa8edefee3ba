"""`suptime contract`."""

import pytest
from records_world import HOURLY, World

FAULTY = HOURLY.replace('"150.00"', "150.00").replace("[consent]", "[consnet]")
FAULTS = (
    "faulty.toml:9: prices.hour: expected an amount such as 1000.00, in quotes, found 150.00.\n"
    'faulty.toml:21: consnet: is not a table of a contract file. Did you mean "consent"?\n'
)


def later(starts_on: str, hour: str = "160.00") -> str:
    return HOURLY.replace("2026-01-01", starts_on).replace("150.00", hour)


def test_a_contract_is_added_with_its_file(empty: World):
    empty.do("client add acme --name Acme")

    ran = empty("contract add acme hourly.toml")

    assert ran.out == "Added contract acme-ps of acme, from 1 January 2026: Professional services.\n"


def test_the_same_file_once_more_changes_nothing(firm: World):
    before = firm.rows()

    ran = firm("contract add acme hourly.toml")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "Contract acme-ps of acme is unchanged, from 1 January 2026.\n"
    assert firm("contract add acme hourly.toml --format json").json["added"] is False
    assert firm.rows() == before


def test_a_later_file_of_the_same_code_is_a_new_version_from_its_day(firm: World):
    firm.write("later.toml", later("2026-07-01"))

    ran = firm("contract add acme later.toml")
    versions = firm("contract show acme-ps --format json").json["contract"]["versions"]

    assert (
        ran.out == "Added a version of contract acme-ps of acme, from 1 July 2026: Professional services.\n"
    )
    assert [(v["starts_on"], v["ends_on"], v["last_day"]) for v in versions] == [
        ("2026-01-01", None, "2026-06-30"),
        ("2026-07-01", None, None),
    ]


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(empty: World):
    empty.do("client add acme --name Acme")
    empty.write("windows.toml", b"\xef\xbb\xbf" + HOURLY.replace("\n", "\r\n").encode())

    assert empty("contract add acme windows.toml").code == 0


def test_another_currency_than_the_clients_is_allowed_and_warned_of(empty: World):
    empty.do("client add acme --name Acme --currency EUR")

    ran = empty("contract add acme hourly.toml")

    assert ran.code == 0
    assert ran.err == (
        "Warning: The contract is in USD, but the client's currency is EUR: acme-ps is invoiced in USD.\n"
    )


def test_a_version_in_another_currency_is_allowed_and_warned_of(firm: World):
    firm.write("euro.toml", later("2026-07-01").replace("USD", "EUR"))

    ran = firm("contract add acme euro.toml")

    assert ran.code == 0
    assert ran.err == (
        "Warning: The contract is in EUR, but the client's currency is USD: "
        "acme-ps is invoiced in EUR.\n"
        "Warning: Other versions of acme-ps are in USD: each currency is invoiced separately.\n"
    )


def test_a_check_of_a_right_file_says_so(empty: World):
    ran = empty("contract check hourly.toml")

    assert (ran.code, ran.out, ran.err) == (0, "hourly.toml: no errors\n", "")
    assert empty("contract check hourly.toml --format json").json == {"faults": []}


@pytest.mark.parametrize("command", ["contract check faulty.toml", "contract add acme faulty.toml"])
def test_every_fault_of_a_file_is_named_on_a_line_of_its_own(empty: World, command: str):
    empty.do("client add acme --name Acme")
    empty.write("faulty.toml", FAULTY)

    ran = empty(command)

    assert (ran.code, ran.out, ran.err) == (2, "", FAULTS)


def test_a_check_gives_faults_as_json(empty: World):
    empty.write("faulty.toml", FAULTY)

    ran = empty("contract check faulty.toml --format json")

    assert (ran.code, ran.err) == (2, "")
    assert ran.json["faults"][1] == {
        "line": 21,
        "key": "consnet",
        "expected": 'is not a table of a contract file. Did you mean "consent"?',
    }


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(empty: World):
    empty.write("latin.toml", b"# one\n# caf\xe9\n")

    ran = empty("contract check latin.toml")

    assert ran.code == 2
    assert ran.err == 'Error: "latin.toml" is not UTF-8 text: see line 2.\nSave it as UTF-8.\n'


def test_a_file_larger_than_1_mb_is_refused_before_it_is_read(empty: World):
    empty.write("large.toml", b"#" * 1_000_001)

    ran = empty("contract check large.toml")

    assert ran.code == 2
    assert ran.err == (
        'Error: "large.toml" is larger than 1 MB. A contract file has a few hundred lines at most.\n'
    )


def test_a_contract_is_shown_clause_by_clause_in_sentences(firm: World):
    assert firm("contract show ACME-PS").out == (
        "acme-ps of acme\n"
        "\n"
        "contract\n"
        "  Professional services, from 1 January 2026.\n"
        "  Amounts are in USD; days and months are those of America/Chicago.\n"
        "\n"
        "prices\n"
        "  An hour costs 150.00 USD.\n"
        "\n"
        "classification\n"
        "  Billed: configuration.\n"
        "  Free: general-information.\n"
        "  Held until the cause is known, then billed or free by the cause: bug-report.\n"
        "  A case is billed when its cause turns out to be no-defect-found.\n"
        "  A case is free when its cause turns out to be product-defect.\n"
        "  Everything else is billed.\n"
        "\n"
        "consent\n"
        "  You are asked before billable work goes ahead. Work done before your consent\n"
        "  is not billed.\n"
        "  If you refuse, work from then on is not billed, even after an earlier consent,\n"
        "  until you consent again.\n"
    )


def test_each_version_of_a_contract_is_shown_with_its_days(firm: World):
    firm.write("later.toml", later("2026-07-01"))
    firm.do("contract add acme later.toml")

    shown = firm("contract show acme-ps").out

    assert "From 1 January 2026 through 30 June 2026\n" in shown
    assert "From 1 July 2026 on\n" in shown


def test_a_version_that_ends_before_the_next_one_keeps_its_own_last_day(empty: World):
    empty.do("client add duo --name Duo\ncontract add duo selective.toml")

    versions = empty("contract show duo-care --format json").json["contract"]["versions"]

    assert [(v["starts_on"], v["last_day"]) for v in versions] == [("2026-03-01", "2026-12-31")]


def test_contracts_are_listed_by_code(firm: World):
    assert firm("contract list").out == (
        "Code           Client    From        Through     Currency  Title\n"
        "acme-ps        acme      2026-01-01              USD       Professional services\n"
        "duo-care       duo       2026-03-01  2026-12-31  EUR       Care\n"
        "duo-yen        duo       2026-01-01              JPY       Hours in yen\n"
        "lakeside-1on1  lakeside  2026-01-01              USD       1-on-1 tech support\n"
    )


def test_the_contracts_of_one_client_are_listed_as_json(firm: World):
    assert firm("contract list --client lakeside --format json").json == {
        "contracts": [
            {
                "code": "lakeside-1on1",
                "client": "lakeside",
                "title": "1-on-1 tech support",
                "currency": "USD",
                "timezone": "America/Chicago",
                "starts_on": "2026-01-01",
                "ends_on": None,
                "versions": 1,
            }
        ]
    }


def test_with_no_contract_the_list_says_how_to_add_one(empty: World):
    empty.do("client add acme --name Acme")

    assert empty("contract list").err == (
        "There are no contracts yet. Add one: suptime contract add CLIENT FILE\n"
    )
    assert empty("contract list --client acme").err == (
        "acme has no contracts yet. Add one: suptime contract add acme FILE\n"
    )


def test_a_contract_from_a_template_is_added_at_once(suptime, tmp_path):
    suptime("client add acme --name Acme --currency USD --timezone UTC")
    done = suptime("contract new hourly --client acme --price 120 --from 2026-10-01 --add")
    assert done.out == "Wrote acme-hourly.toml and added contract acme-hourly of acme, from 1 October 2026.\n"
    kept = suptime("contract show acme-hourly --format json").json
    assert kept["contract"]["code"] == "acme-hourly"
    assert "--client" in suptime("contract new hourly --price 120 --currency USD --add", code=2).err


def test_a_contract_from_a_template_that_is_refused_leaves_no_file(suptime, tmp_path):
    for client in ("acme", "beta"):
        suptime(f"client add {client} --name X --currency USD --timezone UTC")
    new = "contract new hourly --price 120 --code ours --add"
    suptime(f"{new} --client acme --out {tmp_path}/acme.toml")
    suptime(f"{new} --client beta --out {tmp_path}/beta.toml", code=3)
    assert (tmp_path / "acme.toml").exists()
    assert not (tmp_path / "beta.toml").exists()
