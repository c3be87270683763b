import { readdirSync, readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** What ESP-IDF's generators and the LittleFS library made of these files; each folder's `case.json` says how. */
const GOLDEN = "test/fixtures/golden/";

export type GoldenKind = "spiffs" | "littlefs" | "fat";

export interface FileSystemCase {
  readonly kind: GoldenKind;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly exit: number;
  readonly outputs: Readonly<Record<string, string>>;
}

export function casesOf(kind: GoldenKind): readonly FileSystemCase[] {
  return readdirSync(`${GOLDEN}${kind}`).map((name) => ({
    kind,
    name,
    ...JSON.parse(readFileSync(`${GOLDEN}${kind}/${name}/case.json`, "utf8")),
  }));
}

export function goldenImage({ kind, name }: Pick<FileSystemCase, "kind" | "name">): Uint8Array {
  return new Uint8Array(gunzipSync(readFileSync(`${GOLDEN}${kind}/${name}/expected.bin.gz`)));
}

/** Path to content; null for a directory. */
export type Tree = ReadonlyMap<string, Uint8Array | null>;

/** What went into the image. */
export function inputTree({ kind, name, args }: FileSystemCase): Tree {
  const folder = `${GOLDEN}${kind}/${name}`;
  if (kind !== "littlefs") return folderTree(`${folder}/files`);
  const tree = new Map<string, Uint8Array | null>();
  const bare = (path = ""): string => path.replace(/^\//, "");
  for (const [operation, from, to] of (args["ops"] ?? []) as readonly [string, string, string][]) {
    if (operation === "d") tree.set(bare(from), null);
    else if (operation === "f") tree.set(bare(from), new Uint8Array(readFileSync(`${folder}/${to}`)));
    else if (operation === "x") tree.delete(bare(from));
    else if (operation === "r") {
      tree.set(bare(to), tree.get(bare(from)) ?? null);
      tree.delete(bare(from));
    }
  }
  return tree;
}

function folderTree(folder: string, prefix = "", tree = new Map<string, Uint8Array | null>()): Tree {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // An image of nothing has no folder.
  }
  for (const name of names) {
    const isFolder = statSync(`${folder}/${name}`).isDirectory();
    tree.set(`${prefix}${name}`, isFolder ? null : new Uint8Array(readFileSync(`${folder}/${name}`)));
    if (isFolder) folderTree(`${folder}/${name}`, `${prefix}${name}/`, tree);
  }
  return tree;
}
