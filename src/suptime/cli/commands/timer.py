"""`start`, `stop`, `status`, `cancel` and `resume`. Nothing heavy is imported here.

Their parameters are the table in `parameters.py`.
"""

from typing import TYPE_CHECKING

from suptime.app import units
from suptime.app.work import timer
from suptime.app.work.hint import Hint, hint_of
from suptime.cli import console, hooks
from suptime.cli.parameters import COMMANDS, read_note
from suptime.domain import caution
from suptime.domain.time import Instant, Seconds, rfc3339, show_duration
from suptime.domain.work import WorkUnit
from suptime.errors import ExitCode, NoStore, WrongUsage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeVar

    import typer

    from suptime.app.work.start import Started
    from suptime.domain.typed_time import TypedTime
    from suptime.store.timer.clock import Clock

    Value = TypeVar("Value")


def register(app: "typer.Typer") -> None:
    """Add the commands of this module to `app`, with the parameters of their table."""
    from inspect import Parameter
    from typing import Annotated, Any

    from suptime.cli.options import declare, declared

    def add(name: str) -> None:
        command = globals()[name]

        def run(**values: Any) -> None:
            command(**values)

        options = [
            Parameter(
                each.name,
                Parameter.KEYWORD_ONLY,
                default=each.default,
                annotation=Annotated[bool if each.switch else str | None, declared(each)],
            )
            for each in COMMANDS[name]
        ]
        app.command(name)(declare(run, options, command.__doc__))

    for name in COMMANDS:
        add(name)


def start(
    case: str | None,
    at: str | None,
    note: str | None,
    channel: str | None,
    agent: str | None,
    guest: bool,
    requested: bool,
    role: str | None,
    work_type: str | None,
    adjust: bool,
    form: str,
) -> None:
    """Start the timer on CASE. A running timer stops at the same instant."""
    from suptime.app.work.start import StartRequest
    from suptime.app.work.start import start as start_unit

    me = console.agent()
    request = StartRequest(
        console.agent(agent),
        _typed(at),
        channel,
        _note(note) or "",
        guest=guest,
        requested=requested,
        adjust=adjust,
        role=_line(role, "role"),
        work_type=_line(work_type, "work type"),
    )
    with console.clock() as clock:
        number = _from_branch(clock) if case is None else case
        _stop_forgotten(clock, request.worker, request.at, form)

        def run(at: "TypedTime | None") -> "Started":
            asked = request._replace(at=at)
            return start_unit(
                clock, console.store, number, asked, now=console.now, agent=me, zone=console.zone()
            )

        done = _settled(run, request.at, form)
        _report_start(done, _hint_on(clock, done), form)


def _line(text: str | None, name: str) -> str | None:
    """Return a word as it is stored, or None."""
    if text is None:
        return None
    from suptime.domain import values

    return values.accept(values.line(name), text)


def stop(
    case: str | None, at: str | None, note: str | None, replace_note: str | None, agent: str | None, form: str
) -> None:
    """Stop the running timer."""
    if note is not None and replace_note is not None:
        raise WrongUsage("--note cannot be used with --replace-note.", hint="Give one of them.")
    me, worker, typed, zone = console.agent(), console.agent(agent), _typed(at), console.zone()
    more, text = _note(note), _note(replace_note)
    with console.clock() as clock:

        def run(at: "TypedTime | None") -> timer.Ended:
            return timer.stop(
                clock, worker, case, at=at, more=more, note=text, now=console.now, agent=me, zone=zone
            )

        done = _settled(run, _asked_end(clock, worker, typed, form), form)
        hint = hint_of(clock, console.store, done.unit, done.now, _limit())
    unit, notes = done.unit, units.ended_notes(done.unit, done.now, zone, _limit())
    document = {
        "unit": units.document(unit, done.client, done.now),
        "hint": hint.document,
        **caution.document(notes),
    }
    hooks.after("stop", document)
    console.show(
        document,
        form,
        lambda: (
            f"Stopped U{unit.id}: {units.length(unit, done.now)} on {unit.case}, "
            f"{units.stretch(unit, zone, done.now)}."
        ),
    )
    for each in notes:
        console.warn(each.text)
    _show_hint(hint, long="")


