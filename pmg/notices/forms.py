"""The form of how someone wants to hear of each kind of message."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from pmg.notices.rules import Channel
from pmg.security.telling import REMINDERS, Kind
from pmg.web.forms import Form


class ChannelsForm(Form):
    """One menu for each kind; the names of its fields are the codes of the kinds."""

    def __init__(self, chosen: Mapping[Kind, Channel], **kwargs: Any) -> None:
        data = {kind.value: channel.value for kind, channel in chosen.items()}
        super().__init__(data=data, **kwargs)

    def channels(self) -> dict[Kind, Channel]:
        """Return the validated answers, as the service takes them."""
        return {kind: Channel(self[kind.value].data) for kind in Kind}


# What waits stands on the page of today as long as it waits: only the mail is a choice.
_OF_REMINDER = (
    SelectChoice(Channel.APP.value, _l("Alleen op Vandaag")),
    SelectChoice(Channel.MAIL.value, _l("Op Vandaag, en in de mail van de dag")),
)


def _menu(kind: Kind) -> SelectField:
    any_channel = [SelectChoice(channel.value, _l(channel.dutch)) for channel in Channel]
    return SelectField(
        _l(kind.dutch),
        choices=list(_OF_REMINDER) if kind in REMINDERS else any_channel,
        validators=[InputRequired(_l("Kies een antwoord uit de lijst."))],
    )


for _kind in Kind:
    setattr(ChannelsForm, _kind.value, _menu(_kind))
