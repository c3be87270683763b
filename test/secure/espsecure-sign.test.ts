import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { EspError } from "../../src/index.ts";
import type { HsmConfig, HsmSigner } from "../../src/node.ts";
import { parseKey, publicKeyOf } from "../../src/secure.ts";
import { type CliHostOptions, testCliHost } from "../support/cli-host.ts";
import { until } from "../support/port/ports.ts";
import { espsecure, espsecureOn, resultOf } from "../support/secure/espsecure-line.ts";
import { type Curve, encryptedPem, freshKey, pem } from "../support/secure/signing-keys.ts";

/** Signatures on the command line, with keys and signatures of OpenSSL's beside our own. */

const count = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff);
const utf8 = (words: string): Uint8Array => new TextEncoder().encode(words);

type Kind = Curve | "rsa";
const KINDS: readonly Kind[] = ["rsa", "prime192v1", "prime256v1", "secp384r1"];
const keys = new Map<Kind, readonly [KeyObject, KeyObject, KeyObject]>();
const app = count(8192);

beforeAll(() => {
  for (const kind of KINDS) {
    // RSA keys take their time: the third is needed where it costs nothing only.
    const [one, two] = [freshKey(kind), freshKey(kind)];
    keys.set(kind, [one, two, kind === "rsa" ? two : freshKey(kind)]);
  }
});

/** Three private keys of the kind, their public keys, and data to sign. */
function world(kind: Kind = "prime256v1"): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = { "app.bin": app };
  for (const [index, key] of (keys.get(kind) ?? []).entries()) {
    files[`key${index}.pem`] = pem(key, "pkcs8");
    files[`pub${index}.pem`] = pem(createPublicKey(key), "spki");
  }
  return files;
}

function keyOf(kind: Kind, index = 0): KeyObject {
  const key = keys.get(kind)?.[index];
  if (key === undefined) throw new Error(`no key of ${kind}`);
  return key;
}

/** As a signing service would: `openssl dgst -sign`. */
function signElsewhere(kind: Kind, data: Uint8Array, index = 0): Uint8Array {
  const hash = kind === "secp384r1" ? "sha384" : "sha256";
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return sign(hash, data, { key: keyOf(kind, index), ...(kind === "rsa" && pss) });
}

/** `valid`, `absent` and so on, of the three blocks. */
async function states(data: Uint8Array): Promise<unknown> {
  const run = await espsecure("--json signature-info-v2 x.bin", { "x.bin": data });
  const { blocks } = resultOf(run) as { blocks: { state: string }[] };
  return blocks.map(({ state }) => state);
}

