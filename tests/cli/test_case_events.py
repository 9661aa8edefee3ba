"""`suptime case consent`, `escalate`, `respond`, `resolve` and `reopen`."""

from records_world import World


def events(world: World, number: str) -> list[tuple[str, str]]:
    return [(e["kind"], e["at"]) for e in world(f"case show {number} --format json").json["case"]["events"]]


def test_a_consent_is_recorded_with_who_gave_it_and_for_how_much(firm: World):
    ran = firm("case consent CASE-1 --by ops@acme.example --at '2026-10-05 09:05' --up-to 1h30m")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == "ops@acme.example consented to work on CASE-1 at 2026-10-05 09:05, up to 1h30m.\n"
    assert firm("case show CASE-1 --format json").json["case"]["events"] == [
        {
            "n": 1,
            "kind": "consent",
            "at": "2026-10-05T14:05:00Z",
            "by": "ops@acme.example",
            "up_to_seconds": 5400,
            "cause": None,
            "kb": None,
            "for": None,
        }
    ]


def test_a_client_may_consent_again(firm: World):
    firm.do("case consent CASE-1 --by ops --at '2026-10-05 09:05'\ncase consent CASE-1 --by ops")

    assert events(firm, "CASE-1") == [
        ("consent", "2026-10-05T14:05:00Z"),
        ("consent", "2026-10-12T15:00:00Z"),
    ]


def test_a_consent_that_nobody_asked_for_is_kept_with_a_note(firm: World):
    ran = firm("case consent CASE-3 --by ops")

    assert ran.code == 0
    assert ran.err == ("lakeside-1on1 does not require consent: it was recorded, but changes nothing.\n")


def test_consent_is_asked_for_by_a_message_with_the_price(firm: World):
    ran = firm("case consent CASE-1 --request --to ops@acme.example --for 2h --outbox out")

    assert ran.code == 0
    assert ran.out == (
        "Asked ops@acme.example for consent to work on CASE-1 for 2h. Message: out/CASE-1-consent-request.eml\n"
    )
    assert firm("case show CASE-1 --format json").json["case"]["events"] == [
        {
            "n": 1,
            "kind": "consent-request",
            "at": "2026-10-12T15:00:00Z",
            "by": "ops@acme.example",
            "up_to_seconds": 7200,
            "cause": None,
            "kb": None,
            "for": None,
        }
    ]


def test_the_estimate_is_asked_for_where_no_time_is_given(firm: World):
    firm.do("case estimate CASE-1 3h")

    asked = firm("case consent CASE-1 --request --to ops@acme.example --outbox out --format json").json

    assert asked["request"]["for_seconds"] == 10800


def test_a_request_without_an_outbox_that_can_be_written_is_not_recorded(firm: World):
    (firm.home / "taken").write_text("")

    ran = firm("case consent CASE-1 --request --to ops@acme.example --outbox taken")

    assert ran.code == 2
    assert events(firm, "CASE-1") == []


def test_consent_is_asked_only_where_it_counts(firm: World):
    ran = firm("case consent CASE-3 --request --to ops@acme.example --outbox out")

    assert ran.code == 3
    assert "lakeside-1on1 does not require consent" in ran.err


def test_a_refusal_is_recorded_with_its_time_and_name(firm: World):
    ran = firm("case consent CASE-1 --refused --by ' ops ' --at '2026-10-05 09:05'")

    assert (ran.code, ran.out) == (0, "ops refused work on CASE-1 at 2026-10-05 09:05.\n")
    assert events(firm, "CASE-1") == [("consent-refused", "2026-10-05T14:05:00Z")]


def test_an_event_at_the_instant_of_the_opening_counts(firm: World):
    assert firm("case consent CASE-1 --by ops --at '2026-10-05 09:00'").code == 0


def test_an_escalation_is_recorded(firm: World):
    firm.do("case open L-1 --client lakeside --at 09:00")

    ran = firm("case escalate L-1 --at 09:10")

    assert (ran.code, ran.out, ran.err) == (0, "Escalated L-1 at 09:10.\n", "")


def test_an_escalation_that_the_contract_does_not_know_is_kept_with_a_note(firm: World):
    ran = firm("case escalate CASE-1")

    assert ran.code == 0
    assert ran.err == ("acme-ps bills cases without escalation, too: it was recorded, but changes nothing.\n")


