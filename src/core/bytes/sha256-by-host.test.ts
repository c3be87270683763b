import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { offerDigests } from "../host.ts";
import { toHex } from "./hex.ts";
import { sha256ByHost } from "./sha256-by-host.ts";

const PATH = "./sha256.ts";
const text = new TextEncoder().encode("abc");
const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

beforeEach(() => offerDigests(null));
afterEach(() => {
  offerDigests(null);
  vi.unstubAllGlobals();
  vi.doUnmock(PATH);
  vi.resetModules();
});

const withoutSubtle = (): void => void vi.stubGlobal("crypto", {});

describe("SHA-256 by the host", () => {
  it("is the standard's, also of a part of memory", async () => {
    expect(toHex(await sha256ByHost(text))).toBe(hash(text));
    expect(toHex(await sha256ByHost(text.subarray(1, 2)))).toBe(hash(text.subarray(1, 2)));
  });

  it("can be had of memory that may grow, which browsers refuse (Web IDL, BufferSource)", async () => {
    const { subtle } = crypto;
    const digest = async (name: string, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> => {
      if (Reflect.get(data.buffer, "resizable") === true) throw new TypeError("The provided buffer is resizable.");
      return await subtle.digest(name, data);
    };
    vi.stubGlobal("crypto", { subtle: { digest } });
    const growing = new Uint8Array(Reflect.construct(ArrayBuffer, [3, { maxByteLength: 6 }]) as ArrayBuffer);
    growing.set(text);
    expect(toHex(await sha256ByHost(growing))).toBe(hash(text));
  });

  it("does not load ours where the host has one", async () => {
    vi.doMock(PATH, () => {
      throw new Error("404");
    });
    expect(toHex(await sha256ByHost(text))).toBe(hash(text));
  });

  it("is the one that is offered, and the host's where that is refused", async () => {
    const offered = Uint8Array.of(1);
    offerDigests({ md5Stream: () => null, sha256: () => offered });
    expect(await sha256ByHost(text)).toBe(offered);
    offerDigests({ md5Stream: () => null, sha256: () => null });
    expect(toHex(await sha256ByHost(text))).toBe(hash(text));
  });

  it("is ours in pages that came over plain HTTP", async () => {
    withoutSubtle();
    expect(toHex(await sha256ByHost(text))).toBe(hash(text));
  });

  it("is refused where that cannot be loaded", async () => {
    withoutSubtle();
    vi.doMock(PATH, () => {
      throw new Error("404");
    });
    await expect(sha256ByHost(text)).rejects.toMatchObject({
      code: "package.part-missing",
      details: { part: "SHA-256" },
    });
  });
});
