import { fromUtf8 } from "../bytes/text.ts";
import { type Check, optional, orNull } from "../check/check.ts";
import { checkSize } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkFunction, checkText } from "../check/values.ts";
import { type AbortSignalLike, EspError, isEspError } from "../errors.ts";
import { checkBuild } from "../manifest/check-manifest.ts";
import type { InstallManifest, ManifestBuild, ManifestPart } from "../manifest/install-manifest.ts";
import { parseInstallManifest } from "../manifest/parse-manifest.ts";
import { partDamage } from "../manifest/part-damage.ts";
import { manifestUrl, partUrl } from "../manifest/part-url.ts";
import { callSafely } from "../shield-listener.ts";
import { download, type FetchLike, refuseWebPage, stopWith, tooLarge } from "./download.ts";

export interface DownloadInstallManifestOptions {
  /** As the page names it: an address, or one that is relative to `page`. */
  readonly url: string;
  /** The address of the page; default: `url` is complete. */
  readonly page?: string | undefined;
  readonly fetch: FetchLike;
  readonly signal?: AbortSignalLike | undefined;
}

/** A manifest, and where it came from. */
export interface FoundManifest {
  readonly manifest: InstallManifest;
  /** As it came, to see whether it has changed. */
  readonly text: string;
  readonly url: string;
  readonly page: string;
}

/** A part of a build, downloaded. */
export interface InstallPart {
  readonly part: ManifestPart;
  /** By which it is called in messages. */
  readonly path: string;
  readonly data: Uint8Array<ArrayBuffer>;
}

export interface DownloadProgress {
  /** All parts together. */
  readonly done: number;
  /** Null as long as a server does not say it. */
  readonly total: number | null;
}

export interface DownloadInstallPartsOptions {
  readonly fetch: FetchLike;
  /** Of the flash; null: it is not known. */
  readonly flashBytes?: number | null | undefined;
  readonly signal?: AbortSignalLike | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

const TOGETHER = "The firmware";
const MOST_MANIFEST_BYTES = 1_000_000;
/** The largest flash that chips have. */
const MOST_BYTES = 128 * 1024 * 1024;

const checkManifestOptions: Check<DownloadInstallManifestOptions> = shape<DownloadInstallManifestOptions>({
  url: checkText,
  page: optional(checkText),
  fetch: checkFunction,
  signal: optional(checkSignal),
});
const checkFound: Check<Omit<FoundManifest, "manifest">> = shape<Omit<FoundManifest, "manifest">>({
  text: checkText,
  url: checkText,
  page: checkText,
});
const checkPartsOptions: Check<DownloadInstallPartsOptions> = shape<DownloadInstallPartsOptions>({
  fetch: checkFunction,
  flashBytes: optional(orNull(checkSize)),
  signal: optional(checkSignal),
  onProgress: optional(checkFunction),
});

/** Throws `manifest.unreadable`, `manifest.invalid`, `operation.aborted`. */
export async function downloadInstallManifest(options: DownloadInstallManifestOptions): Promise<FoundManifest> {
  const { url: asked, page = asked, fetch, signal } = checkManifestOptions(options, "options");
  const url = manifestUrl(asked, page);
  const text = await manifestText(fetch, url, signal);
  return { manifest: parseInstallManifest(text), text, url, page };
}

async function manifestText(fetch: FetchLike, url: string, signal: AbortSignalLike | undefined): Promise<string> {
  try {
    const name = "The manifest";
    return fromUtf8(await download(fetch, { url, name, limitBytes: MOST_MANIFEST_BYTES, signal }));
  } catch (error) {
    if (!isEspError(error) || error.code === "operation.aborted") throw error;
    const { message, hint, details, cause } = error;
    throw new EspError("manifest.unreadable", message, { ...(hint !== undefined && { hint }), details, cause });
  }
}

/**
 * Downloads every part of a build, at once, and holds each against what the manifest says of it; nothing is touched by that.
 * All of them together are no more than the flash holds. Where one cannot be got the others are not got any further.
 * Where not all have digests the manifest is asked for again at the end, because a release may have been published in
 * between. Throws `download.failed`, `download.damaged`, `file.empty`, `file.too-large`, `image.not-firmware`,
 * `manifest.changed`, `operation.aborted`.
 */
export async function downloadInstallParts(
  found: FoundManifest,
  build: ManifestBuild,
  options: DownloadInstallPartsOptions,
): Promise<readonly InstallPart[]> {
  const { text, url, page } = checkFound(found, "found");
  const { parts } = checkBuild(build, "build");
  const { fetch, flashBytes, signal, onProgress } = checkPartsOptions(options, "options");
  const limitBytes = flashBytes ?? MOST_BYTES;
  const said = parts.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  if (said > limitBytes) throw tooLarge(TOGETHER, said, limitBytes);
  const sums = parts.map(() => ({ done: 0, total: null as number | null }));
  const downloadOne = async (part: ManifestPart, index: number): Promise<InstallPart> => {
    const address = partUrl(part.path, { manifest: url, page });
    const path = nameOf(address, index);
    const onBytes = (done: number, total: number | null): void => {
      sums[index] = { done, total: total ?? part.sizeBytes };
      // No part goes where another does, so none of them may take the place of the others.
      if (sums.reduce((sum, one) => sum + one.done, 0) > limitBytes) throw tooLarge(TOGETHER, null, limitBytes);
      callSafely(
        () => onProgress?.(together(sums)),
        () => {},
      );
    };
    const wanted = { url: address, name: `'${path}'`, limitBytes, signal: stop.signal, onBytes };
    const data = await download(fetch, wanted);
    await refuse(part, path, data);
    return { part, path, data };
  };
  const stop = stopWith(signal);
  const files = await Promise.all(parts.map(downloadOne)).finally(() => {
    stop.forget();
    // Those that are still under way after another has failed; where all have come this stops nothing.
    stop.abort();
  });
  if (parts.every(({ sha256 }) => sha256 !== null)) return files;
  if ((await manifestText(fetch, url, signal)) === text) return files;
  throw new EspError("manifest.changed", "The manifest has changed while its files were downloaded.", {
    hint: "Begin again: a new version was published just now.",
  });
}

function together(sums: readonly DownloadProgress[]): DownloadProgress {
  const done = sums.reduce((sum, one) => sum + one.done, 0);
  const isKnown = sums.every(({ total }) => total !== null);
  return { done, total: isKnown ? sums.reduce((sum, { total }) => sum + (total ?? 0), 0) : null };
}

async function refuse(part: ManifestPart, path: string, data: Uint8Array): Promise<void> {
  if (data.length === 0)
    throw new EspError("file.empty", `'${path}' is empty.`, {
      hint: "The maker of the page has to put the firmware there.",
      details: { file: path },
    });
  const damage = await partDamage(part, data);
  // A page in place of the file has another digest, too; what it is says more.
  refuseWebPage(`'${path}'`, data);
  if (damage === null) return;
  throw new EspError("download.damaged", `'${path}' ${damage}.`, {
    hint: "Try again; when it stays so, the files and the manifest are of different releases.",
    details: { file: path },
  });
}

/** The last part of the path, as people know files. */
function nameOf(url: string, index: number): string {
  const last = /^https?:\/\/[^?#]*\/([^/?#]+)/.exec(url)?.[1];
  if (last === undefined) return `part ${index + 1}`;
  // An address may hide separators and characters that cannot be seen; of a name none is wanted.
  const name = decoded(last)
    .slice(0, 100)
    .replace(/[\p{Cc}\p{Cf}\p{Cs}/\\]/gu, "_");
  return /^\.*$/.test(name) ? `part ${index + 1}` : name;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
