import { equalBytes } from "../../bytes/words.ts";
import { EspError } from "../../errors.ts";
import type { ItemBytes } from "../page/entry-layout.ts";
import {
  ENTRIES_PER_PAGE,
  ENTRY_BYTES,
  encodePageHeader,
  entryAt,
  type NvsVersion,
  PAGE_BYTES,
} from "../page/page-layout.ts";
import { usablePages } from "../read/live-items.ts";
import type { ScannedItem, ScannedPage } from "../read/scan-page.ts";
import type { NvsDraft } from "./nvs-draft.ts";

/** The format of what is there; of a blank partition 2. */
export function versionOf(draft: NvsDraft): NvsVersion {
  return usablePages(draft.pages).at(-1)?.header.version ?? 2;
}

/** Writes an item, on a new page where the one in use has no room for it. Throws `nvs.full`. */
export function appendItem(draft: NvsDraft, item: ItemBytes): void {
  const places = item.length / ENTRY_BYTES;
  const page = pageWithRoom(draft, places);
  const { offset, nextPlace } = page;
  draft.programEntries(offset + entryAt(nextPlace), item.subarray(0, ENTRY_BYTES));
  draft.programStates(offset, nextPlace, 1, "written");
  if (places === 1) return;
  draft.programEntries(offset + entryAt(nextPlace + 1), item.subarray(ENTRY_BYTES));
  draft.programStates(offset, nextPlace + 1, places - 1, "written");
}

export function eraseItem(draft: NvsDraft, { offset, index, places }: ScannedItem): void {
  draft.programStates(offset - (offset % PAGE_BYTES), index, places, "erased");
}

/** Places that are left on the page in use; none where there is none. */
export function placesLeft(draft: NvsDraft): number {
  const newest = usablePages(draft.pages).at(-1);
  return newest?.header.state === "active" ? ENTRIES_PER_PAGE - newest.nextPlace : 0;
}

function pageWithRoom(draft: NvsDraft, places: number): ScannedPage {
  if (placesLeft(draft) < places) beginPage(draft);
  const page = usablePages(draft.pages).at(-1);
  if (page !== undefined && placesLeft(draft) >= places) return page;
  throw full();
}

/** As firmware: with two free pages or more one is taken, the last one is for gathering what a page with erased entries has. */
export function beginPage(draft: NvsDraft): void {
  const used = usablePages(draft.pages);
  const newest = used.at(-1);
  if (newest?.header.state === "active") draft.programPageState(newest.offset, "full");
  const free = freePages(draft);
  const [target] = free;
  if (target === undefined)
    throw new EspError(
      "nvs.damaged",
      "The NVS partition has no free page, without which it cannot be changed safely.",
      {
        hint: "Export what is in it, make a new image of that, and write it.",
      },
    );
  if (free.length > 1 || newest === undefined) {
    activate(draft, target, nextSequence(draft));
    return;
  }
  const [emptiest] = [...used].sort((left, right) => left.written - right.written);
  if (emptiest === undefined || emptiest.written >= ENTRIES_PER_PAGE) throw full();
  movePage(draft, emptiest, target);
}

/**
 * Copies what counts to the other page, and gives up the first. While it is marked as being freed, firmware that starts drops the
 * newest page and copies again; so nothing else may be on that, and no page in use may be newer.
 */
export function movePage(draft: NvsDraft, from: ScannedPage, target: ScannedPage): void {
  const sequence = nextSequence(draft);
  if (from.header.state !== "freeing") draft.programPageState(from.offset, "freeing");
  if (!draft.isBlank(target.offset)) draft.erasePage(target.offset);
  let places = 0;
  for (const item of from.items) {
    if (item.state !== "written" || !item.isWhole) continue;
    draft.programEntries(target.offset + entryAt(places), draft.bytesOf(item));
    places += item.places;
  }
  if (places > 0) draft.programStates(target.offset, 0, places, "written");
  draft.programHeader(target.offset, encodePageHeader(sequence, from.header.version ?? 2));
  draft.programPageState(from.offset, "corrupt", true);
  draft.erasePage(from.offset);
}

/** What firmware does with a partition that was left in the middle of something. Throws `nvs.damaged`. */
export function recover(draft: NvsDraft): void {
  for (;;) {
    const used = usablePages(draft.pages);
    const freeing = used.find(({ header }) => header.state === "freeing");
    if (freeing === undefined) break;
    const newest = used.at(-1);
    if (newest !== undefined && newest !== freeing && newest.header.state === "active") {
      requireCopies(draft, newest, freeing);
      draft.erasePage(newest.offset);
    }
    const [target] = freePages(draft);
    if (target === undefined)
      throw new EspError("nvs.damaged", "Copying a page was interrupted, and there is no free page to finish it.", {
        hint: "Export what is in it, make a new image of that, and write it.",
      });
    movePage(draft, freeing, target);
  }
  const newest = usablePages(draft.pages).at(-1);
  if (newest?.header.state === "active") eraseUnfinished(draft, newest);
}

/** Whatever is on the newest page must be on the one that is copied, for firmware will drop it. */
function requireCopies(draft: NvsDraft, newest: ScannedPage, from: ScannedPage): void {
  const counts = (page: ScannedPage) => page.items.filter(({ state, isWhole }) => state === "written" && isWhole);
  const originals = counts(from).map((item) => draft.bytesOf(item));
  if (counts(newest).every((item) => originals.some((original) => equalBytes(original, draft.bytesOf(item))))) return;
  throw new EspError("nvs.damaged", "Copying a page was interrupted, and the newest page has more than the copy.", {
    hint: "Export what is in it, make a new image of that, and write it.",
  });
}

/** Entries that were begun, and places where something stands that no state speaks of. */
function eraseUnfinished(draft: NvsDraft, { offset }: ScannedPage): void {
  for (const { index, entry, state, isWhole, places } of draft.page(offset).items) {
    if (state !== "written" || isWhole || !entry.isSound || entry.type === null) continue;
    const claimed = Math.min(Math.max(entry.span, places), ENTRIES_PER_PAGE - index);
    draft.programStates(offset, index, claimed, "erased");
  }
  const { nextPlace } = draft.page(offset);
  for (let index = nextPlace - 1; index >= 0; index--)
    if (draft.stateOf(offset, index) === "empty") draft.programStates(offset, index, 1, "erased");
}

function activate(draft: NvsDraft, { offset }: ScannedPage, sequence: number): void {
  const version = versionOf(draft);
  if (!draft.isBlank(offset)) draft.erasePage(offset);
  draft.programHeader(offset, encodePageHeader(sequence, version));
}

/** Blank ones first: what is on the others can perhaps be saved by somebody. Then in turn, so that all wear alike. */
function freePages(draft: NvsDraft): ScannedPage[] {
  const { pages } = draft;
  const newest = usablePages(pages).at(-1)?.offset ?? -1;
  const turn = ({ offset }: ScannedPage): number => (offset > newest ? 0 : 1);
  const blank = ({ offset }: ScannedPage): number => (draft.isBlank(offset) ? 0 : 1);
  return pages
    .filter(({ isUsable }) => !isUsable)
    .sort((left, right) => blank(left) - blank(right) || turn(left) - turn(right) || left.offset - right.offset);
}

function nextSequence(draft: NvsDraft): number {
  const newest = usablePages(draft.pages).at(-1);
  return newest === undefined ? 0 : newest.header.sequence + 1;
}

function full(): EspError {
  return new EspError("nvs.full", "The entry does not fit into the NVS partition any more.", {
    hint: "Erase keys that are not needed, or make the partition larger.",
  });
}
