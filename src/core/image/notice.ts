/** Something worth telling a person that did not stop the work. The core prints nothing: the caller decides. */
export interface ImageNotice {
  readonly level: "note" | "warning";
  /** Stable, for programs. */
  readonly code: ImageNoticeCode;
  readonly message: string;
  /** Facts for programs; `option`: the name of the library's option that the message speaks of. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export type ImageNoticeCode =
  | "elf.unknown-section-type"
  | "elf.nothing-left"
  | "elf.converted"
  | "image.mmu-page-size-chosen"
  | "image.mmu-page-size-fixed"
  | "image.appdesc-unaligned"
  | "image.ram-only"
  | "image.gap-filled"
  | "image.sha256-offset-outside"
  | "image.option-ignored"
  | "image.suspicious-segment"
  | "image.unexpected-wrapper"
  | "image.wrong-chip"
  | "image.unknown-chip"
  | "image.unknown-flash-setting"
  | "image.not-patched"
  | "image.empty"
  | "image.own-addresses"
  | "image.misleading-name"
  | "image.other-families"
  | "merge.single-file"
  | "merge.no-family"
  | "merge.padding-ignored"
  | "merge.beyond-size";

type Details = Readonly<Record<string, unknown>>;

export function note(code: ImageNoticeCode, message: string, details?: Details): ImageNotice {
  return { level: "note", code, message, ...(details !== undefined && { details }) };
}

export function warning(code: ImageNoticeCode, message: string, details?: Details): ImageNotice {
  return { level: "warning", code, message, ...(details !== undefined && { details }) };
}