describe("sign-data -v 2", () => {
  it.each(KINDS)("%s: is verified with the private key, the public key, and under no other", async (kind) => {
    const signed = await espsecure("sign-data -v 2 -k key0.pem -o signed.bin app.bin", world(kind));
    expect([signed.code, signed.err]).toEqual([0, ""]);
    expect(signed.out).toContain(
      'Signed 8192 bytes of data from "app.bin". Signature sector now has 1 signature block.',
    );
    expect(signed.file("signed.bin").length).toBe(8192 + 4096);
    expect(signed.file("app.bin")).toEqual(app);
    for (const key of ["key0.pem", "pub0.pem"]) {
      const run = await espsecureOn(signed.host, `verify-signature -v 2 -k ${key} signed.bin`);
      expect([run.code, run.err]).toEqual([0, ""]);
      expect(run.out).toContain("verification successful using the supplied key");
    }
    for (const key of ["key1.pem", "pub1.pem"]) {
      const run = await espsecureOn(signed.host, `verify-signature -v 2 --keyfile ${key} signed.bin`);
      expect([run.code, run.failure]).toEqual([2, "secure.not-verified"]);
      expect(run.err).toContain("Signature could not be verified with the provided key.");
    }
  });

  it("takes several keys behind one option, and leaves the last word to the data", async () => {
    const signed = await espsecure(
      "sign-data -v 2 -o signed.bin --keyfile key0.pem key1.pem key2.pem app.bin",
      world(),
    );
    expect([signed.code, signed.err]).toEqual([0, ""]);
    expect(await states(signed.file("signed.bin"))).toEqual(["valid", "valid", "valid"]);
    for (const index of [0, 1, 2]) {
      expect((await espsecureOn(signed.host, `verify-signature -v 2 -k pub${index}.pem signed.bin`)).code).toBe(0);
    }
  });

  it.each([
    "sign-data app.bin -v 2 -o signed.bin -k key0.pem key1.pem",
    "sign-data -k key0.pem key1.pem -o signed.bin -v 2 app.bin",
    "sign-data -v 2 -o signed.bin -k key0.pem -k key1.pem app.bin",
    "sign-data -v 2 -o signed.bin -k key0.pem key1.pem -- app.bin",
    "sign-data -v 2 -o signed.bin -kkey0.pem key1.pem app.bin",
    "sign-data -v 2 -o signed.bin --keyfile=key0.pem --keyfile=key1.pem app.bin",
  ])("understands %s", async (line) => {
    const signed = await espsecure(line, world());
    expect([signed.code, signed.err]).toEqual([0, ""]);
    expect(await states(signed.file("signed.bin"))).toEqual(["valid", "valid", "absent"]);
  });

  it("does not take the last of several keys for the data", async () => {
    const run = await espsecure("sign-data -v 2 -k key0.pem key1.pem", world());
    expect([run.code, run.failure]).toEqual([2, "argument.invalid"]);
    expect(run.file("key1.pem")).toEqual(world()["key1.pem"]);
  });

  it("pads to whole sectors, or not when told so", async () => {
    const files = { ...world(), "app.bin": count(100) };
    const padded = await espsecure("sign-data -v 2 -k key0.pem -o signed.bin app.bin", files);
    expect(padded.file("signed.bin").length).toBe(8192);
    expect(
      padded
        .file("signed.bin")
        .subarray(100, 4096)
        .every((byte) => byte === 0xff),
    ).toBe(true);
    const bare = await espsecure("sign-data -v 2 -k key0.pem --skip-padding -o signed.bin app.bin", files);
    expect(bare.out).toContain("Skipping sector padding. Data contents are not sector aligned.");
    expect(bare.file("signed.bin").length).toBe(100 + 4096);
    const verified = await espsecureOn(bare.host, "verify-signature -v 2 -k pub0.pem --skip-padding signed.bin");
    expect([verified.code, verified.err]).toEqual([0, ""]);
    const refused = await espsecureOn(bare.host, "verify-signature -v 2 -k pub0.pem signed.bin");
    expect([refused.code, refused.failure]).toEqual([2, "secure.not-signed"]);
    expect(refused.err).toContain("Invalid datafile. Data size should be non-zero & a multiple of 4096.");
  });

  it("appends in place, up to three, and says so when there was none", async () => {
    const first = await espsecure("sign-data -v 2 --append-signatures -k key0.pem app.bin", world());
    expect(first.code).toBe(0);
    expect(first.out).toContain("There was no signature to append to");
    const second = await espsecureOn(first.host, "sign-data -v 2 -a -k key1.pem app.bin");
    expect(second.out).toContain("1 signing key(s) found.\nSignature block 0 is valid (ECDSA).\n");
    expect(second.out).toContain("Signature sector now has 2 signature blocks.");
    expect(second.file("app.bin").length).toBe(8192 + 4096);
    expect(await states(second.file("app.bin"))).toEqual(["valid", "valid", "absent"]);
    const before = second.file("app.bin");
    const refused = await espsecureOn(first.host, "sign-data -v 2 -a -k key1.pem key2.pem app.bin");
    expect([refused.code, refused.failure]).toEqual([2, "secure.too-many-signatures"]);
    expect(refused.file("app.bin")).toBe(before);
    const third = await espsecureOn(first.host, "sign-data -v 2 --append_signatures -k key2.pem app.bin");
    expect(third.out).toContain("Option '--append_signatures' is deprecated.");
    expect(await states(third.file("app.bin"))).toEqual(["valid", "valid", "valid"]);
  });

  it("refuses what is signed already, unless told so", async () => {
    const signed = await espsecure("sign-data -v 2 -k key0.pem app.bin", world());
    const before = signed.file("app.bin");
    const again = await espsecureOn(signed.host, "sign-data -v 2 -k key1.pem app.bin");
    expect([again.code, again.failure]).toEqual([2, "secure.already-signed"]);
    expect(again.file("app.bin")).toBe(before);
    const forced = await espsecureOn(signed.host, "sign-data -v 2 --force -k key1.pem app.bin");
    expect(forced.code).toBe(0);
    expect(forced.file("app.bin").length).toBe(before.length + 4096);
  });

  it("refuses to append to a block that is damaged or of other data", async () => {
    const signed = await espsecure("sign-data -v 2 -k key0.pem app.bin", world());
    for (const at of [5, 8192 + 600]) {
      const damaged = Uint8Array.from(signed.file("app.bin"));
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      const run = await espsecure("sign-data -v 2 -a -k key1.pem app.bin", { ...world(), "app.bin": damaged });
      expect([run.code, run.failure]).toEqual([2, "secure.damaged-block"]);
    }
  });

  it("refuses keys of two kinds in one sector", async () => {
    const files = { ...world(), "p384.pem": pem(keyOf("secp384r1"), "sec1") };
    const run = await espsecure("sign-data -v 2 -k key0.pem p384.pem -o signed.bin app.bin", files);
    expect([run.code, run.failure, run.host.stored.has("signed.bin")]).toEqual([2, "secure.mixed-schemes", false]);
  });

  it.each(KINDS)("%s: takes signatures made elsewhere, if they are right", async (kind) => {
    const files = {
      ...world(kind),
      "one.sig": signElsewhere(kind, app),
      "two.sig": signElsewhere(kind, app, 1),
      "bad.sig": signElsewhere(kind, count(10)),
    };
    const line = "sign-data -v 2 --pub-key pub0.pem pub1.pem --signature one.sig two.sig -o signed.bin app.bin";
    const signed = await espsecure(line, files);
    expect([signed.code, signed.err]).toEqual([0, ""]);
    for (const key of ["pub0.pem", "pub1.pem"]) {
      expect((await espsecureOn(signed.host, `verify-signature -v 2 -k ${key} signed.bin`)).code).toBe(0);
    }
    const bad = await espsecure("sign-data -v 2 --pub-key pub0.pem --signature bad.sig app.bin", files);
    expect([bad.code, bad.failure, bad.file("app.bin")]).toEqual([2, "secure.invalid-signature", app]);
  });

  it("asks for data that is aligned, where the signature was made elsewhere", async () => {
    const files = { ...world(), "app.bin": count(100), "one.sig": signElsewhere("prime256v1", count(100)) };
    const run = await espsecure("sign-data -v 2 --pub-key pub0.pem --signature one.sig app.bin", files);
    expect([run.code, run.failure]).toEqual([2, "secure.unaligned"]);
  });

  it.each([
    ["sign-data -k key0.pem app.bin", "argument.invalid"],
    ["sign-data -v 2 app.bin", "argument.invalid"],
    ["sign-data -v 2 -k key0.pem", "argument.invalid"],
    ["sign-data -v 3 -k key0.pem app.bin", "argument.invalid"],
    ["sign-data -v 2 -k pub0.pem -o o.bin app.bin", "secure.wrong-key-type"],
    ["sign-data -v 2 -k app.bin -o o.bin app.bin", "secure.invalid-key"],
    ["sign-data -v 2 -k app.bin app.bin", "argument.conflict"],
    ["sign-data -v 2 -k key0.pem -o ./app.bin app.bin", "argument.conflict"],
    ["sign-data -v 2 -k key0.pem -o key0.pem app.bin", "argument.conflict"],
    ["sign-data -v 2 --pub-key pub0.pem --signature tail.bin -o tail.bin app.bin", "argument.conflict"],
    ["sign-data -v 2 -k key0.pem --key-password-file tail.bin -o tail.bin app.bin", "argument.conflict"],
    ["sign-data -v 2 --hsm --hsm-config tail.bin -o tail.bin app.bin", "argument.conflict"],
    ["sign-data -v 2 --hsm --hsm-config tail.bin tail.bin", "argument.conflict"],
    ["sign-data -v 2 --pub-key pub0.pem -k key0.pem app.bin", "argument.invalid"],
    ["sign-data -v 2 --signature app.bin -o o.bin app.bin", "argument.invalid"],
    ["sign-data -v 2 --signature app.bin --pub-key pub0.pem -k key0.pem -o o.bin app.bin", "argument.conflict"],
    ["sign-data -v 2 --hsm-config hsm.ini -k key0.pem app.bin", "argument.conflict"],
    ["sign-data -v 2 -k key0.pem none.bin", "file.missing"],
    ["sign-data -v 2 -k key0.pem empty.bin", "file.empty"],
    ["sign-data -v 1 -k key0.pem empty.bin", "file.empty"],
    ["verify-signature -k pub0.pem app.bin", "argument.invalid"],
    ["verify-signature -v 2 app.bin", "argument.invalid"],
    ["verify-signature -v 2 --hsm-config hsm.ini app.bin", "argument.conflict"],
    ["verify-signature -v 2 -k pub0.pem none.bin", "file.missing"],
    ["verify-signature -v 2 -k pub0.pem app.bin", "secure.not-verified"],
    ["verify-signature -v 2 -k pub0.pem empty.bin", "secure.not-signed"],
    ["signature-info-v2 empty.bin", "secure.not-signed"],
  ])("%s fails, and leaves the files as they are", async (line, failure) => {
    const files = { ...world(), "empty.bin": new Uint8Array(0), "tail.bin": count(64) };
    const run = await espsecure(line, files);
    expect([run.code, run.failure]).toEqual([2, failure]);
    expect(Object.fromEntries(run.host.stored)).toEqual(files);
  });

  it("appends to data that was signed without padding", async () => {
    const files = { ...world(), "app.bin": count(100) };
    const signed = await espsecure("sign-data -v 2 -k key0.pem --skip-padding app.bin", files);
    const more = await espsecureOn(signed.host, "sign-data -v 2 -a -k key1.pem --skip-padding app.bin");
    expect([more.code, more.file("app.bin").length]).toEqual([0, 100 + 4096]);
    const verified = await espsecureOn(signed.host, "verify-signature -v 2 -k pub1.pem --skip-padding app.bin");
    expect(verified.code).toBe(0);
  });

  it.each<[Kind, Kind]>([
    ["rsa", "prime256v1"],
    ["prime256v1", "rsa"],
    ["prime256v1", "secp384r1"],
  ])("of %s is not verified with a key of %s", async (signing, other) => {
    const signed = await espsecure("sign-data -v 2 -k key0.pem app.bin", world(signing));
    const files = { ...world(other), "app.bin": signed.file("app.bin") };
    const run = await espsecure("verify-signature -v 2 -k pub0.pem app.bin", files);
    expect([run.code, run.failure]).toEqual([2, "secure.not-verified"]);
  });

  it("takes RSA keys of 3072 bits only", async () => {
    const small = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const run = await espsecure("sign-data -v 2 -k small.pem -o o.bin app.bin", {
      ...world(),
      "small.pem": pem(small.privateKey, "pkcs1"),
    });
    expect([run.code, run.failure]).toEqual([2, "secure.wrong-key-type"]);
  });

  it("opens encrypted keys", async () => {
    const files = { ...world(), "e.pem": encryptedPem(keyOf("prime256v1"), "geheim"), "word.txt": utf8("geheim\n") };
    const signed = await espsecure("sign-data -v 2 -k e.pem --key-password-file word.txt -o s.bin app.bin", files);
    expect([signed.code, signed.err]).toEqual([0, ""]);
    const verified = await espsecureOn(
      signed.host,
      "verify-signature -v 2 -k e.pem --key-password-file word.txt s.bin",
    );
    expect(verified.code).toBe(0);
  });
});

