"""The words of the demo company: what hurts, what is said about it, why dates move."""

from dataclasses import dataclass
from importlib.resources import files

from meetingtracker.rules.agenda import Ask
from meetingtracker.rules.states import Customer, Evidence


@dataclass(frozen=True, slots=True)
class Trouble:
    """An issue in the users' own words, and what people will do about it."""

    raising: str
    owning: str
    customer: Customer
    severity: int
    evidence: Evidence
    title: str
    goal: str
    description: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """Something to talk about that is no issue; `minutes` is the time it asks for."""

    department: str
    ask: Ask
    minutes: int
    title: str


def troubles() -> list[Trouble]:
    """The issues of issues.txt: a line of facts, the title, the goal, what is seen, the actions."""
    text = files("meetingtracker.cli.demo").joinpath("issues.txt").read_text("utf-8")
    return [_trouble(block.split("\n")) for block in text.strip().split("\n\n")]


def _trouble(lines: list[str]) -> Trouble:
    route, facts = lines[0].split(" | ")
    raising, owning = route.split(" > ")
    customer, severity, evidence = facts.split()
    return Trouble(
        raising=raising,
        owning=owning,
        customer=Customer[customer],
        severity=int(severity),
        evidence=Evidence[evidence],
        title=lines[1],
        goal=lines[2],
        description="\n".join(line for line in lines[3:] if not line.startswith("- ")),
        actions=tuple(line[2:] for line in lines[3:] if line.startswith("- ")),
    )


CONFIDENTIAL = (
    "Support has lost three colleagues",
    "Customers see the address",
    "Company cars are",
)
"""How the titles of confidential issues begin."""

ZOMBIES = (
    (9, Topic("Sales", Ask.DECIDE, 10, "Who pays when a customer returns gear after thirty days?")),
    (2, Topic("Purchasing", Ask.DECIDE, 10, "Do we repair tents ourselves or send them back?")),
)
"""Topics that come back week after week, until somebody has to give a verdict; first brought so
many weeks ago."""

TOPICS = (
    Topic("Fulfilment", Ask.DECIDE, 10, "Which Saturdays do we ship before Christmas?"),
    Topic("Sales", Ask.INFORM, 5, "What the first weekend in the new shop taught us"),
    Topic("Finance", Ask.INFORM, 5, "Where we stand this month, in three numbers"),
    Topic("Technology", Ask.DISCUSS, 10, "An hour without tills: when do we change the network?"),
    Topic("Marketing", Ask.HELP, 10, "Ten photos from real customers until Friday"),
    Topic("People & Office", Ask.DECIDE, 10, "Do we close between the years?"),
    Topic("Support", Ask.RECOGNISE, 5, "Thank you to hall A for the Sunday shift"),
    Topic("Purchasing", Ask.DISCUSS, 15, "Two makers for one jacket: worth the trouble?"),
    Topic("Sales", Ask.HELP, 10, "Who can stand in the Kiel shop next week?"),
    Topic("Technology", Ask.INFORM, 5, "The new handhelds arrive on Monday"),
    Topic("Fulfilment", Ask.HELP, 10, "Five people for two days of stock count"),
    Topic("Finance", Ask.DECIDE, 15, "How much may a goodwill voucher be?"),
    Topic("Marketing", Ask.DECIDE, 10, "Trade fair in spring: with or without us?"),
    Topic("Support", Ask.DISCUSS, 10, "Opening hours of the phone in summer"),
    Topic("Purchasing", Ask.INFORM, 5, "Wool is 12 % dearer from January"),
    Topic("People & Office", Ask.DISCUSS, 10, "What we ask people on their first Friday"),
    Topic("Technology", Ask.DECIDE, 10, "Which of the three old tools do we switch off?"),
    Topic("Sales", Ask.RECOGNISE, 5, "Carla sold the bike nobody believed in"),
    Topic("Fulfilment", Ask.DISCUSS, 10, "Night shift or a second sorter?"),
    Topic("Support", Ask.HELP, 5, "One person of each department for the listening day"),
    Topic("Finance", Ask.DISCUSS, 10, "Do we still need paper invoices?"),
    Topic("Marketing", Ask.INFORM, 5, "What 400 customers answered last week"),
    Topic("Purchasing", Ask.DECIDE, 10, "Do we take the recall offer of Norrfjell?"),
    Topic("People & Office", Ask.RECOGNISE, 5, "Idris has been with us for ten years"),
    Topic("Sales", Ask.DECIDE, 10, "Do we open on the four Sundays?"),
    Topic("Sales", Ask.DISCUSS, 15, "What the second-hand rack does to our new goods"),
    Topic("Support", Ask.INFORM, 5, "The five questions most asked this month"),
    Topic("Support", Ask.DECIDE, 10, "May Support refund up to 50 without asking?"),
    Topic("Technology", Ask.HELP, 10, "Two people from each shop to try the new till"),
    Topic("Technology", Ask.DISCUSS, 10, "How long may a page take on a bad line?"),
    Topic("Fulfilment", Ask.INFORM, 5, "Broken parcels: 31 last month, 44 before"),
    Topic("Fulfilment", Ask.DECIDE, 15, "A third carrier for large parcels?"),
    Topic("Purchasing", Ask.DISCUSS, 10, "Which ten articles do we stop buying?"),
    Topic("Purchasing", Ask.HELP, 5, "Colours for next summer: five minutes of your eye"),
    Topic("Finance", Ask.HELP, 10, "The budgets of next year are due in two weeks"),
    Topic("Finance", Ask.DECIDE, 10, "Pay small suppliers within a week?"),
    Topic("Marketing", Ask.DISCUSS, 10, "Do people still read our printed catalogue?"),
    Topic("Marketing", Ask.RECOGNISE, 5, "Thank you to Yuki for the map of the trails"),
    Topic("People & Office", Ask.INFORM, 5, "Four open places and who applied"),
    Topic("People & Office", Ask.HELP, 5, "Who takes a trainee in February?"),
)

