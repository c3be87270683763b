import * as nodeCrypto from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { toHex } from "../core/bytes/hex.ts";

vi.mock("node:crypto", { spy: true });
const created = vi.mocked(nodeCrypto.createHash);

// Anew each time: what is offered is offered to the whole process, and who ran here before may have done so.
async function fresh() {
  const { hostDigests, offerDigests } = await import("../core/host.ts");
  const { md5, md5Stream } = await import("../core/bytes/md5.ts");
  const { sha256 } = await import("../core/bytes/sha256.ts");
  const { nativeDigests } = await import("./native-digests.ts");
  return { hostDigests, offerDigests, md5, md5Stream, sha256, nativeDigests };
}

beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  created.mockReset();
  vi.resetModules();
});

// RFC 1321, A.5; FIPS 180-4's examples.
const ABC = {
  md5: "900150983cd24fb0d6963f7d28e17f72",
  sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
};
const abc = new TextEncoder().encode("abc");

describe("digests by Node", () => {
  it("are what all digests are computed by as soon as there is a port", async () => {
    const { hostDigests, nativeDigests, md5, sha256 } = await fresh();
    const { portFromString } = await import("./open-port.ts");
    expect(hostDigests()).toBeNull();
    await portFromString("virtual:esp32c3");
    expect(hostDigests()).toBe(nativeDigests);
    created.mockClear();
    expect([toHex(md5(abc)), toHex(sha256(abc))]).toEqual([ABC.md5, ABC.sha256]);
    expect(created.mock.calls).toEqual([["md5"], ["sha256"]]);
  });

  it("are the same as ours, however the data is cut and copied", async () => {
    const { offerDigests, nativeDigests, md5, md5Stream, sha256 } = await fresh();
    const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index * 37 + 5);
    const results = [null, nativeDigests].map((offered) => {
      offerDigests(offered);
      const stream = md5Stream().update(bytes.subarray(3, 200));
      const copy = stream.clone().update(bytes.subarray(200));
      return [stream.digest(), copy.digest(), md5(bytes.subarray(3)), md5(new Uint8Array(0)), sha256(bytes)];
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[1]?.[1]).toEqual(results[1]?.[2]);
  });

  it("leave it to ours where the system has none, as MD5 under FIPS", async () => {
    const { offerDigests, nativeDigests, md5, sha256 } = await fresh();
    created.mockImplementation(() => {
      throw new Error("error:0308010C:digital envelope routines::unsupported");
    });
    offerDigests(nativeDigests);
    expect([toHex(md5(abc)), toHex(sha256(abc))]).toEqual([ABC.md5, ABC.sha256]);
    expect(created).toHaveBeenCalled();
  });

  it("take more than Node takes at once", async () => {
    const { nativeDigests } = await fresh();
    const updates: number[] = [];
    created.mockImplementation(
      () =>
        ({
          update: ({ length }: Uint8Array) => updates.push(length),
          digest: () => Buffer.alloc(32),
        }) as unknown as nodeCrypto.Hash,
    );
    // Memory that nobody touches takes none.
    nativeDigests.sha256(new Uint8Array(2 ** 31 + 5));
    expect(updates).toEqual([2 ** 30, 2 ** 30, 5]);
  });
});