describe("sign-data -v 1", () => {
  it("appends the same signature every time, which OpenSSL verifies", async () => {
    const files = { ...world(), "sec1.pem": pem(keyOf("prime256v1"), "sec1"), "app.bin": count(1001) };
    const one = await espsecure("sign-data --version 1 --keyfile key0.pem --output s.bin app.bin", files);
    const two = await espsecure("sign-data -v 1 -k sec1.pem app.bin", files);
    const signed = one.file("s.bin");
    expect(signed).toEqual(two.file("app.bin"));
    expect(one.out).toContain("Signed 1001 bytes of data");
    expect([...signed.subarray(1001, 1005)]).toEqual([0, 0, 0, 0]);
    const key = { key: createPublicKey(keyOf("prime256v1")), dsaEncoding: "ieee-p1363" as const };
    expect(verify("sha256", count(1001), key, signed.subarray(1005))).toBe(true);
    await espsecureOn(one.host, "extract-public-key -k key0.pem raw.bin");
    for (const name of ["key0.pem", "pub0.pem", "raw.bin", "sec1.pem"]) {
      const run = await espsecureOn(one.host, `verify-signature -v 1 -k ${name} s.bin`);
      expect(run.out).toMatch(/\nVerifying 1001 bytes of data\.\.\.\nSignature is valid\.\n$/);
    }
    const wrong = await espsecureOn(one.host, "verify-signature -v 1 -k pub1.pem s.bin");
    expect([wrong.code, wrong.failure]).toEqual([2, "secure.not-verified"]);
    expect(wrong.err).toContain("Signature is not valid");
  });

  it("takes a signature made elsewhere", async () => {
    const key = { key: keyOf("prime256v1"), dsaEncoding: "ieee-p1363" as const };
    const files = { ...world(), "raw.sig": new Uint8Array(sign("sha256", app, key)), "bad.sig": count(64) };
    const signed = await espsecure("sign-data -v 1 --signature raw.sig --pub-key pub0.pem -o s.bin app.bin", files);
    expect([signed.code, signed.err]).toEqual([0, ""]);
    expect((await espsecureOn(signed.host, "verify-signature -v 1 -k pub0.pem s.bin")).code).toBe(0);
    const bad = await espsecure("sign-data -v 1 --signature bad.sig --pub-key pub0.pem -o s.bin app.bin", files);
    expect([bad.code, bad.failure, bad.host.stored.has("s.bin")]).toEqual([2, "secure.invalid-signature", false]);
  });

  it("refuses what is signed already, unless told so", async () => {
    const signed = await espsecure("sign-data -v 1 -k key0.pem app.bin", world());
    const again = await espsecureOn(signed.host, "sign-data -v 1 -k key0.pem app.bin");
    expect([again.code, again.failure]).toEqual([2, "secure.already-signed"]);
    expect((await espsecureOn(signed.host, "sign-data -v 1 --force -k key0.pem app.bin")).code).toBe(0);
  });

  it("says which options have no effect", async () => {
    const run = await espsecure("sign-data -v 1 -a --skip-padding -k key0.pem -o s.bin app.bin", world());
    expect(run.out).toContain("Warning: The option --append-signatures has no effect");
    expect(run.out).toContain("Warning: The option --skip-padding has no effect");
  });

  it.each([
    ["-k key0.pem key1.pem app.bin", "argument.invalid"],
    ["-k p384.pem app.bin", "secure.wrong-key-type"],
    ["--hsm --hsm-config hsm.ini app.bin", "argument.conflict"],
  ])("refuses %s", async (options, failure) => {
    const files = { ...world(), "p384.pem": pem(keyOf("secp384r1"), "sec1") };
    const run = await espsecure(`sign-data -v 1 ${options}`, files);
    expect([run.code, run.failure]).toEqual([2, failure]);
  });
});

