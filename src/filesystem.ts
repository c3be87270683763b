/** File systems in partitions: SPIFFS, LittleFS, FAT with wear levelling. Runs anywhere. */

export type { ByteSource } from "./core/check/bytes.ts";
export * from "./core/errors-at-doors.ts";
export {
  type EditedFileSystem,
  type EditFileSystemOptions,
  editFileSystem,
  type FileSystemEdits,
} from "./core/filesystem/edit-file-system.ts";
export { type MakeFatOptions, makeFat } from "./core/filesystem/fat/make-fat.ts";
export type {
  DirectoryToStore,
  FatSettings,
  FileAttributes,
  FileSystemContents,
  FileSystemEntry,
  FileSystemKind,
  FileSystemProblem,
  FileSystemProblemCode,
  FileSystemSettings,
  FileToStore,
  LittleFsSettings,
  SpiffsSettings,
  WearLevelling,
} from "./core/filesystem/file-system.ts";
export { type MakeLittleFsOptions, makeLittleFs } from "./core/filesystem/littlefs/make-littlefs.ts";
export {
  detectFileSystem,
  type ParseFileSystemOptions,
  parseFileSystem,
} from "./core/filesystem/parse-file-system.ts";
export { isPlainPath } from "./core/filesystem/paths.ts";
export { type MakeSpiffsOptions, makeSpiffs } from "./core/filesystem/spiffs/make-spiffs.ts";
