import * as nodeCrypto from "node:crypto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { toHex } from "../core/bytes/hex.ts";
import { md5, md5Stream } from "../core/bytes/md5.ts";
import { sha256 } from "../core/bytes/sha256.ts";
import { hostDigests, offerDigests } from "../core/host.ts";
import { nativeDigests } from "./native-digests.ts";
import { portFromString } from "./open-port.ts";

vi.mock("node:crypto", { spy: true });
const created = vi.mocked(nodeCrypto.createHash);

afterEach(() => {
  created.mockReset();
  offerDigests(null);
});

// RFC 1321, A.5; FIPS 180-4's examples.
const ABC = {
  md5: "900150983cd24fb0d6963f7d28e17f72",
  sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
};
const abc = new TextEncoder().encode("abc");

describe("digests by Node", () => {
  it("are what all digests are computed by as soon as there is a port", async () => {
    expect(hostDigests()).toBeNull();
    await portFromString("virtual:esp32c3");
    expect(hostDigests()).toBe(nativeDigests);
    created.mockClear();
    expect([toHex(md5(abc)), toHex(sha256(abc))]).toEqual([ABC.md5, ABC.sha256]);
    expect(created.mock.calls).toEqual([["md5"], ["sha256"]]);
  });

  it("are the same as ours, however the data is cut and copied", () => {
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

  it("leave it to ours where the system has none, as MD5 under FIPS", () => {
    created.mockImplementation(() => {
      throw new Error("error:0308010C:digital envelope routines::unsupported");
    });
    offerDigests(nativeDigests);
    expect([toHex(md5(abc)), toHex(sha256(abc))]).toEqual([ABC.md5, ABC.sha256]);
    expect(created).toHaveBeenCalled();
  });
});