describe("the report of the signature blocks", () => {
  it("has every block in --json, whether one is good or none", async () => {
    const signed = await espsecure("sign-data -v 2 -k key0.pem key1.pem -o s.bin app.bin", world());
    const good = await espsecureOn(signed.host, "--json verify-signature -v 2 -k pub1.pem s.bin");
    const block = (index: number, keyMatches: boolean) => ({
      index,
      state: "valid",
      scheme: "ecdsa256",
      publicKeyDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      keyMatches,
    });
    const absent = { index: 2, state: "absent", scheme: null, publicKeyDigest: null, keyMatches: null };
    expect(resultOf(good)).toMatchObject({
      ok: true,
      version: 2,
      verified: true,
      verdict: "verified",
      dataBytes: 8192,
      blocks: [block(0, false), block(1, true), absent],
    });
    const none = await espsecureOn(signed.host, "--json verify-signature -v 2 -k pub2.pem s.bin");
    expect(none.code).toBe(2);
    expect(resultOf(none)).toMatchObject({
      ok: false,
      code: "secure.not-verified",
      details: { verdict: "wrong-key", blocks: [block(0, false), block(1, false), absent] },
    });
  });

  it("fails for data that was changed, though a signature is there", async () => {
    const signed = await espsecure("sign-data -v 2 -k key0.pem -o s.bin app.bin", world());
    const changed = Uint8Array.from(signed.file("s.bin"));
    changed[100] = (changed[100] ?? 0) ^ 0x80;
    const files = { ...world(), "s.bin": changed };
    const verified = await espsecure("verify-signature -v 2 -k pub0.pem s.bin", files);
    expect([verified.code, verified.failure]).toEqual([2, "secure.not-verified"]);
    expect(verified.out).toContain("Signature block 0 is of other data than this.");
    const info = await espsecure("--json signature-info-v2 s.bin", files);
    expect(info.code).toBe(2);
    expect(resultOf(info)).toMatchObject({
      code: "secure.not-verified",
      details: { blocks: [{ state: "digest-mismatch" }, { state: "absent" }, { state: "absent" }] },
    });
  });

  it("shows what stands behind a gap", async () => {
    const signed = await espsecure("sign-data -v 2 -k key0.pem key1.pem -o s.bin app.bin", world());
    const holed = Uint8Array.from(signed.file("s.bin")).fill(0xff, 8192, 8192 + 1216);
    const run = await espsecure("signature-info-v2 s.bin", { "s.bin": holed });
    expect(run.out).toContain(
      "Signature block 0 absent/invalid. Skipping checking next blocks...\nSignature block 1 stands",
    );
  });

  it("shows the blocks of data that was signed without padding", async () => {
    const files = { ...world(), "app.bin": count(100) };
    const { host } = await espsecure("sign-data -v 2 -k key0.pem --skip-padding app.bin", files);
    const info = await espsecureOn(host, "signature-info-v2 --skip-padding app.bin");
    expect(info.code).toBe(0);
    expect(info.out).toContain("Public key digest for block 0: ");
    expect((await espsecureOn(host, "signature-info-v2 app.bin")).failure).toBe("secure.not-signed");
  });

  it.each(["verify-signature -v 2 --skip-padding -k pub0.pem tiny.bin", "signature-info-v2 tiny.bin"])(
    "%s says when the file is too small",
    async (line) => {
      const run = await espsecure(line, { ...world(), "tiny.bin": count(100) });
      expect([run.code, run.failure]).toEqual([2, "secure.not-signed"]);
      expect(run.err).toContain("Invalid datafile. File too small (must be at least 4096 bytes)");
    },
  );
});

