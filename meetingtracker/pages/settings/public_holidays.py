"""Public holidays by country and region, to be taken over into the organisation's own list."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from babel import Locale
from babel.core import get_global
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from meetingtracker.web.forms import ChoiceField, VersionedForm, required

LONGEST = 120  # characters of a holiday's name


def _library() -> Any:
    # Loaded when it is asked for: a tenth of a second that no start of the server should pay.
    import holidays  # noqa: PLC0415

    return holidays


def countries(language: str) -> list[tuple[str, str]]:
    """Code and name of every country that is known, by name in this language."""
    names = Locale.parse(language).territories
    known = _library().list_supported_countries(include_aliases=False)
    return sorted(((code, names.get(code, code)) for code in known), key=lambda one: one[1])


def regions(country: str) -> list[tuple[str, str]]:
    """Code and name of the regions of a country that have days of their own."""
    calendar = _library().country_holidays(country)
    names = {code: name for name, code in getattr(calendar, "subdivisions_aliases", {}).items()}
    return sorted(
        ((code, names.get(code, code)) for code in calendar.subdivisions), key=lambda one: one[1]
    )


def public_holidays(
    country: str, region: str | None, years: Iterable[int], language: str
) -> dict[date, str]:
    """The days and what they are called: in this language if the library has it, else in the
    country's own."""
    library = _library()
    known = library.country_holidays(country)
    spoken = (one for one in known.supported_languages if one.split("_")[0] == language)
    fitting = next(spoken, known.default_language)
    found = library.country_holidays(
        country, subdiv=region, years=list(years), language=fitting
    )  # fmt: skip
    return {day: name[:LONGEST] for day, name in sorted(found.items())}


def country_of(zone: str) -> str:
    """Where clocks show this zone: what to offer first."""
    return str(get_global("zone_territories").get(zone, ""))


class PublicHolidaysForm(VersionedForm):
    """`offer` first the countries, and then the regions of the chosen one."""

    country = ChoiceField(_l("Country"), [required(_l("Choose a country."))], coerce=str)
    region = ChoiceField(_l("Region"), coerce=str)

    def offer(self, language: str) -> None:
        known = countries(language)
        self.country.offer([("", _("Choose a country")), *known])
        if self.country.data not in dict(known):
            self.region.offer([])
            return
        self.region.offer([("", _("The whole country")), *regions(self.country.data)])
