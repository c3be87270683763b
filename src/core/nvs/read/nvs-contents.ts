import type { NvsEntry, NvsProblem, NvsType } from "../nvs-values.ts";
import type { NvsStoredType } from "../page/entry-layout.ts";
import type { NvsPageState, NvsVersion } from "../page/page-layout.ts";

/** An entry as it was found. */
export type NvsStoredEntry = NvsEntry & NvsEntryPlace;

export interface NvsEntryPlace {
  readonly namespaceIndex: number;
  /** Of its first byte in the image; for a blob in pieces of its index. */
  readonly offset: number;
  /** The bytes of a string (with its NUL) or a blob, as they are stored; null for numbers. */
  readonly stored: Uint8Array<ArrayBuffer> | null;
}

/** An entry whose value cannot be had, or not for certain. */
export interface NvsDamagedEntry extends NvsEntryPlace {
  readonly namespace: string;
  readonly key: string;
  readonly type: NvsType;
}

/** One entry as it stands on a page, for a dump: erased ones, pieces of blobs and names of namespaces, too. */
export interface NvsItem {
  readonly index: number;
  readonly offset: number;
  readonly state: "written" | "erased";
  readonly namespaceIndex: number;
  /** Null: none that is known. */
  readonly type: NvsStoredType | null;
  /** Places of 32 bytes that it says to take. */
  readonly span: number;
  /** Null: it has no number. */
  readonly chunk: number | null;
  readonly key: string;
  readonly isSound: boolean;
  /** Of what is behind it, or of the whole blob for an index; null: nothing is. */
  readonly sizeBytes: number | null;
  readonly isDataSound: boolean | null;
}

export interface NvsPage {
  readonly offset: number;
  readonly state: NvsPageState;
  /** Null in an empty page. */
  readonly sequence: number | null;
  readonly version: NvsVersion | null;
  readonly isHeaderSound: boolean;
  /** Entries of 126 by their state. */
  readonly written: number;
  readonly erased: number;
  readonly items: readonly NvsItem[];
}

/** What is in an NVS partition, and what is wrong with it. */
export interface NvsContents {
  /** In the order of their place. */
  readonly pages: readonly NvsPage[];
  readonly namespaces: readonly { readonly name: string; readonly index: number }[];
  /** One for each key, in the order in which they were written. */
  readonly entries: readonly NvsStoredEntry[];
  readonly damaged: readonly NvsDamagedEntry[];
  readonly problems: readonly NvsProblem[];
}
