import { mapTree } from "../../src/bundle.ts";
import type { Port, Session } from "../../src/index.ts";
import {
  chooseInstallBuild,
  downloadInstallManifest,
  downloadInstallParts,
  type FetchLike,
  type InstallPart,
  readInstallDevice,
} from "../../src/install.ts";
import type { DroppedTree } from "./dropped-tree.ts";

const MANIFEST = "manifest.json";

interface ManifestSource {
  /** As the person wrote it. */
  readonly url: string;
  /** Of the page. */
  readonly page: string;
  readonly fetch: FetchLike;
  readonly port: Port;
  readonly signal: AbortSignal;
}

/**
 * The build of a manifest of ESP Web Tools that fits the board, got and held against what the manifest says of it, as files
 * like those that are dropped. Throws as `downloadInstallManifest`, `chooseInstallBuild` and `downloadInstallParts`.
 */
export async function manifestTree(session: Session, source: ManifestSource): Promise<DroppedTree> {
  const { url, page, fetch, port, signal } = source;
  const found = await downloadInstallManifest({ url, page, fetch, signal });
  const device = await readInstallDevice(session, port, { signal });
  const { build, builds } = chooseInstallBuild(found.manifest, device);
  const parts = await downloadInstallParts(found, build, { fetch, flashBytes: device.flashBytes, signal });
  const index = builds.findIndex((one) => one.build === build);
  return treeOf(found.text, index, parts);
}

/** The manifest with the one build, whose parts are beside it: where they came from does not matter any more. */
function treeOf(text: string, index: number, parts: readonly InstallPart[]): DroppedTree {
  const manifest = JSON.parse(text) as { readonly builds: readonly { readonly parts: readonly object[] }[] };
  const wanted = manifest.builds[index];
  // Two parts of one name may come from two folders, and one may be called as the manifest is.
  const isTaken = (path: string): boolean => path === MANIFEST || parts.filter((part) => part.path === path).length > 1;
  const names = parts.map(({ path }, number) => (isTaken(path) ? `${number}/${path}` : path));
  const build = { ...wanted, parts: (wanted?.parts ?? []).map((part, number) => ({ ...part, path: names[number] })) };
  const files = new Map(parts.map(({ data }, number) => [names[number] ?? "", data as Uint8Array]));
  files.set(MANIFEST, new TextEncoder().encode(JSON.stringify({ ...manifest, builds: [build] })));
  // By its name: among the parts may be what looks like a build of another kind.
  return { tree: mapTree(files), path: MANIFEST };
}