def test_a_first_response_is_recorded(firm: World):
    ran = firm("case respond CASE-1 --at '2026-10-05 09:30'")

    assert ran.out == "Recorded the first response to CASE-1 at 2026-10-05 09:30.\n"
    assert firm("case show CASE-1 --format json").json["case"]["responded_at"] == "2026-10-05T14:30:00Z"


def test_a_case_is_resolved_with_its_cause_and_article(firm: World):
    ran = firm("case resolve CASE-2 --cause product-defect --kb https://kb.example/42 --format json")

    assert (ran.code, ran.err) == (0, "")
    case = ran.json["case"]
    assert (case["status"], case["cause"], case["resolved_at"]) == (
        "resolved",
        "product-defect",
        "2026-10-12T15:00:00Z",
    )
    assert case["events"][0]["kb"] == "https://kb.example/42"


def test_resolving_says_when_and_why(firm: World):
    assert firm("case resolve CASE-2 --cause product-defect").out == (
        "Resolved CASE-2 at 10:00, cause product-defect.\n"
    )


def test_a_cause_that_was_never_found_is_unknown_without_a_warning(firm: World):
    ran = firm("case resolve CASE-2 --cause unknown")

    assert (ran.code, ran.err) == (0, "")


def test_a_cause_that_is_not_listed_is_refused_before_all_else(firm: World):
    assert firm("case resolve CASE-4 --cause product-defetc").code == 2  # it is resolved, which is exit 3


def test_an_unlisted_cause_is_recorded_as_typed_and_warned_of(firm: World):
    ran = firm("case resolve CASE-2 --cause product-defetc --unlisted --format json")

    assert (ran.json["case"]["cause"], ran.json["warning_codes"]) == ("product-defetc", ["cause-unlisted"])
    assert ran.err == (
        'Warning: acme-ps does not list the cause "product-defetc", so it has no effect. '
        "The nearest listed is product-defect.\n"
    )


def test_a_case_that_is_billable_anyway_needs_no_cause(firm: World):
    assert firm("case resolve CASE-1").code == 0


def test_a_case_may_be_resolved_at_the_instant_its_work_ends(firm: World):
    assert firm("case resolve CASE-1 --at '2026-10-06 11:00'").code == 0


def test_a_case_may_be_resolved_once_its_appointment_is_cancelled(firm: World):
    firm.do("appointment cancel A1")

    assert firm("case resolve CASE-3").code == 0


def test_a_case_may_be_resolved_while_its_appointment_goes_on(firm: World):
    firm.do("appointment cancel A1\nappointment book CASE-3 --from 'today 09:30' --to 10:30")

    assert firm("case resolve CASE-3").code == 0


def test_an_appointment_that_nobody_came_to_is_named_when_the_resolution_lies_before_it(firm: World):
    firm.do("appointment cancel A1")

    ran = firm("case resolve CASE-3 --at '2026-10-09 09:00'")

    assert ran.code == 3
    assert ran.err == (
        "Error: CASE-3 has a future appointment: A3 of ana, 2026-10-09 10:00.\n"
        "Try: suptime appointment missed A3\n"
    )


def test_a_case_is_reopened_and_resolved_again(firm: World):
    ran = firm("case reopen CASE-4 --at '2026-10-08 09:00'")
    assert ran.out == "Reopened CASE-4 at 2026-10-08 09:00.\n"
    assert firm("case show CASE-4 --format json").json["case"]["status"] == "open"

    firm.do("case resolve CASE-4 --at '2026-10-09 09:00'")
    assert firm("case show CASE-4 --format json").json["case"]["resolved_at"] == "2026-10-09T14:00:00Z"


def test_a_case_may_be_resolved_and_reopened_within_one_second(firm: World):
    firm.do("case reopen CASE-4\ncase resolve CASE-4\ncase reopen CASE-4\ncase resolve CASE-4")

    assert [kind for kind, _ in events(firm, "CASE-4")] == [
        "resolve",
        "reopen",
        "resolve",
        "reopen",
        "resolve",
    ]


def test_events_are_shown_in_order_of_time_whenever_they_were_recorded(firm: World):
    firm.do("case consent CASE-1 --by b\ncase respond CASE-1 --at '2026-10-05 09:30'")

    assert [kind for kind, _ in events(firm, "CASE-1")] == ["respond", "consent"]


def test_an_event_can_be_taken_back(firm: World):
    firm.do("case resolve CASE-1\nundo")

    assert events(firm, "CASE-1") == []
