"""The demo company: its departments and the people in them."""

from dataclasses import dataclass

from meetingtracker.rules.permissions import Role

NAME = "Tidewater Outdoor"
ZONE = "Europe/Berlin"
DOMAIN = "demo.example"


@dataclass(frozen=True, slots=True)
class Member:
    """`admin`: the administrator's switch."""

    name: str
    role: Role = Role.member
    admin: bool = False

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@{DOMAIN}"


# The first of each department leads it, the second is the deputy.
DEPARTMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Sales": (
        "Shops and web customers who want the right gear in time for their trip.",
        ("Sam Reid", "Ines Falk", "Max Stern", "Carla Moreno", "Jonas Vik"),
    ),
    "Support": (
        "Customers with a question or a broken promise: one answer, the first time.",
        ("Noor Haddad", "Ben Ashby", "Lucia Ferri", "Kemal Aydin"),
    ),
    "Technology": (
        "Everybody who works with our shop, our tills and our warehouse screens.",
        ("Tom Becker", "Dina Frey", "Pia Lund", "Ravi Menon", "Hugo Blanc", "Yuki Tanaka"),
    ),
    "Fulfilment": (
        "Customers waiting for a parcel, and the shops waiting for stock.",
        ("Eva Lindqvist", "Olga Petri", "Marek Novy", "Tess Walker", "Idris Bello"),
    ),
    "Purchasing": (
        "Fulfilment and the shops: the right goods, before they run out.",
        ("Viktor Hahn", "Amara Diallo", "Felix Roth", "Greta Holm"),
    ),
    "Finance": (
        "Suppliers who want their money, leaders who want to know where we stand.",
        ("Rosa Keller", "Henrik Dahl", "Mina Sato", "Oskar Lang"),
    ),
    "Marketing": (
        "People who have not heard of us yet, and Sales who will meet them.",
        ("Bella Conti", "Paul Jensen", "Aisha Khan", "Leo Marchand"),
    ),
    "People & Office": (
        "All of us: hired well, paid on time, a place to work in.",
        ("Frieda Engel", "Nils Brandt", "Sofia Ruiz", "Anton Weiss", "Clara Okafor"),
    ),
}
EXECUTIVES = (
    Member("Maya Ortiz", Role.executive, admin=True),
    Member("Lars Winter", Role.executive),
    Member("Ada Quist", Role.member, admin=True),
)
LEADERS_HOME = "Sales"
ACCOUNTS = (
    ("Sam Reid", f"leads {LEADERS_HOME}"),
    ("Pia Lund", "point person in Technology"),
    ("Maya Ortiz", "executive and administrator"),
)
"""Who is named for signing in, and as what; weeks.py sees to it that there is much to do."""
