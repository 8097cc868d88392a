"""The services behind the panel, put together from the parts of a gateway."""

from collections.abc import Collection
from datetime import date
from functools import partial
from pathlib import Path

from msgspec import Struct

from ocote.api.app import all_routes
from ocote.api.services import Services
from ocote.api.trial import DryRunner
from ocote.archive.activity import Activity
from ocote.archive.lives import DocumentLives
from ocote.archive.month_overview import MonthOverviews
from ocote.archive.requests import RequestHistory
from ocote.archive.reviewing import MonthReviews
from ocote.archive.situation import Situation
from ocote.clock import Clock
from ocote.closings.closings import Closings
from ocote.companies.directory import CompanyDirectory
from ocote.companies.editing import CompanyEditor
from ocote.companies.keys import ApiKeys
from ocote.companies.numbering import CompanyNumbers
from ocote.companies.onboarding import Onboarding
from ocote.companies.production import ProductionSwitch
from ocote.contingency.by_hand import ContingencyOperator
from ocote.contingency.of_company import CompanyContingencies
from ocote.drafting.drafts import Drafts
from ocote.drafting.issuing import DraftIssuer
from ocote.drafting.lookups import Lookups
from ocote.drafting.originals import Originals
from ocote.drafting.printing import DraftPrinter
from ocote.drafting.samples import SampleDocuments
from ocote.health.condition import GatewayHealth
from ocote.invalidation.outlook import CancellationOutlook
from ocote.issuing.customer_import import CustomerImporter
from ocote.issuing.remembered import CustomerBook
from ocote.outbox.company_mail import CompanyMail
from ocote.outbox.company_mailer import CompanyMailer
from ocote.outbox.company_webhooks import CompanyWebhooks
from ocote.outbox.given_up import GivenUpMessages
from ocote.outbox.webhook_secrets import SigningSecrets
from ocote.outbox.webhooks import new_hook
from ocote.panel.services import GatewayServices, OperationServices, PanelServices
from ocote.people.accounts import Accounts
from ocote.people.audit_trail import AuditTrail
from ocote.people.claims import IdentityProvider
from ocote.people.entering import Entrance
from ocote.people.identity import Identities
from ocote.people.invitations import Invitations
from ocote.people.passkeys import Passkeys
from ocote.people.proving import Proofs
from ocote.people.sessions import Sessions
from ocote.people.team import Team
from ocote.printing.press.press import Press
from ocote.public_links import PublicLinks
from ocote.requests.cursor import Cursors
from ocote.settings import Settings, SettingsError
from ocote.vault import Vault
from ocote.web.limiter import RateLimiter
from ocote.work.work import Work


class PanelParts(Struct, frozen=True):
    """The parts of a gateway that the panel needs, beside the services behind the API.

    ``seen_from``: the name of this process in the store, and the file of its TLS certificate if it has one.
    """

    services: Services
    work: Work
    configured: Settings
    vault: Vault
    proofs: Proofs
    doors: RateLimiter
    press: Press
    reviews: MonthReviews
    contingencies: ContingencyOperator
    holidays: Collection[date]
    seen_from: tuple[str, Path | None]


def panel_services(parts: PanelParts) -> PanelServices:
    """The services behind the panel: those behind the API, and those that only people use. Raises SettingsError."""
    services, store, clock, companies = parts.services, parts.work.store, parts.work.clock, parts.work.companies
    secret = parts.configured.required_secret()
    sessions = Sessions(store, clock)
    invitations = Invitations(store, sessions, clock)
    provider = identity_provider(parts.configured, clock)
    passkeys = Passkeys(store, clock, provider.issuer if provider is not None else "")
    cursors = Cursors(secret.encode())
    routes = all_routes(cursors)
    draft_issuer = DraftIssuer(store, clock, services.orders, services.issuer)
    activity = Activity(store, clock)
    return PanelServices(
        clock=clock,
        limiter=parts.doors,
        base_url=parts.configured.base_url,
        sessions=sessions,
        entrance=Entrance(store, sessions, parts.proofs, passkeys, clock),
        accounts=Accounts(store, parts.proofs, parts.vault, clock),
        passkeys=passkeys,
        invitations=invitations,
        identities=Identities(store, parts.proofs, invitations, provider, clock) if provider is not None else None,
        team=Team(store, clock),
        companies=companies,
        editor=CompanyEditor(store, parts.vault, parts.configured, clock),
        onboarding=Onboarding(store, parts.vault, parts.configured, clock),
        production=ProductionSwitch(
            store, parts.vault, parts.configured, clock, partial(new_hook, SigningSecrets(store, parts.vault, clock))
        ),
        orders=services.orders,
        issuer=services.issuer,
        invalidator=services.invalidator,
        archive=services.archive,
        exporter=services.exporter,
        books=services.books,
        reviews=parts.reviews,
        mailbox=services.mailbox,
        links=services.links,
        items=services.items,
        drafts=Drafts(store, clock),
        draft_issuer=draft_issuer,
        draft_printer=DraftPrinter(store, parts.press, draft_issuer),
        samples=SampleDocuments(services.orders, services.issuer, parts.press, clock),
        lookups=Lookups(store),
        activity=activity,
        months=MonthOverviews(store, activity, clock, parts.holidays),
        situation=Situation(store, companies, parts.work.hosts, parts.holidays, clock),
        originals=Originals(store),
        customer_import=CustomerImporter(store, clock),
        customers=CustomerBook(store, clock),
        closings=Closings(store, clock),
        cursors=cursors,
        lives=DocumentLives(store, PublicLinks.from_secret(secret, parts.configured.base_url)),
        outlook=CancellationOutlook(store, companies, clock, parts.holidays),
        trail=AuditTrail(store),
        keys=ApiKeys(store, clock),
        numbers=CompanyNumbers(store, clock),
        operation=OperationServices(
            contingencies=CompanyContingencies(store, parts.contingencies),
            mails=CompanyMail(store, companies),
            mailer=CompanyMailer(companies, parts.doors),
            webhooks=CompanyWebhooks(store, parts.vault, clock, allow_private=parts.configured.webhook_allow_private),
            requests=RequestHistory(store, clock, parts.configured.request_log, [each.path for each in routes]),
            trials=DryRunner(services, routes),
        ),
        gateway=GatewayServices(
            companies=CompanyDirectory(store, clock),
            given_up=GivenUpMessages(store, clock),
            health=GatewayHealth(store, parts.configured, parts.work.hosts, clock, parts.seen_from),
        ),
    )


def identity_provider(configured: Settings, clock: Clock) -> IdentityProvider | None:
    """The identity provider of the settings, None without one. Raises SettingsError without its packages."""
    access = configured.identity_provider
    if access is None:
        return None
    try:
        from ocote.people.provider import OpenIdProvider  # noqa: PLC0415 - its packages are an extra: few have them
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("ocote"):
            raise
        raise SettingsError(
            f"OCOTE_OIDC_ISSUER: para entrar con {access.name} falta el paquete {error.name}; instale ocote[oidc]."
        ) from None
    return OpenIdProvider(access, clock)