def status(agent: str | None, zone: str | None, form: str, check: bool) -> None:
    """Show the running timer; remind of one that exceeds the setting timer.remind_after."""
    worker, limit = console.agent(agent), _limit()
    by_contract = zone == "contract"
    if zone is not None and not by_contract:
        from suptime.settings.settings import zone_of

        console.use_zone(zone_of(zone, "--zone"))
    if check and limit is None:
        raise WrongUsage(
            "The setting timer.remind_after is missing.", hint="suptime config set timer.remind_after 4h"
        )
    try:
        with console.clock() as clock:
            found = timer.running(clock, worker, now=console.now)
            hint = None
            if found.unit and form != "prompt":
                hint = hint_of(clock, console.store, found.unit, found.now, limit)
    except NoStore:
        if form == "prompt":  # A prompt shows nothing if there is no store.
            return
        raise
    now = found.now
    long = bool(found.unit and limit is not None and found.unit.seconds(now) > limit)
    here: dict[str, object] = {"timezone": console.zone().name}
    if by_contract:
        here = _use_zone_of_contract(found.unit)
    if form == "json":
        notes = hint.of_consent if hint else ()
        more = {**caution.document(notes), "remind_after_seconds": limit, "remind": long}
        console.show_json(
            {
                **here,
                "running": _status(found.unit, found.client, now) | more if found.unit else None,
                "hint": hint.document if hint else None,
            }
        )
    elif form == "prompt":
        if found.unit:
            console.print_text(f"{found.unit.case} {units.length(found.unit, now)}{'!' * long}")
    elif found.unit:
        unit, since = found.unit, units.formatted(found.unit.started_at, console.zone(), now)
        whose = "" if agent is None else f"{worker}: "
        note = f" {unit.note}" if unit.note else ""
        console.print_text(
            f"{whose}{unit.case} ({found.client}) since {since}: {units.length(unit, now)}, U{unit.id}.{note}"
        )
    else:
        console.print_text("No timer runs.")
    if found.unit and now < found.unit.started_at and form != "prompt":
        console.warn(str(units.set_back(found.unit, now, console.zone())))
    reminder = f"The timer has been running for more than {show_duration(limit or 0)}. Is it still correct?"
    if long and check and form == "text":
        console.warn(reminder)
    elif hint:
        _show_hint(hint, long=reminder if form == "text" else "")
    if long and check:
        raise console.Leave(ExitCode.NOT_POSSIBLE)


def _use_zone_of_contract(unit: WorkUnit | None) -> dict[str, object]:
    """Show times in the zone of the contract of `unit`. Return the zone as JSON has it."""
    from suptime.app.facts import zones_of
    from suptime.domain.time import zones_as_data

    zones = {}
    if unit is not None:
        with console.store().reading() as tx:
            zones = zones_of(tx, tx.cases.find(numbers=[unit.case]))
    for zone in zones.values():
        console.use_zone(zone)
    return dict(zones_as_data(zones.values(), by_contract=True))


def cancel(agent: str | None, form: str) -> None:
    """Discard the running timer and its time. `suptime undo` restores it."""
    me, worker = console.agent(), console.agent(agent)
    with console.clock() as clock:
        done = timer.cancel(clock, worker, now=console.now, agent=me)
    document = {"unit": units.document(done.unit, done.client, done.now), "cancelled": True}
    hooks.after("cancel", document)
    console.show(
        document,
        form,
        lambda: f"Discarded U{done.unit.id}: {units.length(done.unit, done.now)} on {done.unit.case}.",
    )


def resume(case: str | None, at: str | None, note: str | None, agent: str | None, form: str) -> None:
    """Return to the case before this one, for example after a call.

    If no timer runs, the last case continues, with its channel and note.
    """
    from suptime.app.work.start import resume as resume_unit

    me, worker, text = console.agent(), console.agent(agent), _note(note)
    typed = _typed(at)
    with console.clock() as clock:
        _stop_forgotten(clock, worker, typed, form)

        def run(at: "TypedTime | None") -> "Started":
            return resume_unit(
                clock,
                console.store,
                worker,
                case,
                at=at,
                note=text,
                now=console.now,
                agent=me,
                zone=console.zone(),
            )

        done = _settled(run, typed, form)
        _report_start(done, _hint_on(clock, done), form)


def _limit() -> "Seconds | None":
    """Return the age at which a timer counts as forgotten; None for never."""
    return console.settings().remind_after


def _asked_end(clock: "Clock", worker: str, at: "TypedTime | None", form: str) -> "TypedTime | None":
    """Return when the running timer ended: as typed, or as answered for a forgotten one. None is now.

    Raises:
        Leave: there is no answer; nothing is changed.
    """
    limit = _limit()
    if at is not None or limit is None or form == "json" or not console.interactive():
        return at
    found = timer.running(clock, worker, now=console.now)
    if found.unit is None or found.unit.seconds(found.now) <= limit:
        return None
    from suptime.cli.questions import ask_text

    since = units.formatted(found.unit.started_at, console.zone(), found.now)
    answer = ask_text(
        f"U{found.unit.id} on {found.unit.case} has been running since {since}. When did it end? (a "
        "time, or now)"
    )
    if not answer:
        console.note("Nothing was changed.")
        raise console.Leave(ExitCode.USAGE)
    return None if answer.casefold() == "now" else _typed(answer)


