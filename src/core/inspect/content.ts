import type { ErrorCode } from "../errors.ts";
import type { FileSystemKind } from "../filesystem/file-system.ts";
import type { OtaData } from "../partition/ota/ota-data.ts";

/** What is in a partition. */
export type PartitionContent =
  | ApplicationContent
  | { readonly kind: "ota-data"; readonly otaData: OtaData }
  | {
      readonly kind: "nvs";
      readonly namespaces: readonly { readonly name: string; readonly entries: number }[];
      /** What is wrong with it: entries and pages that are damaged. */
      readonly problems: number;
    }
  | {
      readonly kind: "file-system";
      readonly fileSystem: FileSystemKind;
      readonly sizeBytes: number;
      readonly usedBytes: number;
      readonly files: number;
      readonly problems: number;
    }
  | { readonly kind: "core-dump"; readonly sizeBytes: number }
  /** Of an application and of what is not known only the start was looked at. */
  | { readonly kind: "blank" }
  /** Keys are not read. */
  | { readonly kind: "not-read" }
  /** Nothing that is known; what is encrypted in flash looks so. */
  | { readonly kind: "unknown" }
  /** The partition does not end before the flash, or the file, does. */
  | { readonly kind: "outside" }
  | { readonly kind: "unreadable"; readonly code: ErrorCode; readonly message: string };

export interface ApplicationContent {
  readonly kind: "application";
  readonly projectName: string;
  readonly version: string;
  readonly idfVersion: string;
  /** As the compiler wrote it; empty in reproducible builds. */
  readonly compileDate: string;
  readonly compileTime: string;
  /** In hexadecimal; null: the tool that made the image left it out. */
  readonly elfSha256: string | null;
}
