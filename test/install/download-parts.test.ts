import { describe, expect, it } from "vitest";
import {
  downloadInstallManifest,
  downloadInstallParts,
  type FetchLike,
  type FoundManifest,
  type ManifestBuild,
  type ResponseLike,
} from "../../src/install.ts";
import { answer, fakeServer } from "../support/install/fake-server.ts";

const BASE = "https://example.org/lamp/";
const SIZE = 10_000;

interface Release {
  readonly found: FoundManifest;
  readonly build: ManifestBuild;
}

/** A manifest with parts of these names, each 64 KB behind the other. */
async function release(names: readonly string[], more: Record<string, unknown> = {}): Promise<Release> {
  const parts = names.map((path, index) => ({ path, offset: index * 0x1_0000, ...more }));
  const manifest = JSON.stringify({ builds: [{ chipFamily: "ESP32-C3", parts }] });
  const { fetch } = fakeServer({ [`${BASE}manifest.json`]: manifest });
  const found = await downloadInstallManifest({ url: `${BASE}manifest.json`, fetch });
  const [build] = found.manifest.builds;
  if (build === undefined) throw new Error("no build");
  return { found, build };
}

/** A file that never comes to its end: each look at it gets some more. */
function endless(): { response: ResponseLike; isCancelled: () => boolean; reads: () => number } {
  let cancelled = false;
  let reads = 0;
  const reader = {
    read: async () => {
      reads++;
      await new Promise((soon) => setImmediate(soon));
      return { done: cancelled, value: cancelled ? undefined : new Uint8Array(1) };
    },
    cancel: async () => {
      cancelled = true;
    },
  };
  const response = { ok: true, status: 200, headers: { get: () => null }, body: { getReader: () => reader } };
  return { response, isCancelled: () => cancelled, reads: () => reads };
}

describe("the parts of a build", () => {
  it("are together no more than the flash holds, whatever the manifest and the server say of each", async () => {
    const names = ["a.bin", "b.bin", "c.bin"];
    const { found, build } = await release(names);
    const silent = { "content-length": "", "content-encoding": "gzip" };
    const files = Object.fromEntries(
      names.map((name) => [BASE + name, () => answer(new Uint8Array(SIZE).fill(1), 200, silent)]),
    );
    const { fetch } = fakeServer({ ...files, [`${BASE}manifest.json`]: found.text });
    expect(await downloadInstallParts(found, build, { fetch, flashBytes: 3 * SIZE })).toHaveLength(3);
    await expect(downloadInstallParts(found, build, { fetch, flashBytes: 3 * SIZE - 1 })).rejects.toMatchObject({
      code: "file.too-large",
    });
  });

  it("are not asked for where the manifest says that they are too large together", async () => {
    const { found, build } = await release(["a.bin", "b.bin"], { size: SIZE });
    const { fetch, asked } = fakeServer({});
    await expect(downloadInstallParts(found, build, { fetch, flashBytes: 2 * SIZE - 1 })).rejects.toMatchObject({
      code: "file.too-large",
      details: { sizeBytes: 2 * SIZE },
    });
    expect(asked).toEqual([]);
  });

  it("are not got any further when one of them cannot be got", async () => {
    const { found, build } = await release(["endless.bin", "waiting.bin", "missing.bin"]);
    const { response, isCancelled, reads } = endless();
    let waitsFor: AbortSignal | null = null;
    const fetch: FetchLike = async (url, { signal }) => {
      if (url.endsWith("endless.bin")) return response;
      if (url.endsWith("missing.bin")) return answer("", 404);
      waitsFor = signal as AbortSignal;
      return await new Promise(() => {});
    };
    await expect(downloadInstallParts(found, build, { fetch })).rejects.toMatchObject({ details: { status: 404 } });
    expect(waitsFor).toMatchObject({ aborted: true });
    await expect.poll(isCancelled).toBe(true);
    const last = reads();
    await new Promise((soon) => setImmediate(soon));
    await new Promise((soon) => setImmediate(soon));
    expect(reads() - last).toBeLessThanOrEqual(1);
  });

  it("stop coming at once when the caller stops", async () => {
    const { found, build } = await release(["a.bin", "b.bin"]);
    const stop = new AbortController();
    const given: AbortSignal[] = [];
    const hanging: FetchLike = async (_url, { signal }) => {
      given.push(signal as AbortSignal);
      return await new Promise(() => {});
    };
    const getting = downloadInstallParts(found, build, { fetch: hanging, signal: stop.signal });
    await expect.poll(() => given.length).toBe(2);
    stop.abort("enough");
    await expect(getting).rejects.toMatchObject({ code: "operation.aborted", cause: "enough" });
    expect(given.map(({ aborted }) => aborted)).toEqual([true, true]);
  });

  it("leave nothing behind at the signal of the caller, who may hold it for long", async () => {
    const { found, build } = await release(["a.bin", "b.bin"]);
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      addEventListener: (_type: "abort", listener: () => void) => void listeners.add(listener),
      removeEventListener: (_type: "abort", listener: () => void) => void listeners.delete(listener),
    };
    const files = { [`${BASE}a.bin`]: "a", [`${BASE}b.bin`]: "b", [`${BASE}manifest.json`]: found.text };
    await downloadInstallParts(found, build, { ...fakeServer(files), signal });
    expect(listeners.size).toBe(0);
  });

  it("take nothing more of a server that answers with a page of its own", async () => {
    let signal: AbortSignal | null = null;
    const fetch: FetchLike = async (_url, options) => {
      signal = options.signal as AbortSignal;
      return answer("<!doctype html>", 500);
    };
    await expect(downloadInstallManifest({ url: `${BASE}manifest.json`, fetch })).rejects.toMatchObject({
      code: "manifest.unreadable",
    });
    expect(signal).toMatchObject({ aborted: true });
  });
});
