import { constants, createHash, verify } from "node:crypto";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type HsmConfig, type HsmSigner, openHsm } from "../../src/node.ts";
import { publicKeyPem, signDataV2, verifySignaturesV2 } from "../../src/secure.ts";
import { type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { errorOf } from "../support/outcome.ts";
import { espsecureOn } from "../support/secure/espsecure-line.ts";
import { startSoftHsm, USER_PIN } from "../support/secure/soft-hsm.ts";
import { tellSkipped } from "../support/skipping.ts";

const hsm = await startSoftHsm();
if (typeof hsm === "string") tellSkipped(`hardware modules: ${hsm}`);

const DATA = Uint8Array.from({ length: 4096 }, (_, index) => (index * 7) & 0xff);
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe.runIf(typeof hsm !== "string")("a key in SoftHSM", () => {
  if (typeof hsm === "string") return;
  afterAll(hsm.remove);
  const { library } = hsm;
  // The labels of the reference's own test.
  const RSA_LABELS = { label: "Private Key for Digital Signature", publicKeyLabel: "Public Key for Digital Signature" };
  const pairs = hsm.addToken("pairs", [
    { type: "rsa3072", label: RSA_LABELS.label, publicLabel: RSA_LABELS.publicKeyLabel },
    { type: "p192", label: "ecdsa192" },
    { type: "p256", label: "ecdsa256" },
    { type: "p384", label: "ecdsa384" },
  ]);
  const odd = hsm.addToken("odd", [
    { type: "rsa2048", label: "short" },
    { type: "secp256k1", label: "other curve" },
    { type: "p256", label: "twice" },
    { type: "p256", label: "twice" },
    { type: "p256", label: "only private", onlyPrivate: true },
    { type: "rsa2048", label: "only private RSA", onlyPrivate: true },
    { type: "p256", label: "only public", onlyPublic: true },
    { type: "p256", label: "asks always", privateKey: [{ type: 0x202, value: true }] },
    { type: "p256", label: "may not sign", privateKey: [{ type: 0x108, value: false }] },
  ]);
  const withoutPin = hsm.addToken("without PIN", [], { withoutPin: true });

  const opened: HsmSigner[] = [];
  const open = async (slot: number, config: Partial<HsmConfig>): Promise<HsmSigner> => {
    const signer = await openHsm({ library, slot, pin: USER_PIN, label: "ecdsa256", ...config });
    opened.push(signer);
    return signer;
  };
  // What one test leaves open must not fail the next.
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((signer) => signer.close()));
  });
  /** r then s. */
  const RAW = { dsaEncoding: "ieee-p1363" } as const;
  /** Works only when nobody has the library initialised. */
  const expectFinalised = (): void => {
    expect(hsm.emptySlot()).toBeGreaterThan(0);
  };

  it.each([
    ["rsa3072", RSA_LABELS],
    ["ecdsa192", { label: "ecdsa192" }],
    ["ecdsa256", { label: "ecdsa256" }],
    ["ecdsa384", { label: "ecdsa384" }],
  ] as const)("%s signs what verifies, with the library and with OpenSSL", async (scheme, labels) => {
    const signer = await open(pairs, labels);
    const signed = await signDataV2(DATA, [signer]);
    expect(signed.scheme).toBe(scheme);
    expect((await verifySignaturesV2(signed.bytes, signer.publicKey)).verdict).toBe("verified");
    const hash = scheme === "ecdsa384" ? "sha384" : "sha256";
    const signature = await signer.sign(createHash(hash).update(DATA).digest());
    await signer.close();
    const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    const key = { key: publicKeyPem(signer.publicKey), ...(scheme === "rsa3072" ? pss : RAW) };
    expect(verify(hash, DATA, key, signature)).toBe(true);
    expect(verify(hash, DATA.subarray(1), key, signature)).toBe(false);
    expectFinalised();
  });

  it("signs many things in one session, also at once, and beside another session", async () => {
    const [first, second] = [await open(pairs, { label: "ecdsa256" }), await open(odd, { label: "asks always" })];
    const work = [first, second, first, first, second].map(async (signer) => {
      const { bytes } = await signDataV2(DATA, [signer]);
      return (await verifySignaturesV2(bytes, signer.publicKey)).verdict;
    });
    expect(await Promise.all(work)).toEqual(work.map(() => "verified"));
    await first.close();
    expect((await signDataV2(DATA, [second])).scheme).toBe("ecdsa256");
    await second.close();
    expectFinalised();
  });

  it("verifies with a public key alone, which cannot sign", async () => {
    const signer = await open(odd, { label: "only public" });
    expect(signer.publicKey.kind).toBe("ecdsa");
    expect((await errorOf(signDataV2(DATA, [signer]))).code).toBe("hsm.key-missing");
    await signer.close();
  });

  it("does not let a signature pass that is not by the public key given", async () => {
    const other = await open(odd, { label: "only public" });
    await other.close();
    const signer = await open(odd, { label: "only private", publicKey: other.publicKey });
    expect((await errorOf(signDataV2(DATA, [signer]))).code).toBe("secure.invalid-signature");
    await signer.close();
  });

  it("does not sign with a key that may not", async () => {
    const signer = await open(odd, { label: "may not sign" });
    const error = await errorOf(signDataV2(DATA, [signer]));
    expect(error).toMatchObject({ code: "hsm.failed", details: { failure: "CKR_KEY_FUNCTION_NOT_PERMITTED" } });
    await signer.close();
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["a library that is not there", () => open(pairs, { library: "/nowhere/hsm.so" }), "hsm.library-invalid"],
    ["a file that is no library", () => open(pairs, { library: import.meta.filename }), "hsm.library-invalid"],
    ["a folder", () => open(pairs, { library: import.meta.dirname }), "hsm.library-invalid"],
    ["a slot that is not there", () => open(1, {}), "hsm.slot-missing"],
    ["a token that is not initialised", () => open(hsm.emptySlot(), {}), "hsm.token-missing"],
    ["a token that has no PIN", () => open(withoutPin, {}), "hsm.failed"],
    ["a wrong PIN", () => open(pairs, { pin: "wrong-4321" }), "hsm.wrong-pin"],
    ["an empty PIN", () => open(pairs, { pin: "" }), "hsm.wrong-pin"],
    ["no key of the name", () => open(pairs, { label: "absent" }), "hsm.key-missing"],
    ["no public key of the name", () => open(pairs, { publicKeyLabel: "absent" }), "hsm.key-missing"],
    ["two keys of the name", () => open(odd, { label: "twice" }), "hsm.key-ambiguous"],
    ["a public key that is not told", () => open(odd, { label: "only private" }), "hsm.key-missing"],
    // Its numbers are in the private object: only the size is wrong.
    ["a private RSA key alone, too short", () => open(odd, { label: "only private RSA" }), "secure.wrong-key-type"],
    ["RSA of 2048 bits", () => open(odd, { label: "short" }), "secure.wrong-key-type"],
    ["another curve", () => open(odd, { label: "other curve" }), "secure.wrong-key-type"],
  ])("%s is an error, and nothing stays open", async (_what, work, code) => {
    const error = await errorOf(work());
    expect(error.code).toBe(code);
    expect(JSON.stringify([error.message, error.hint, error.details, error.stack])).not.toContain("wrong-4321");
    expectFinalised();
  });

  it("names the slots that have tokens when the slot is not there", async () => {
    const { hint } = await errorOf(open(1, {}));
    expect(hint).toContain(`${pairs} ('pairs')`);
    expect(hint).toContain(`${odd} ('odd')`);
  });

  const iniFor = (slot: number, { label, publicKeyLabel = label, pin = USER_PIN }: Partial<HsmConfig>): Uint8Array =>
    utf8(
      `[hsm_config]\npkcs11_lib = ${library}\ncredentials = ${pin}\nslot = ${slot}\nlabel = ${label}\n` +
        `label_pubkey = ${publicKeyLabel}\n`,
    );
  const commandLine = (files: Readonly<Record<string, Uint8Array>>): TestCliHost =>
    testCliHost({ files: { "app.bin": DATA.subarray(0, 100), ...files }, openHsm });

  it("takes the public key from a file instead", async () => {
    const pair = await open(pairs, { label: "ecdsa384" });
    await pair.close();
    const host = commandLine({
      "hsm.ini": iniFor(pairs, { label: "ecdsa384", publicKeyLabel: "absent" }),
      "pub.pem": utf8(publicKeyPem(pair.publicKey)),
    });
    const refused = await espsecureOn(host, "sign-data -v 2 --hsm --hsm-config hsm.ini -o s.bin app.bin");
    expect([refused.code, refused.failure]).toEqual([2, "hsm.key-missing"]);
    const signed = await espsecureOn(
      host,
      "sign-data -v 2 --hsm --hsm-config hsm.ini --pub-key pub.pem -o s.bin app.bin",
    );
    expect([signed.code, signed.err]).toEqual([0, ""]);
    expect((await espsecureOn(host, "verify-signature -v 2 -k pub.pem s.bin")).code).toBe(0);
  });

  it("refuses on the command line without a word of the PIN, and leaves the file as it is", async () => {
    const host = commandLine({
      "hsm.ini": iniFor(pairs, { label: "ecdsa256", pin: "secret-9876" }),
      "slot.ini": iniFor(1, { label: "ecdsa256", pin: "secret-9876" }),
    });
    for (const [file, failure] of [
      ["hsm.ini", "hsm.wrong-pin"],
      ["slot.ini", "hsm.slot-missing"],
    ]) {
      const run = await espsecureOn(host, `--debug --json sign-data -v 2 --hsm --hsm-config ${file} app.bin`);
      expect(run.code).toBe(2);
      expect(run.out + run.err).toContain(failure);
    }
    expect(host.out() + host.err()).not.toContain("secret-9876");
    expect(host.stored.get("app.bin")).toEqual(DATA.subarray(0, 100));
  });
});

describe("without SoftHSM", () => {
  it("the tests are skipped, and the reason is there to print", async () => {
    expect(await startSoftHsm("/nowhere/libsofthsm2.so")).toContain("/nowhere/libsofthsm2.so");
  });
});
