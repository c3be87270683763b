/**
 * Something a person should see, short of an error; `code` is stable. The room of images only tells: commands and
 * sessions turn these into events.
 */
export interface ImageNotice {
  readonly level: "note" | "warning";
  readonly code: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}
