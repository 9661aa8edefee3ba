"""`compare`: a client's real work rated under other contract files."""

import re
from decimal import Decimal

import pytest
from driving import Suptime
from reports_world import CONTRACTS, PLAN, contract


@pytest.fixture
def harbor(suptime: Suptime) -> Suptime:
    """A client who pays per incident, with one that is completed and one that is not, and files to compare with."""
    suptime.set(TZ="America/New_York")
    suptime.at("2026-11-02T15:00:00Z")
    contract(suptime, "harbor", "incident.toml")
    suptime("case open CASE-1 --client harbor --at '2026-10-12 08:00'")
    suptime("log CASE-1 50m --from '2026-10-12 09:00' --channel phone")
    suptime("log CASE-1 45m --from '2026-10-12 10:40' --channel phone")
    suptime("case resolve CASE-1 --at '2026-10-16 11:00'")
    suptime("case open CASE-2 --client harbor --at '2026-10-29 09:00'")
    suptime("log CASE-2 50m --from '2026-10-29 10:00' --channel phone")
    for path in CONTRACTS.glob("*.toml"):
        (suptime.home / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (suptime.home / "plan.toml").write_text(PLAN)
    return suptime


def compared(suptime: Suptime, files: str, options: str = "--month 2026-10") -> dict:
    return suptime(f"compare --client harbor {options} --format json {files}").json


def test_each_file_is_rated_in_the_order_named_and_the_current_contract_is_the_yardstick(harbor: Suptime):
    found = compared(harbor, "minute.toml agreement.toml")
    assert [plan["file"] for plan in found["plans"]] == ["minute.toml", "agreement.toml"]
    assert [plan["net"] for plan in found["plans"]] == ["362.50", "0.00"]
    assert [plan["billed_minutes"] for plan in found["plans"]] == [145, 0]
    assert (found["current"]["file"], found["current"]["title"]) == (None, "Per incident")


def test_the_current_contract_costs_what_its_draft_says(harbor: Suptime):
    draft = harbor("invoice --month 2026-10 --client harbor --format json").json["invoices"][0]
    assert compared(harbor, "minute.toml")["current"]["net"] == draft["totals"]["net"] == "220.00"


def test_the_file_of_the_current_contract_costs_the_same(harbor: Suptime):
    found = compared(harbor, "incident.toml")
    for key in ("net", "comparable", "billed_incidents", "time"):
        assert found["plans"][0][key] == found["current"][key], key


def test_a_plan_costs_what_a_client_under_it_would_be_invoiced(harbor: Suptime):
    contract(harbor, "other", (CONTRACTS / "minute.toml").read_text())
    harbor("client card other --on-file")
    for number, start, length in (
        ("1", "12 09:00", "50m"),
        ("1", "12 10:40", "45m"),
        ("2", "29 10:00", "50m"),
    ):
        harbor(f"case open OTHER-{number} --client other --at '2026-10-12 08:00'", code=None)
        harbor(f"log OTHER-{number} {length} --from '2026-10-{start}' --channel phone --agent bob")
    draft = harbor("invoice --month 2026-10 --client other --format json").json["invoices"][0]
    assert compared(harbor, "minute.toml")["plans"][0]["net"] == draft["totals"]["net"]


def test_an_incident_that_is_not_completed_does_not_make_a_plan_look_cheap(harbor: Suptime):
    current = compared(harbor, "minute.toml")["current"]
    assert (current["net"], current["held_net"], current["comparable"]) == ("220.00", "110.00", "330.00")
    assert current["time"]["held_seconds"] == 3000
    assert current["notes"][0]["text"] == "50 min held: the incident is not completed yet."


def test_a_yearly_fee_counts_with_its_monthly_share_and_net_is_the_months_invoice(harbor: Suptime):
    plan = compared(harbor, "agreement.toml")["plans"][0]
    assert (plan["net"], plan["fees_net"], plan["fee_share"], plan["comparable"]) == (
        "0.00",
        "0.00",
        "100.00",
        "100.00",
    )
    january = compared(harbor, "agreement.toml", "--month 2026-01")["plans"][0]
    assert (january["net"], january["fees_net"], january["fee_share"]) == ("1200.00", "1200.00", "100.00")
    assert "Each month bears a twelfth of the yearly fee: 100.00" in _said(harbor, "agreement.toml")


def test_several_months_are_added_up(harbor: Suptime):
    year = compared(harbor, "agreement.toml", "--from 2026-01 --to 2026-10")
    assert len(year["months"]) == 10
    assert (year["plans"][0]["net"], year["plans"][0]["fee_share"]) == ("1200.00", "1000.00")


def test_work_that_lacks_a_consent_nobody_was_asked_for_counts_in_the_cost(harbor: Suptime):
    plan = compared(harbor, "hourly.toml")["plans"][0]
    assert (plan["net"], plan["assumed_net"], plan["comparable"]) == ("0.00", "362.50", "362.50")
    assert plan["cheapest"] is False
    assert "without a consent, which it requires" in plan["notes"][0]["text"]


def test_a_plan_that_does_not_sell_the_work_is_never_the_cheapest(harbor: Suptime):
    harbor("case open CASE-3 --client harbor --at '2026-10-12 08:00'")
    contract(
        harbor,
        "harbor",
        (CONTRACTS / "agreement.toml").read_text().replace("orchard-agreement", "harbor-flat"),
    )
    harbor("case open CASE-4 --client harbor --contract harbor-flat --at '2026-10-12 08:00'")
    harbor("log CASE-4 1h --from '2026-10-13 09:00' --channel email")
    found = compared(harbor, "minute.toml", "--contract harbor-flat --month 2026-10")
    plan = found["plans"][0]
    assert (plan["net"], plan["cheapest"]) == ("0.00", False)
    assert plan["notes"][0] == {
        "text": "1 h by channels that it does not sell: this work would be refused.",
        "caution": True,
    }
    said = harbor("compare --client harbor --contract harbor-flat --month 2026-10 minute.toml").out
    assert "but not for all of the work" in said
    assert "so it is not called the cheapest" in said


def test_the_cheapest_is_marked_once_and_by_the_cost_of_the_work(harbor: Suptime):
    found = compared(harbor, "minute.toml agreement.toml hourly.toml")
    marked = [plan["file"] for plan in found["plans"] if plan["cheapest"]]
    assert marked == ["agreement.toml"]
    assert _said(harbor, "minute.toml agreement.toml hourly.toml").count("cheapest") == 1


def test_across_currencies_no_plan_is_the_cheapest(harbor: Suptime):
    found = compared(harbor, "pack.toml agreement.toml")
    assert not any(plan["cheapest"] for plan in [found["current"], *found["plans"]])
    assert found["plans"][0]["difference"] is None
    assert "none is called the cheapest" in _said(harbor, "pack.toml")


def test_a_file_that_starts_later_is_rated_as_if_it_had_been_in_force(harbor: Suptime):
    late = (CONTRACTS / "minute.toml").read_text().replace("2026-01-01", "2027-01-01")
    (harbor.home / "late.toml").write_text(late)
    plan = compared(harbor, "late.toml")["plans"][0]
    assert plan["net"] == "362.50"
    assert plan["notes"][-1]["text"] == "It starts on 1 January 2027; the comparison also applies it before."


def test_purchases_pay_where_the_file_sells_the_same_unit_and_are_counted_at_their_price(suptime: Suptime):
    suptime.set(TZ="America/Chicago")
    suptime.at("2026-11-02T15:00:00Z")
    contract(suptime, "lake", "prepaid.toml")
    suptime("prepaid add lakeside-1on1 10h --on 2026-10-01 --price 1000.00")
    suptime("case open CASE-1 --client lake --at '2026-10-05 08:00'")
    suptime("case escalate CASE-1 --at '2026-10-05 08:00'")
    suptime("log CASE-1 1h --from '2026-10-05 09:00'")
    (suptime.home / "same.toml").write_text((CONTRACTS / "prepaid.toml").read_text())
    (suptime.home / "hourly.toml").write_text(
        (CONTRACTS / "hourly.toml").read_text().replace("required = true", "required = false")
    )
    found = suptime("compare --client lake --month 2026-10 same.toml hourly.toml --format json").json
    same, hourly = found["plans"]
    assert (same["net"], same["prepaid_minutes"], same["prepaid_value"]) == ("1000.00", 60, "100.00")
    assert same["comparable"] == found["current"]["comparable"] == "100.00"
    assert (hourly["net"], hourly["prepaid_minutes"]) == ("150.00", 0)
    assert "The purchases P1 cannot be used under it" in hourly["notes"][-1]["text"]


def test_the_cost_is_the_sum_of_its_parts(harbor: Suptime):
    found = compared(harbor, "minute.toml agreement.toml hourly.toml pack.toml plan.toml")
    for plan in [found["current"], *found["plans"]]:
        parts = ("work_net", "later_net", "prepaid_value", "held_net", "assumed_net", "fee_share")
        total = sum(Decimal(plan[key]) for key in parts) - Decimal(plan["earlier_net"])
        assert Decimal(plan["comparable"]) == total
        assert Decimal(plan["net"]) == sum(Decimal(plan[f"{key}_net"]) for key in ("work", "fees", "sales"))
        outcomes = [n for key, n in plan["time"].items() if key != "worked_seconds"]
        assert sum(outcomes) == plan["time"]["worked_seconds"] == 8700


def test_every_sum_of_the_json_stands_in_the_text(harbor: Suptime):
    files = "minute.toml agreement.toml hourly.toml plan.toml"
    said = _said(harbor, files)
    for plan in compared(harbor, files)["plans"]:
        assert plan["title"] in said
        assert plan["comparable"] in said


@pytest.mark.parametrize("width", ["60", "80", "120"])
def test_no_line_is_wider_than_the_terminal(harbor: Suptime, width: str):
    harbor.set(SUPTIME_FORCE_TTY=width)
    (harbor.home / "long.toml").write_text(
        PLAN.replace("Support plan Basic", "A plan with a very long name " * 4)
    )
    said = _said(
        harbor, "minute.toml agreement.toml hourly.toml plan.toml long.toml pack.toml", squeeze=False
    )
    assert [line for line in said.splitlines() if len(line) > int(width)] == []


def test_what_was_typed_into_a_file_cannot_move_the_cursor(harbor: Suptime):
    (harbor.home / "evil.toml").write_text(PLAN.replace("Support plan Basic", "Plan \\u202e"))
    said = _said(harbor, "evil.toml")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", said)


def test_nothing_is_changed(harbor: Suptime):
    before = harbor.rows()
    compared(harbor, "minute.toml")
    assert harbor.rows() == before


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("compare --client harbor", 2, "requires FILE"),
        ("compare minute.toml", 2, "requires --client"),
        ("compare --client harbor nowhere.toml", 2, 'File "nowhere.toml" does not exist.'),
        ("compare --client nobody minute.toml", 3, "There is no client"),
        (
            "compare --client harbor --month 2026-10 --from 2026-09 minute.toml",
            2,
            "--month cannot be used with --from and --to",
        ),
        ("compare --client harbor --from 2026-10 --to 2026-09 minute.toml", 2, "Swap them."),
        ("compare --client harbor --format csv minute.toml", 2, "Unknown comparison format 'csv'"),
        ("compare --client harbor --contract other minute.toml", 3, "There is no contract"),
    ],
)
def test_what_cannot_be_compared_is_told(harbor: Suptime, command: str, code: int, said: str):
    assert said in harbor(command, code=code).err


def test_the_faults_of_a_file_are_named_with_their_lines(harbor: Suptime):
    (harbor.home / "bad.toml").write_text(PLAN.replace("[coverage]", "[covrage]"))
    assert (
        "bad.toml:10: covrage: is not a table of a contract file."
        in harbor("compare --client harbor bad.toml", code=2).err
    )


def _said(suptime: Suptime, files: str, *, squeeze: bool = True) -> str:
    out = suptime(f"compare --client harbor --month 2026-10 {files}").out
    return " ".join(out.split()) if squeeze else out
