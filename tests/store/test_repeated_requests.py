"""What a caller may repeat without end about one document is read in bounded parts."""

from ocote.store import invalidations, outbox
from ocote.store.adjustments import first_live_note, whole_notes
from ocote.store.invalidations import NewInvalidation
from ocote.store.leases import Lease
from ocote.store.outbox import NOBODY
from ocote.store.verdict import Verdict
from tests.store.place import NOON, Place
from tests.store.rows import add_key

REJECTED = Verdict("rejected", None, "RECHAZADO", "NO", "099", "[]", "{}")


async def test_the_newest_hundred_mails_of_a_document_are_read_oldest_first(place: Place) -> None:
    document = await place.document(state="stamped")
    for number in range(105):
        to = f"cliente-{number}@example.com"
        now = f"2026-11-20T18:00:00.{number:06d}Z"
        assert await place.store.write(outbox.send_again, place.company, document, (to,), now)
    mails = await place.mails(document)
    assert [mail.target for mail in mails] == [f"cliente-{number}@example.com" for number in range(5, 105)]


async def test_the_newest_fifty_attempts_to_cancel_a_document_are_read(place: Place) -> None:
    document = await place.document(state="stamped")
    key = await place.store.write(add_key, place.company)
    for number in range(55):
        moment = f"2026-11-20T18:00:00.{number:06d}Z"
        code, lease = f"E-{number}", Lease("1", NOON)
        new = NewInvalidation(code, place.company, key, document, "v1", code, 2, None, "a.b.c", moment, lease)
        assert await place.store.write(invalidations.insert_invalidation, new)
        [made, *_] = await place.store.read(invalidations.invalidations_of, place.company, document)
        assert await place.store.write(invalidations.settle_invalidation, made, REJECTED, NOON, NOBODY)
    read = await place.store.read(invalidations.invalidations_of, place.company, document)
    assert [event.id for event in read] == [f"E-{number}" for number in range(54, 4, -1)]


async def test_of_many_notes_on_a_document_the_first_and_the_newest_are_read(place: Place) -> None:
    ccf = await place.document(state="stamped", doc_type="03")
    for number in range(55):
        name = f"nota-{number:02d}"
        await place.document(id=name, family="note", doc_type="05", adjusts_id=ccf, adjusts_whole=1)
    oldest = await place.store.read(first_live_note, place.company, ccf)
    assert oldest is not None
    assert oldest.id == "nota-00"
    newest = await place.store.read(whole_notes, place.company, ccf)
    assert [note.id for note in newest] == [f"nota-{number:02d}" for number in range(5, 55)]
