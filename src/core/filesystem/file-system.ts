// Room: file systems in partitions: SPIFFS, LittleFS, FAT with wear levelling; told apart, read, made.
// In: bytes of a partition; files with their paths.
// Out: files with all that is wrong; images.

export type FileSystemKind = "littlefs" | "fat" | "spiffs";

/** A file or a directory as it was found. */
export interface FileSystemEntry {
  readonly kind: "file" | "directory";
  /** Slashes between names, none before. It is what the image says: see `isPlainPath` before it names a file of a computer. */
  readonly path: string;
  /** Of the content as the image says it; 0 for a directory. */
  readonly sizeBytes: number;
  /** Milliseconds since 1970; of FAT, which keeps no time zone, as if it were UTC. Null: none is kept. */
  readonly modifiedMs: number | null;
  /** Null for a directory, and where not all of the content is there: `problems` says why. */
  readonly content: Uint8Array<ArrayBuffer> | null;
  /** What a LittleFS keeps with it, by number; 0x74 is the time of change, as it is stored. Left out: nothing. */
  readonly attributes?: FileAttributes | undefined;
}

export type FileAttributes = ReadonlyMap<number, Uint8Array<ArrayBuffer>>;

export interface LittleFsSettings {
  readonly kind: "littlefs";
  /** Of the format on flash, such as `2.1`. */
  readonly version: string;
  readonly blockBytes: number;
  readonly blockCount: number;
  /** The longest name, in bytes. Firmware refuses what was made for longer ones than it was built with. */
  readonly nameBytes: number;
  /** Of the largest file that stands beside its name, without a block of its own; 0: none does. */
  readonly inlineBytes: number;
}

export interface SpiffsSettings {
  readonly kind: "spiffs";
  readonly pageBytes: number;
  readonly blockBytes: number;
  /** Of the longest name, with its NUL. The image does not say it: the usual one with which it makes sense. */
  readonly nameBytes: number;
  /** Bytes kept for each file besides. */
  readonly metaBytes: number;
  /** How blocks are marked: `length`: with the size of the partition; `plain`: without; `none`: not at all. */
  readonly magic: "length" | "plain" | "none";
  /** Tables of pages stand at even addresses. */
  readonly alignedTables: boolean;
}

export interface FatSettings {
  readonly kind: "fat";
  readonly bits: 12 | 16;
  readonly sectorBytes: number;
  readonly clusterBytes: number;
  readonly fatCopies: number;
  readonly rootEntries: number;
  readonly label: string;
  readonly volumeId: number;
  /** Null: the volume stands in the partition as it is. */
  readonly wearLevelling: WearLevelling | null;
  /** Where its first sector stands in the image. */
  readonly offset: number;
}

/** ESP-IDF's layer that spreads writes over the partition. */
export interface WearLevelling {
  readonly version: number;
  /** Chosen at random when the layer was made. */
  readonly deviceId: number;
  /** How often all sectors have moved by one. */
  readonly moves: number;
  /** Where the sector is that stands empty. */
  readonly emptySector: number;
}

export type FileSystemSettings = LittleFsSettings | SpiffsSettings | FatSettings;

/** A file that an image is to have. */
export interface FileToStore {
  /** Slashes between names, none before. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Milliseconds since 1970; left out: none is kept. */
  readonly modifiedMs?: number | undefined;
  /** For a LittleFS: what is kept with it, by number. One of 0x74 counts before `modifiedMs`. */
  readonly attributes?: ReadonlyMap<number, Uint8Array> | undefined;
}

/** A directory that an image is to have. Those that files are in need not be named. SPIFFS has none. */
export type DirectoryToStore = Omit<FileToStore, "content">;

/** What is in an image, and what is wrong with it. */
export interface FileSystemContents {
  readonly kind: FileSystemKind;
  readonly settings: FileSystemSettings;
  /** Of the image. */
  readonly sizeBytes: number;
  /** Taken by files and by what the file system keeps of them; without what it needs for itself. */
  readonly usedBytes: number;
  /** In the order of their paths; a directory stands before what is in it. */
  readonly entries: readonly FileSystemEntry[];
  readonly problems: readonly FileSystemProblem[];
}

/** Something that is wrong with an image; reading went on. */
export interface FileSystemProblem {
  readonly code: FileSystemProblemCode;
  /** One sentence. */
  readonly message: string;
  /** Of the first byte that is concerned, in the image; null: of none in particular. */
  readonly offset: number | null;
  /** Null: of no file in particular. */
  readonly path: string | null;
}

export type FileSystemProblemCode =
  | "filesystem.checksum"
  | "filesystem.incomplete"
  | "filesystem.loop"
  | "filesystem.name"
  | "filesystem.orphan"
  | "filesystem.out-of-range"
  | "filesystem.repeated-name"
  | "filesystem.shared"
  | "filesystem.size"
  | "filesystem.too-deep"
  | "filesystem.too-much"
  | "filesystem.unfinished";
