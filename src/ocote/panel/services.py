"""The services behind the panel, as its pages call them."""

from msgspec import Struct

from ocote.archive.activity import Activity
from ocote.archive.archive import Archive
from ocote.archive.book_exporting import BookExporter
from ocote.archive.exporting import Exporter
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
from ocote.companies.registry import Companies
from ocote.contingency.of_company import CompanyContingencies
from ocote.documents.linking import LinkRenewal
from ocote.drafting.drafts import Drafts
from ocote.drafting.issuing import DraftIssuer
from ocote.drafting.lookups import Lookups
from ocote.drafting.originals import Originals
from ocote.drafting.printing import DraftPrinter
from ocote.drafting.samples import SampleDocuments
from ocote.health.condition import GatewayHealth
from ocote.invalidation.invalidator import Invalidator
from ocote.invalidation.outlook import CancellationOutlook
from ocote.issuing.customer_import import CustomerImporter
from ocote.issuing.issue import DocumentIssuer
from ocote.issuing.orders import Orders
from ocote.issuing.remembered import CustomerBook
from ocote.items.catalog import ItemCatalog
from ocote.outbox.company_mail import CompanyMail
from ocote.outbox.company_mailer import CompanyMailer
from ocote.outbox.company_webhooks import CompanyWebhooks
from ocote.outbox.given_up import GivenUpMessages
from ocote.outbox.mailbox import Mailbox
from ocote.people.accounts import Accounts
from ocote.people.audit_trail import AuditTrail
from ocote.people.entering import Entrance
from ocote.people.identity import Identities
from ocote.people.invitations import Invitations
from ocote.people.passkeys import Passkeys
from ocote.people.sessions import Sessions
from ocote.people.team import Team
from ocote.requests.cursor import Cursors
from ocote.requests.trial import TrialCalls
from ocote.web.limiter import RateLimiter


class OperationServices(Struct, frozen=True):
    """The services behind the pages of a company's contingencies, mails, webhooks and requests to the API."""

    contingencies: CompanyContingencies
    mails: CompanyMail
    mailer: CompanyMailer
    webhooks: CompanyWebhooks
    requests: RequestHistory
    trials: TrialCalls


class GatewayServices(Struct, frozen=True):
    """The services behind the pages of whoever operates the gateway, which show no document of any company."""

    companies: CompanyDirectory
    given_up: GivenUpMessages
    health: GatewayHealth


class PanelServices(Struct, frozen=True):
    """The services of one gateway. Each call names the company, which the page has taken from the person's roles.

    They raise as those behind API Connect do: what a form accepts, the API accepts. ``base_url`` is the beginning of
    every link, as it is configured; None takes scheme and host of the request. ``identities`` is None without an
    identity provider.
    """

    clock: Clock
    limiter: RateLimiter
    base_url: str | None
    sessions: Sessions
    entrance: Entrance
    accounts: Accounts
    passkeys: Passkeys
    invitations: Invitations
    identities: Identities | None
    team: Team
    companies: Companies
    editor: CompanyEditor
    onboarding: Onboarding
    production: ProductionSwitch
    orders: Orders
    issuer: DocumentIssuer
    invalidator: Invalidator
    archive: Archive
    exporter: Exporter
    books: BookExporter
    reviews: MonthReviews
    mailbox: Mailbox
    links: LinkRenewal
    items: ItemCatalog
    customer_import: CustomerImporter
    customers: CustomerBook
    closings: Closings
    trail: AuditTrail
    keys: ApiKeys
    numbers: CompanyNumbers
    operation: OperationServices
    drafts: Drafts
    draft_issuer: DraftIssuer
    draft_printer: DraftPrinter
    samples: SampleDocuments
    lookups: Lookups
    activity: Activity
    months: MonthOverviews
    situation: Situation
    originals: Originals
    cursors: Cursors
    lives: DocumentLives
    outlook: CancellationOutlook
    gateway: GatewayServices