COMMENTS = (
    "I stood next to it this morning: it happens every time after the second scan.",
    "Two more customers today. One of them wrote in all capitals.",
    "Talked it over with the late shift. They would rather have it simple than perfect.",
    "We tried it for two days in one place first. Looks good so far.",
    "The supplier answered at last; the part comes on Tuesday.",
    "I was wrong about the cause: it is not the printer but the cable behind it.",
    "Can somebody from the raising side look at this before we go on?",
    "Half of it works. The other half needs the list that Finance is making.",
    "Numbers of last week: 14, before that 22, before that 31.",
    "A customer thanked us today for exactly this. Passing it on.",
    "I will not make it alone. Who has an hour on Thursday?",
    "Done in the shop in Bremen, next is Kiel.",
)
NOTES = (
    "Seen by three departments in one week. *Nobody* had told the others.",
    "- what we know: it began with the last update\n- what we do not know: how many are hit",
    "The raising side tells what the customer said. Two minutes of silence, then a plan.",
    "It costs us about **two hours a day** and one angry call.",
    "Agreed that a small step this week is better than a big one in spring.",
    "The same was said in summer. This time somebody writes it down.",
    "Looked at the pictures from the hall together.",
)
DECISIONS = (
    (
        "We do it in the small way first and look again in six weeks.",
        "A big step would wait for budget.",
    ),
    (
        "The owning department decides alone up to 2,000.",
        "Waiting costs more than a wrong purchase.",
    ),
    ("From next month on this is done on Mondays.", "On Mondays everybody concerned is there."),
    ("We stop doing it.", "Nobody could say whom it helps."),
    ("The shops are told a week ahead, always.", "They stand in front of the customer."),
    ("We pay for the better box.", "Each broken lamp costs three times as much."),
)
PUT_OFF = (
    "The one who knows was not there.",
    "The numbers come only next week.",
    "We ran out of time for a good answer.",
)
MOVES = (
    "The supplier confirmed a week later than promised.",
    "I was ill for three days.",
    "The test in hall B showed a second fault that has to go first.",
    "Finance needs the month's end before they can look at it.",
    "More shops are hit than we thought.",
    "The colleague who helps is on leave until Monday.",
)
NEEDS = (
    "A yes to the offer of 1,400",
    "The list of affected orders",
    "Half a day of somebody who knows the old till",
    "An answer from the carrier",
    "The key to the server room",
    "A decision between the two boxes",
)
ON_TRACK = (
    "Half done",
    "First test went well",
    "Parts are ordered",
    "Waiting for the last two answers",
)
DROPPED = "The cause is gone since the new process: nothing left to do."
ANSWER = "Agreed, but then it has to stand."
DECLINED = "Not us: the carrier's own contract decides this."
REFUSED = "It still happens on Fridays; please look again."
RESOLUTIONS = (
    "Fixed and watched for a week: it has not come back.",
    "The new way is in place everywhere; the old one is switched off.",
    "Done for all but one shop, which follows on Monday.",
)
REOPENED = "Two customers had it again yesterday."
ALONE = (
    ("Tidy up the open tickets older than a month", "Support"),
    ("Write down how the month is closed", "Finance"),
    ("Check the fire extinguishers in hall A", "People & Office"),
    ("Change the batteries of all door scanners", "Technology"),
    ("Call the ten customers with the most returns", "Sales"),
    ("Get three offers for winter tyres", "Purchasing"),
    ("Count the pallets that belong to others", "Fulfilment"),
    ("Ask five customers how they found us", "Marketing"),
)