describe("a hardware security module", () => {
  const INI = "[hsm_config]\npkcs11_lib = /lib/hsm.so\nslot = 7\nlabel = Signing key\ncredentials = 12%%34\n";

  /** A module that is one of our keys; what was asked of it, in order. */
  function module(kind: Kind = "prime256v1"): { asked: (HsmConfig | string)[]; openHsm: CliHostOptions["openHsm"] } {
    const asked: (HsmConfig | string)[] = [];
    const publicKey = publicKeyOf(parseKey(pem(keyOf(kind), "pkcs8")));
    const signer: HsmSigner = {
      publicKey,
      // OpenSSL signs a digest here only by hashing what has it: the test knows the data.
      sign: async () => {
        asked.push("sign");
        const key = { key: keyOf(kind), dsaEncoding: "ieee-p1363" as const };
        const pss = { key: keyOf(kind), padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
        return new Uint8Array(sign(kind === "secp384r1" ? "sha384" : "sha256", app, kind === "rsa" ? pss : key));
      },
      close: async () => {
        asked.push("close");
      },
    };
    return {
      asked,
      openHsm: async (config) => {
        asked.push(config);
        return signer;
      },
    };
  }

  const CONFIG: HsmConfig = {
    library: "/lib/hsm.so",
    slot: 7,
    pin: "12%34",
    label: "Signing key",
  };

  it.each(KINDS)("%s: signs and verifies, and is let go of", async (kind) => {
    const { asked, openHsm } = module(kind);
    const host = testCliHost({ files: { ...world(kind), "hsm.ini": utf8(INI) }, ...(openHsm && { openHsm }) });
    const signed = await espsecureOn(host, "sign-data -v 2 --hsm --hsm-config hsm.ini -o s.bin app.bin");
    expect([signed.code, signed.err]).toEqual([0, ""]);
    expect(asked).toEqual([CONFIG, "sign", "close"]);
    expect((await espsecureOn(host, "verify-signature -v 2 --hsm --hsm-config hsm.ini s.bin")).code).toBe(0);
    expect((await espsecureOn(host, "verify-signature -v 2 -k pub0.pem s.bin")).code).toBe(0);
    expect(host.out() + host.err()).not.toContain("12%34");
  });

  it("is let go of when signing fails, too", async () => {
    const { asked, openHsm } = module();
    const files = { ...world(), "app.bin": count(4096), "hsm.ini": utf8(INI) };
    const run = await espsecure("sign-data -v 2 --hsm --hsm-config hsm.ini app.bin", files, {
      ...(openHsm && { openHsm }),
    });
    expect([run.code, run.failure]).toEqual([2, "secure.invalid-signature"]);
    expect(asked).toEqual([CONFIG, "sign", "close"]);
    expect(run.file("app.bin")).toEqual(count(4096));
  });

  it("is not asked for a public key that is given", async () => {
    const { asked, openHsm } = module();
    const files = { ...world(), "hsm.ini": utf8(INI) };
    const line = "sign-data -v 2 --hsm --hsm-config hsm.ini -o s.bin --pub-key pub0.pem";
    const options = { ...(openHsm && { openHsm }) };
    const signed = await espsecure(`${line} app.bin`, files, options);
    expect([signed.code, signed.err]).toEqual([0, ""]);
    expect(asked[0]).toEqual({ ...CONFIG, publicKey: parseKey(world()["pub0.pem"] ?? app) });
    const refused = await espsecure(`${line} pub1.pem app.bin`, files, options);
    expect([refused.code, refused.failure]).toEqual([2, "argument.invalid"]);
  });

  it("may refuse", async () => {
    const openHsm = (): Promise<HsmSigner> =>
      Promise.reject(new EspError("argument.invalid", "There is no slot 7.", { details: { slot: 7 } }));
    const files = { ...world(), "hsm.ini": utf8(INI) };
    const run = await espsecure("sign-data -v 2 --hsm --hsm-config hsm.ini app.bin", files, { openHsm });
    expect([run.code, run.failure]).toEqual([2, "argument.invalid"]);
  });

  it("asks for the PIN that the file leaves out, unseen", async () => {
    const { asked, openHsm } = module();
    const ini = "[hsm_config]\npkcs11_lib: /lib/hsm.so\nslot: 7\nlabel: Signing key\nlabel_pubkey: Public key\n";
    const files = { ...world(), "hsm.ini": utf8(ini) };
    const host = testCliHost({ files, hasKeyboard: true, ...(openHsm && { openHsm }) });
    const running = espsecureOn(host, "sign-data -v 2 --hsm --hsm-config hsm.ini -o s.bin app.bin");
    await until(host.isListening);
    await host.type("98765\r");
    const run = await running;
    expect([run.code, run.err]).toEqual([0, "PIN of the HSM in slot 7: \n"]);
    expect(asked[0]).toEqual({ ...CONFIG, pin: "98765", publicKeyLabel: "Public key" });
    expect(run.out).not.toContain("98765");
    const nobody = await espsecure("verify-signature -v 2 --hsm --hsm-config hsm.ini app.bin", files);
    expect([nobody.code, nobody.failure]).toEqual([2, "config.invalid"]);
  });

  it.each([
    ["", "there is no section"],
    ["[hsm_config]\nslot = 1\nlabel = a\n", "'pkcs11_lib' is missing"],
    ["[hsm_config]\npkcs11_lib = x\nlabel = a\n", "'slot' is missing"],
    ["[hsm_config]\npkcs11_lib = x\nslot = 1\nlabel =\n", "'label' is missing"],
    ["[hsm_config]\npkcs11_lib = x\nslot = first\nlabel = a\n", "'slot' must be a decimal number"],
    ["[hsm_config]\npkcs11_lib = x\nslot = -1\nlabel = a\n", "'slot' must be a decimal number"],
    ["[hsm_config]\npkcs11_lib = x\nslot = 1\nlabel = a\ncredentials = 55%44\n", "a '%' must be written '%%'"],
    ["pkcs11_lib = x\n", "before the first section"],
    [Uint8Array.of(0x5b, 0xff, 0x5d), "it is not text in UTF-8"],
  ])("needs a file of configuration that is right: %j", async (ini, why) => {
    const files = { ...world(), "hsm.ini": typeof ini === "string" ? utf8(ini) : ini };
    const run = await espsecure("sign-data -v 2 --hsm --hsm-config hsm.ini app.bin", files);
    expect([run.code, run.failure]).toEqual([2, "config.invalid"]);
    expect(run.err).toContain("Incorrect HSM config file format (");
    expect(run.err).toContain(why);
    expect(run.err).not.toContain("55%44");
  });

  it("does not quote the PIN where it seems to refer to another option", async () => {
    const ini = INI.replace("12%%34", "12%(geheim)s");
    const run = await espsecure("--debug --json sign-data -v 2 --hsm --hsm-config hsm.ini app.bin", {
      ...world(),
      "hsm.ini": utf8(ini),
    });
    expect([run.code, run.failure]).toEqual([2, "config.invalid"]);
    expect(run.out + run.err).not.toContain("geheim");
  });

  it.each(["sign-data -v 2 --hsm app.bin", "verify-signature -v 2 --hsm app.bin"])(
    "%s needs it at all",
    async (line) => {
      const run = await espsecure(line, world());
      expect([run.code, run.failure]).toEqual([2, "argument.invalid"]);
    },
  );
});
