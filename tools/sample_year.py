"""A year of work: every story is played, step by step, into the calendars of the agents."""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sample_calendar import Agent
from sample_places import PLACES
from sample_stories import Mark, Story, Work, common, consent_of, step, stories
from suptime.domain.booking import Appointment
from suptime.domain.case import Event, EventKind
from suptime.domain.work import WorkUnit

FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)
QUARTER = 15 * 60
HOUR, DAY = 3600, 86400
DEVELOPER = "ravi"


@dataclass
class Play:
    """One story under way. `at` is the earliest instant for its next step."""

    story: Story
    agent: str
    contact: str
    opened_at: int
    at: int
    steps: list[Work | Mark]
    events: list[Event] = field(default_factory=list)
    units: list[WorkUnit] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    waived: str | None = None
    block: int | None = None


class Year:
    """The stories of some clients, played in the order of time; the same `seed` gives the same year.

    What AGENTS already do stays as it is.
    """

    def __init__(self, seed: int, clients: Iterable[str], agents: Mapping[str, Agent]) -> None:
        self.rng = Random(seed)
        self.agents = agents
        self.end = _instant(LAST + timedelta(days=1), "00:00", "Europe/Berlin")
        self.chasers = [step(line) for line in common()["chasers"]]
        self.plays = [play for client in clients for play in self._of(client)]

    def run(self) -> list[Play]:
        """The plays, by when each was opened."""
        waiting = [(play.at, number) for number, play in enumerate(self.plays)]
        heapq.heapify(waiting)
        while waiting:
            _, number = heapq.heappop(waiting)
            play = self.plays[number]
            if play.steps and self._next(play):
                heapq.heappush(waiting, (play.at, number))
        begun = (play for play in self.plays if play.units or play.story.opened)
        return sorted(begun, key=lambda play: play.opened_at)

    def _of(self, client: str) -> list[Play]:
        told = stories(client)
        days = (LAST - FIRST).days - 11
        made = [
            self._play(story, max(story.opens or FIRST, FIRST + timedelta(days=index * days // len(told))))
            for index, story in enumerate(told)
        ]
        return made + [self._play(story, story.opens or FIRST) for story in self._care(client)]

    def _play(self, story: Story, day: date) -> Play:
        place = PLACES[story.client]
        name = self.rng.choice(place.agents)
        if any(isinstance(s, Work) and s.channel == "onsite" for s in story.steps):
            # Only who leads a client's cases lives near enough to call there.
            name = place.agents[0]
        agent = self.agents[name]
        morning = _instant(day, "09:00", str(agent.zone)) + self.rng.randrange(7 * HOUR)
        opened = agent.slot(self.rng, morning, HOUR) - self.rng.randrange(60, 40 * 60)
        named = [c for c in place.contacts if any(c in s.note for s in story.steps if isinstance(s, Work))]
        steps = self._with_chasers(story) if place.chasers else list(story.steps)
        contact = self.rng.choice(named or [*place.contacts])
        if story.opened:
            opened = int(story.opened.replace(tzinfo=ZoneInfo(place.zone)).timestamp())
        return Play(story, name, story.contact or contact, opened, opened, steps)

    def _with_chasers(self, story: Story) -> list[Work | Mark]:
        """The story's steps, with what every team writes again and again in between."""
        told = list(story.steps)
        if (
            len(told) < 6
            or story.every > 2
            or "{" in story.subject
            or any(isinstance(s, Work) and s.at for s in told)
        ):
            return told
        made: list[Work | Mark] = []
        unused = list(self.chasers)
        for one, following in zip(told, [*told[1:], None], strict=True):
            made.append(one)
            works = isinstance(one, Work) and isinstance(following, Work) and not following.guest
            if works and self.rng.random() < 0.38:
                made.append(unused.pop(self.rng.randrange(len(unused))))
        return made

    def _care(self, client: str) -> list[Story]:
        """Regular checks: one case a month, a unit a week."""
        care = next((c for c in common()["care"] if c["client"] == client), None)
        made: list[Story] = []
        if care is None:
            return made
        month = care.get("first", FIRST)
        while month < LAST:
            steps: list[Work | Mark] = []
            if care.get("priority"):
                steps.append(Mark("respond", str(self.rng.randrange(15, 110))))
            if care.get("escalate"):
                steps.append(Mark("escalate"))
            if care.get("consent"):
                steps.append(Mark("consent", care["consent"]))
            notes = list(care["notes"])
            for _ in range(4):
                note = notes.pop(self.rng.randrange(len(notes)))
                filled = note.format(n=self.rng.randrange(180, 900), m=self.rng.randrange(3, 40))
                steps += [step(filled), Mark("wait", "7")]
            steps[-1] = Mark("resolve")
            subject = care["subject"].format(month=f"{month:%B %Y}")
            own = {name: care.get(name) for name in ("contract", "kind", "priority")}
            made.append(Story(client, subject, care.get("category"), tuple(steps), opens=month, **own))
            month = (month + timedelta(days=32)).replace(day=1)
        return made

    def _next(self, play: Play) -> bool:
        """Play the next step. False where it would be after the end of the year: the case stays open."""
        one = play.steps.pop(0)
        before = (len(play.units), len(play.events), len(play.appointments))
        if isinstance(one, Work):
            self._work(play, one)
        else:
            getattr(self, f"_{one.name}")(play, one)
        if play.at < self.end:
            return True
        del play.units[before[0] :], play.events[before[1] :], play.appointments[before[2] :]
        return False

    def _work(self, play: Play, one: Work) -> None:
        agent, start, seconds = self._when(play, one)
        note = one.note.replace("{contact}", play.contact)
        parts = [seconds]
        if seconds > 42 * 60 and not one.at and play.block is None and self.rng.random() < 0.55:
            first = self.rng.randrange(15 * 60, seconds - 12 * 60)
            parts = [first, seconds - first]
        end = start
        for number, part in enumerate(parts):
            if number:
                # A call came in between: the timer stood for a while.
                start = agent.slot(self.rng, end + self.rng.randrange(4 * 60, 35 * 60), part)
                note += self.rng.choice(
                    [" (continued)", ", continued", " (after a call in between)", ", rest of it"]
                )
            end = start + part
            agent.take(start, end)
            play.units.append(
                WorkUnit(
                    0, "", agent.name, one.channel, start, end, note, one.guest, one.requested, one.waived
                )
            )
        play.block = None
        play.at = max(play.at, end) + self._gap()

    def _when(self, play: Play, one: Work) -> tuple[Agent, int, int]:
        """Who does it, when it starts and how many seconds it takes."""
        place = PLACES[play.story.client]
        other = self.rng.random() < 0.07 and one.channel != "onsite"
        name = DEVELOPER if one.guest else (self.rng.choice(place.agents) if other else play.agent)
        if one.joins:
            name = next(agent for agent in place.agents if agent != play.units[-1].agent)
        if play.block is not None:
            return self.agents[play.agent], play.block, one.minutes * 60
        if one.at:
            return self._at(play, one)
        agent = self.agents[name]
        seconds = one.minutes * 60 * self.rng.randrange(82, 121) // 100
        if seconds and self.rng.random() < 0.75:
            seconds += self.rng.randrange(60)
        else:
            seconds -= seconds % 60
        # A guest who joins a call joins the one that was just logged.
        joins = (one.guest or one.joins) and one.channel == "phone" and play.units
        after = play.units[-1].started_at + 150 if joins else play.at
        return agent, agent.slot(self.rng, after, seconds), seconds

    def _at(self, play: Play, one: Work) -> tuple[Agent, int, int]:
        zone = PLACES[play.story.client].zone
        agent, seconds = self.agents[play.agent], one.minutes * 60
        day, _, clock = (one.at or "").rpartition("T")
        if day:
            start = _instant(date.fromisoformat(day), clock, zone)
            if play.units and (play.units[-1].ended_at or 0) > start:
                raise ValueError(f"{play.story.subject}: {one.note} comes too late")
            return agent, start, seconds
        today = datetime.fromtimestamp(play.at, ZoneInfo(zone)).date()
        while (start := _instant(today, clock, zone)) < play.at or agent.clash(start, start + seconds):
            today += timedelta(days=1)
        return agent, start, seconds

    def _gap(self) -> int:
        """Until the next step: minutes, hours, a day or some days."""
        low, high = self.rng.choice(
            [
                (150, 1500),
                (150, 1500),
                (HOUR, 4 * HOUR),
                (HOUR, 4 * HOUR),
                (14 * HOUR, 24 * HOUR),
                (DAY, 3 * DAY),
            ]
        )
        return self.rng.randrange(low, high)

    def _event(self, play: Play, event: Event) -> None:
        play.events.append(event)
        play.at = event.at + self.rng.randrange(60, 600)

    def _moment(self, play: Play) -> int:
        """Soon after what happened last."""
        last = max([play.opened_at, *(u.ended_at or 0 for u in play.units), *(e.at for e in play.events)])
        return last + self.rng.randrange(60, 1200)

    def _consent(self, play: Play, mark: Mark) -> None:
        by, limit = consent_of(mark)
        self._event(play, Event(EventKind.CONSENT, self._moment(play), by=by, up_to_seconds=limit))

    def _escalate(self, play: Play, _: Mark) -> None:
        self._event(play, Event(EventKind.ESCALATE, self._moment(play)))

    def _respond(self, play: Play, mark: Mark) -> None:
        self._event(play, Event(EventKind.RESPOND, play.opened_at + int(mark.rest) * 60))

    def _resolve(self, play: Play, mark: Mark) -> None:
        asked = play.story.category in {"general-information", "general-question"}
        kb = "https://kb.northgate.example/" if asked else None
        number = 1000 + sum(map(ord, play.story.subject)) % 900
        at = max(self._moment(play), *(a.ends_at + 60 for a in play.appointments), 0)
        self._event(play, Event(EventKind.RESOLVE, at, cause=mark.rest or None, kb=kb and f"{kb}{number}"))

    def _reopen(self, play: Play, _: Mark) -> None:
        self._event(play, Event(EventKind.REOPEN, play.at))

    def _wait(self, play: Play, mark: Mark) -> None:
        play.at = self.agents[play.agent].slot(self.rng, play.at + int(mark.rest) * DAY, HOUR)

    def _waive(self, play: Play, mark: Mark) -> None:
        play.waived = mark.rest

    def _book(self, play: Play, after: int, booked: int, taken: int) -> Appointment:
        agent = self.agents[play.agent]
        start = agent.slot(self.rng, after, max(booked, taken), grid=QUARTER)
        return Appointment(0, "", agent.name, start, start + booked, channel="phone")

    def _ahead(self, play: Play) -> int:
        return play.at + play.story.every * DAY

    def _block(self, play: Play, mark: Mark) -> None:
        following = play.steps[0]
        if not isinstance(following, Work):
            raise TypeError(f"{play.story.subject}: no work follows its block")
        booked = self._book(play, self._ahead(play), int(mark.rest) * 60, following.minutes * 60)
        play.appointments.append(booked)
        play.block = booked.starts_at
        play.steps.pop(0)
        self._work(play, following)
        worked_until = play.units[-1].ended_at or 0
        if worked_until < booked.ends_at:
            self.agents[play.agent].take(worked_until, booked.ends_at)

    def _missed(self, play: Play, mark: Mark) -> None:
        booked = self._book(play, self._ahead(play), 1800, 1800)
        self.agents[play.agent].take(booked.starts_at, booked.ends_at)
        play.appointments.append(replace(booked, missed_by=mark.rest or "client"))
        play.at = booked.ends_at + self.rng.randrange(120, 900)

    def _cancel(self, play: Play, mark: Mark) -> None:
        hours, _, by = mark.rest.partition(" ")
        booked = self._book(play, self._ahead(play) + int(hours) * HOUR, 3600, 3600)
        cancelled = booked.starts_at - int(hours) * HOUR + self.rng.randrange(-900, 900)
        play.appointments.append(replace(booked, cancelled_at=cancelled, cancelled_by=by or "client"))
        play.at = cancelled + self.rng.randrange(120, 1800)


def _instant(day: date, clock: str, zone: str) -> int:
    hour, minute = map(int, clock.split(":"))
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo(zone)).timestamp())
