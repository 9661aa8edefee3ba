"""A7, D1, D2: the words of a request propose its category. `make suggest-score` prints the measured scores."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scoring import FILES, requests, score, terms_of

from suptime.contracts.clauses.classification import Classification, rule
from suptime.contracts.triage.suggest import suggest

HOURLY = terms_of("hourly")
TERMS = Classification(
    categories={"question": "non-billable", "fault": "by-cause", "set-up": "billable"},
    suggest={
        "question": ("can I", "how do/can I", "is ... right"),
        "fault": ("crash", "... does not work"),
        "set-up": ("deactivate", "create a campaign", "log in to our account", "switch off/on ... filter"),
    },
)


@pytest.mark.parametrize("request_", requests("hourly", "typical"), ids=lambda r: r.text)
def test_the_eleven_requests_of_a7_come_out_right(request_):
    proposed = request_.proposed(terms_of("hourly"))
    assert proposed is not None
    assert proposed.category == request_.category


# Share of right rules among proposals, most billable that should not be, most left undecided:
# as measured on the held-out part, which no word was chosen by, and not better than that.
FLOORS = {"hourly": (0.98, 0, 6), "pack": (0.97, 0, 7)}


@pytest.mark.parametrize("policy", FILES)
def test_requests_that_no_word_was_chosen_by_come_out_as_well_as_measured(policy):
    found = score(policy, "held-out")
    print(f"{policy}, held-out: {found}")  # noqa: T201 - the measured score
    right, wrong_billable, undecided = FLOORS[policy]
    assert found.rule >= right * found.decided, found.wrong
    assert found.wrong_billable <= wrong_billable, found.wrong
    assert found.undecided <= undecided, found.wrong


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Create a campaign", "set-up"),
        ("Could you please create a new campaign for us?", "set-up"),
        ("plese creat a campain", "set-up"),
        ("CREATE A CAMPAIGN!!!", "set-up"),
        ("We would like you to create a campaign.", "set-up"),
        ("The filter should be switched off", "set-up"),
        ("Please switch the age filter off", "set-up"),
        ("Can I create a campaign?", "question"),
        ("How do I create a campaign?", "question"),
        ("We wonder how we can create a campaign", "question"),
        ("Could you tell me whether I can create a campaign?", "question"),
        ("Is the filter right?", "question"),
        ("Please do not create a campaign", None),
        ("No need to log in to our account", None),
        ("It crashes", "fault"),
        ("It doesn't work. Please help.", "fault"),
        ("Good morning", None),
        ("", None),
        ("?!.,", None),
        ("\x00\ud800", None),
    ],
)
def test_what_is_asked_decides_and_not_the_words_alone(text, category):
    proposed = suggest(TERMS, text)
    assert (proposed and proposed.category) == category


def test_the_words_that_led_to_it_are_told_with_their_slips():
    proposed = suggest(TERMS, "Pls deactivte it")
    assert proposed is not None
    assert proposed.words == ("deactivte",)


def test_quoted_mail_and_signatures_do_not_count():
    body = "Thank you.\n\nRegards\nAda, who can create a campaign\n"
    assert suggest(TERMS, "Re: news", body) is None
    assert suggest(TERMS, "Re: news", "> Please create a campaign\nok") is None


def test_without_words_nothing_is_proposed():
    assert suggest(Classification(), "Can I create a campaign?") is None


@given(st.text(max_size=300), st.text(max_size=600))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_a_listed_category_or_none(subject, body):
    terms = HOURLY
    proposed = suggest(terms, subject, body)
    assert proposed is None or rule(terms, proposed.category) in {"billable", "non-billable", "by-cause"}
    assert proposed == suggest(terms, subject, body)


def test_a_long_text_takes_no_long_time():
    assert suggest(terms_of("hourly"), "create " * 20_000, "a. " * 200_000) is not None
