"""The parts that are common to all work with MH."""

from msgspec import Struct

from ocote.clock import Clock
from ocote.companies.registry import Companies
from ocote.mh.hosts import MhHosts
from ocote.store.engine.store import Store
from ocote.work.leases import Leases


class Work(Struct, frozen=True):
    """The database, the companies in it, MH's hosts, the leases of this process, and the clock."""

    store: Store
    companies: Companies
    hosts: MhHosts
    leases: Leases
    clock: Clock
