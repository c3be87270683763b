/** Something worth telling a person that did not stop the work. The core prints nothing: the caller decides. */
export interface ImageNotice {
  readonly level: "note" | "warning";
  /** Stable, for programs. */
  readonly code: ImageNoticeCode;
  readonly message: string;
}

export type ImageNoticeCode =
  | "elf.unknown-section-type"
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
  | "image.unknown-flash-setting"
  | "image.not-patched"
  | "image.empty"
  | "image.own-addresses"
  | "merge.single-file"
  | "merge.no-family"
  | "merge.padding-ignored"
  | "merge.beyond-size";

export function note(code: ImageNoticeCode, message: string): ImageNotice {
  return { level: "note", code, message };
}

export function warning(code: ImageNoticeCode, message: string): ImageNotice {
  return { level: "warning", code, message };
}