def _stop_forgotten(clock: "Clock", worker: str, at: "TypedTime | None", form: str) -> None:
    """Stop the running timer if a person says that it ended earlier than now."""
    if at is not None or (ended := _asked_end(clock, worker, None, form)) is None:
        return

    def run(at: "TypedTime | None") -> timer.Ended:
        return timer.stop(
            clock,
            worker,
            None,
            at=at,
            more=None,
            note=None,
            now=console.now,
            agent=console.agent(),
            zone=console.zone(),
        )

    done = _settled(run, ended, form)
    console.note(f"Stopped U{done.unit.id}: {units.length(done.unit, done.now)} on {done.unit.case}.")


def _typed(at: str | None) -> "TypedTime | None":
    if at is None:
        return None
    from suptime.cli.moments import read_typed

    return read_typed(at)


def _settled(run: "Callable[[TypedTime | None], Value]", at: "TypedTime | None", form: str) -> "Value":
    """Return the result of `run` with the typed time, or with the likely one if a person agrees."""
    if at is None:
        return run(None)
    from suptime.cli.moments import settled

    return settled(run, at, form=form)


def _note(note: str | None) -> str | None:
    return None if note is None else read_note(note)


def _from_branch(clock: "Clock") -> str:
    from suptime.cli.branch import case_of_branch

    with clock.reading() as book:
        return case_of_branch(book.case_numbers())


def _status(unit: WorkUnit, client: str, now: Instant) -> dict[str, object]:
    return {
        "unit": f"U{unit.id}",
        "case": unit.case,
        "client": client,
        "agent": unit.agent,
        "channel": unit.channel,
        "started_at": rfc3339(unit.started_at),
        "elapsed_seconds": unit.seconds(now),
        "note": unit.note,
    }


def _hint_on(clock: "Clock", done: "Started") -> Hint:
    return hint_of(clock, console.store, done.unit, done.now, _limit())


def _show_hint(hint: Hint, *, long: str, not_billed: "Sequence[str]" = ()) -> None:
    """Print the most important hint about the work, unless the setting timer.hints is off.

    `long` is the hint for a timer that runs for too long; `not_billed` is the reason known from the start itself.
    """
    if not console.settings().has_hints:
        return
    why_free = next(iter((*not_billed, *hint.warnings)), "")
    if not why_free and hint.long:
        if long:
            console.warn(long)
        return
    left = next((each.text for each in hint.of_consent), hint.of_prepaid)
    if said := why_free or left:
        console.note(f"{hint.case}: {said}")


def _report_start(done: "Started", hint: Hint, form: str) -> None:
    unit, zone, now = done.unit, console.zone(), done.now
    ended = units.ended_notes(done.stopped, now, zone, _limit()) if done.stopped else ()
    document = {
        "unit": units.document(unit, done.client, now),
        "stopped": units.document(done.stopped, done.stopped_client, now) if done.stopped else None,
        "changed": done.changed,
        "adjusted": units.adjusted_documents(done.adjusted, now),
        "hint": hint.document,
        **caution.document((*ended, *done.notes)),
    }
    if done.stopped:
        hooks.after("stop", {"unit": document["stopped"]})
    if done.changed:
        hooks.after("start", document)
    if stopped := done.stopped:
        console.note(
            f"Stopped U{stopped.id}: {units.length(stopped, now)} on {stopped.case}, "
            f"{units.stretch(stopped, zone, now)}."
        )
    for each in ended:
        console.warn(each.text)
    for line in units.made_room(done.adjusted, zone, now):
        console.note(line)
    if done.named:
        console.note(f"{done.named.number}: {done.named.subject or 'no subject'}")
    since = units.formatted(unit.started_at, zone, now)
    if not done.changed:
        console.note(f"The timer already runs on {unit.case}, since {since} (U{unit.id}).")
    if form == "json":
        console.show_json(document)
    elif done.changed:
        console.print_text(f"Started U{unit.id} on {unit.case} at {since}.")
    not_billed = [each.text for each in done.notes if each.code == caution.NOT_BILLED]
    reminder = (
        f"The timer has been running for more than {show_duration(_limit() or 0)}. Is it still correct?"
    )
    _show_hint(hint, long=reminder, not_billed=not_billed)
