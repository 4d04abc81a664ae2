"""Forms beside an item: weigh, decide, act, disagree, print; who takes part, what is shared."""

from datetime import date
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField

from pmg.meetings.answers import ActionItem, Minute, Opinion
from pmg.meetings.forms import Choices, ReasonForm, given_day, offer_in
from pmg.meetings.rules import WORDS_LIMIT, Outcome
from pmg.web.fields import DayField, Given, TextField, Ticks, menu
from pmg.web.forms import Form, SeenForm


class MinuteForm(SeenForm):
    """The weighing, and what was decided."""

    necessity = TextField(
        _l("Waarom moet er iets gebeuren? (noodzaak)"), limit=WORDS_LIMIT, render_kw={"rows": 2}
    )
    proportionality = TextField(
        _l("Past het bij hoe ernstig het is? (proportionaliteit)"),
        limit=WORDS_LIMIT,
        render_kw={"rows": 2},
    )
    subsidiarity = TextField(
        _l("Kan het ook met iets lichters? (subsidiariteit)"),
        limit=WORDS_LIMIT,
        render_kw={"rows": 2},
    )
    outcome = RadioField(_l("Wat is besloten?"), choices=menu(Outcome), validate_choice=False)
    words = TextField(
        _l("Afspraken"),
        description=_l("Kort, geen verslag van wie wat zei. De jongere mag dit lezen."),
        limit=WORDS_LIMIT,
        render_kw={"rows": 3},
    )
    review_on = DayField(_l("Wanneer komt het terug?"))

    def minute(self) -> Minute:
        """Return the validated answers, as the service takes them."""
        return Minute(
            necessity=self.necessity.data or "",
            proportionality=self.proportionality.data or "",
            subsidiarity=self.subsidiarity.data or "",
            outcome=Outcome(self.outcome.data) if self.outcome.data in set(Outcome) else None,
            words=self.words.data or "",
            review_on=self.review_on.data,
            version=self.seen_version,
        )


class ActionForm(Form):
    """What somebody is going to do."""

    what = TextField(
        _l("Wat moet er gebeuren?"),
        description=_l("Wordt een taak in de zaak: alle deelnemers van de zaak lezen dit."),
        validators=[Given(_l("Schrijf op wat er moet gebeuren."))],
        limit=500,
        render_kw={"rows": 2},
    )
    owner = SelectField(
        _l("Wie doet het?"), choices=[], validators=[Given(_l("Kies wie het doet."))]
    )
    due_on = DayField(
        _l("Uiterlijk op"), validators=[Given(_l("Vul in op welke dag het klaar moet zijn."))]
    )

    def offer(self, people: Choices) -> None:
        """Offer these people."""
        offer_in(self.owner, people)

    def action(self) -> ActionItem:
        """Return the validated answers, as the service takes them."""
        return ActionItem(self.what.data or "", UUID(self.owner.data), given_day(self.due_on))


class DissentForm(ReasonForm):
    """Why somebody does not agree."""

    def opinion(self) -> Opinion:
        """Return the validated answers, as the service takes them."""
        return Opinion(agrees=False, words=self.words.data or "", version=self.seen_version)


class PackForm(Form):
    """Until when somebody has the paper."""

    recall_on = DayField(
        _l("Tot welke dag hebt u het papier nodig?"),
        description=_l("Op die dag is deze pagina weg en vragen wij u het papier te vernietigen."),
        validators=[Given(_l("Vul een dag in."))],
    )

    @property
    def day(self) -> date:
        """The day on which it goes back."""
        return given_day(self.recall_on)


class ChairForm(Form):
    """Which chair takes part in a case, and until when."""

    person = SelectField(
        _l("Welke voorzitter?"), choices=[], validators=[Given(_l("Kies een voorzitter."))]
    )
    until = DayField(
        _l("Tot en met welke dag is dat nodig?"),
        description=_l("Daarna ziet deze persoon de zaak niet meer. U kunt het opnieuw vragen."),
        validators=[Given(_l("Vul een dag in."))],
    )

    def offer(self, people: Choices) -> None:
        """Offer these people."""
        offer_in(self.person, people)

    @property
    def chosen(self) -> UUID:
        """Who was chosen."""
        return UUID(self.person.data)

    @property
    def day(self) -> date:
        """The last day."""
        return given_day(self.until)


class SharedForm(Form):
    """What of that which the reader's organisation shares in a case, is shared for an item."""

    acts = Ticks(_l("Wat is voor dit onderwerp gedeeld?"), choices=[])

    def offer(self, shared: Choices) -> None:
        """Offer what is shared now."""
        offer_in(self.acts, shared)

    @property
    def chosen(self) -> tuple[UUID, ...]:
        """Which acts of sharing were chosen."""
        return tuple(UUID(one) for one in self.acts.data or ())
