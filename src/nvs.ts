/** NVS, the key-value store of ESP-IDF: images made, read, edited, encrypted. Runs anywhere. */

export type { ByteSource } from "./core/check/bytes.ts";
export * from "./core/errors-at-doors.ts";
export { decryptNvs, encryptNvs } from "./core/nvs/crypt/crypt-nvs.ts";
export {
  deriveNvsKeys,
  generateNvsKeys,
  type NvsKeys,
  nvsKeysPartition,
  readNvsKeys,
} from "./core/nvs/crypt/nvs-keys.ts";
export { type EditedNvs, type EditNvsOptions, editNvs, type NvsEdit } from "./core/nvs/edit/edit-nvs.ts";
export type { NvsStep } from "./core/nvs/edit/nvs-step.ts";
export { type MadeNvs, type MakeNvsOptions, makeNvs } from "./core/nvs/make/make-nvs.ts";
export type {
  NvsEntry,
  NvsIntegerType,
  NvsNamespaceEntry,
  NvsProblem,
  NvsProblemCode,
  NvsType,
  NvsValue,
} from "./core/nvs/nvs-values.ts";
export type { NvsStoredType } from "./core/nvs/page/entry-layout.ts";
export type { NvsPageState, NvsVersion } from "./core/nvs/page/page-layout.ts";
export type {
  NvsContents,
  NvsDamagedEntry,
  NvsEntryPlace,
  NvsItem,
  NvsPage,
  NvsStoredEntry,
} from "./core/nvs/read/nvs-contents.ts";
export { type ParseNvsOptions, parseNvs } from "./core/nvs/read/parse-nvs.ts";
export {
  type NvsObject,
  type NvsObjectEntry,
  nvsObject,
  type ReadNvsObjectOptions,
  readNvsObject,
} from "./core/nvs/text/nvs-objects.ts";
export { makeNvsFromCsv, type ReadNvsCsvOptions, type ReadNvsFile, readNvsCsv } from "./core/nvs/text/read-nvs-csv.ts";
export { readNvsValue } from "./core/nvs/text/value-text.ts";
export { nvsCsv } from "./core/nvs/text/write-nvs-csv.ts";
