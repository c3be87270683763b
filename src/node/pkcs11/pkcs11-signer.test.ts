import { createECDH } from "node:crypto";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { errorOf } from "../../../test/support/outcome.ts";
import type { HsmConfig, HsmSigner } from "./hsm-config.ts";
import { CK, loadPkcs11, type Pkcs11Binding, readUnsignedLong } from "./pkcs11-binding.ts";
import { openHsmWith } from "./pkcs11-signer.ts";

/** What SoftHSM cannot be brought to do (test/secure/hsm.test.ts has the rest): a module made of answers. */

const PIN = "7731-secret";
const CONFIG: HsmConfig = { library: "fake.so", slot: 7, pin: PIN, label: "boot" };
const INITIALISED = CK.token.initialised | CK.token.userPinInitialised;

const curve = createECDH("prime256v1");
curve.generateKeys();
const POINT = curve.getPublicKey();
const P256 = Buffer.from("06082a8648ce3d030107", "hex");

/** As C has it on this computer. */
function unsignedLong(value: number): Buffer {
  return Buffer.from(new BigUint64Array([BigInt(value)]).buffer);
}

function failure(name: string): Error {
  return Object.assign(new Error(name), { code: 5 });
}

type Attributes = Readonly<Record<number, Buffer>>;

const KEY: Attributes = {
  [CK.attribute.keyType]: unsignedLong(CK.keyType.ec),
  [CK.attribute.label]: Buffer.from("boot"),
  [CK.attribute.ecParameters]: P256,
  [CK.attribute.ecPoint]: Buffer.concat([Buffer.of(4, POINT.length), POINT]),
};

interface Fake {
  readonly binding: Pkcs11Binding;
  /** The functions called, in order. */
  readonly calls: string[];
}

function fake(overrides: Partial<Pkcs11Binding> = {}, key: Attributes = KEY): Fake {
  const calls: string[] = [];
  let isFound = false;
  const answers: Pkcs11Binding = {
    load: () => {},
    close: () => {},
    C_Initialize: () => {},
    C_Finalize: () => {},
    C_GetSlotList: () => [unsignedLong(3), unsignedLong(7)],
    C_GetSlotInfo: () => ({ flags: CK.slot.tokenPresent }),
    C_GetTokenInfo: () => ({ label: "token".padEnd(32), flags: INITIALISED }),
    C_OpenSession: () => unsignedLong(1),
    C_CloseSession: () => {},
    C_Login: () => {},
    C_FindObjectsInit: () => {
      isFound = false;
    },
    C_FindObjects: () => {
      const found = isFound ? [] : [unsignedLong(1)];
      isFound = true;
      return found;
    },
    C_FindObjectsFinal: () => {},
    C_GetAttributeValue: (_session, _object, [wanted]) => {
      const value = key[wanted?.type ?? -1];
      if (value === undefined) throw failure("CKR_ATTRIBUTE_TYPE_INVALID");
      return [{ value }];
    },
    C_SignInit: () => {},
    C_SignAsync: async (_session, data, signature) => {
      signature.fill(data[0] ?? 0, 0, 64);
      return signature.subarray(0, 64);
    },
    ...overrides,
  };
  const names = Object.keys(answers) as (keyof Pkcs11Binding)[];
  for (const name of names) {
    const answer = answers[name] as (...args: unknown[]) => unknown;
    Object.assign(answers, {
      [name]: (...args: unknown[]) => {
        calls.push(name);
        return answer(...args);
      },
    });
  }
  return { binding: answers, calls };
}

const opened: HsmSigner[] = [];

async function open({ binding }: Fake, config: Partial<HsmConfig> = {}): Promise<HsmSigner> {
  const signer = await openHsmWith({ ...CONFIG, ...config }, async () => binding);
  opened.push(signer);
  return signer;
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((signer) => signer.close()));
});

/** Everything that a program or a person may see of an error, its causes too. */
function everythingOf(error: unknown): string {
  const seen: string[] = [];
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    seen.push(at.message, at.stack ?? "", JSON.stringify(at));
  }
  return seen.join("\n");
}

const throwing =
  (name: string): (() => never) =>
  () => {
    throw failure(name);
  };

describe("opening a hardware module", () => {
  it.each<[string, Partial<Pkcs11Binding>, string]>([
    ["no such slot", { C_GetSlotList: () => [unsignedLong(3), unsignedLong(8)] }, "hsm.slot-missing"],
    ["a slot without token", { C_GetSlotInfo: () => ({ flags: 0 }) }, "hsm.token-missing"],
    ["a token that is pulled out", { C_GetTokenInfo: throwing("CKR_TOKEN_NOT_PRESENT") }, "hsm.token-missing"],
    ["a wrong PIN", { C_Login: throwing("CKR_PIN_INCORRECT") }, "hsm.wrong-pin"],
    ["a PIN of a wrong length", { C_Login: throwing("CKR_PIN_LEN_RANGE") }, "hsm.wrong-pin"],
    ["a locked PIN", { C_Login: throwing("CKR_PIN_LOCKED") }, "hsm.pin-locked"],
    ["a token without PIN", { C_Login: throwing("CKR_USER_PIN_NOT_INITIALIZED") }, "hsm.failed"],
    ["too many sessions", { C_OpenSession: throwing("CKR_SESSION_COUNT") }, "hsm.failed"],
    ["no key", { C_FindObjects: () => [] }, "hsm.key-missing"],
    ["a search that fails", { C_FindObjects: throwing("CKR_DEVICE_ERROR") }, "hsm.failed"],
    ["attributes that fail", { C_GetAttributeValue: throwing("CKR_DEVICE_REMOVED") }, "hsm.failed"],
    ["a list that fails", { C_GetSlotList: throwing("CKR_VENDOR_DEFINED") }, "hsm.failed"],
  ])("%s is an error; everything is closed, and no PIN shown", async (_what, overrides, code) => {
    const module = fake(overrides);
    const error = await errorOf(open(module));
    expect(error.code).toBe(code);
    expect(everythingOf(error)).not.toContain(PIN);
    const opened = module.calls.includes("C_OpenSession") && overrides.C_OpenSession === undefined;
    expect(module.calls.filter((name) => name === "C_CloseSession")).toHaveLength(opened ? 1 : 0);
    expect(module.calls.slice(-2)).toEqual(["C_Finalize", "close"]);
    if (opened) expect(module.calls.at(-3)).toBe("C_CloseSession");
  });

  it("does not try a PIN on a token that is locked", async () => {
    const flags = INITIALISED | CK.token.userPinLocked;
    const module = fake({ C_GetTokenInfo: () => ({ label: "token", flags }) });
    expect((await errorOf(open(module))).code).toBe("hsm.pin-locked");
    expect(module.calls).not.toContain("C_Login");
  });

  it("warns when the next wrong PIN is the last", async () => {
    const flags = INITIALISED | CK.token.userPinFinalTry;
    const module = fake({
      C_Login: throwing("CKR_PIN_INCORRECT"),
      C_GetTokenInfo: () => ({ label: "token", flags }),
    });
    expect((await errorOf(open(module))).details).toMatchObject({ isLastTry: true, slot: 7 });
  });

  it("lists the tokens there are instead of the slot that is not", async () => {
    const error = await errorOf(open(fake(), { slot: 9 }));
    expect(error.hint).toContain("3 ('token'), 7 ('token')");
  });

  it("unloads what does not start", async () => {
    const module = fake({ C_Initialize: throwing("CKR_CANT_LOCK") });
    expect((await errorOf(open(module))).code).toBe("hsm.failed");
    expect(module.calls).toEqual(["load", "C_Initialize", "close"]);
  });

  it("leaves a library initialised that another part of the program has initialised", async () => {
    const module = fake({ C_Initialize: throwing("CKR_CRYPTOKI_ALREADY_INITIALIZED") });
    await (await open(module)).close();
    expect(module.calls).not.toContain("C_Finalize");
    expect(module.calls.at(-1)).toBe("close");
  });

  it("goes on where another session of the program is logged in", async () => {
    const signer = await open(fake({ C_Login: throwing("CKR_USER_ALREADY_LOGGED_IN") }));
    expect(signer.publicKey.kind).toBe("ecdsa");
    await signer.close();
  });

  it("loads a library once for all who use it, and finalises it after the last", async () => {
    const [first, second] = [fake(), fake()];
    const signers = [await open(first), await open(second)];
    expect(second.calls).toEqual([]);
    await signers[0]?.close();
    await signers[0]?.close();
    expect(first.calls).not.toContain("C_Finalize");
    await signers[1]?.close();
    expect(first.calls.slice(-2)).toEqual(["C_Finalize", "close"]);
  });
});

describe("the public key of a module", () => {
  const wrapped = (...header: number[]): Buffer => Buffer.concat([Buffer.of(...header), POINT]);

  it.each<[string, Buffer]>([
    ["in an OCTET STRING", wrapped(4, 65)],
    ["in one with a long length", wrapped(4, 0x81, 65)],
    ["bare", POINT],
  ])("is read from a point %s", async (_form, ecPoint) => {
    const signer = await open(fake({}, { ...KEY, [CK.attribute.ecPoint]: ecPoint }));
    expect(signer.publicKey).toEqual({
      kind: "ecdsa",
      curve: "p256",
      x: BigInt(`0x${POINT.toString("hex", 1, 33)}`),
      y: BigInt(`0x${POINT.toString("hex", 33)}`),
    });
    await signer.close();
  });

  it.each<[string, Attributes, string]>([
    ["is cut off", { [CK.attribute.ecPoint]: wrapped(4, 65).subarray(0, 60) }, "secure.invalid-key"],
    ["is off its curve", { [CK.attribute.ecPoint]: wrapped(4, 65).fill(1, 40) }, "secure.invalid-key"],
    ["has parameters spelt out", { [CK.attribute.ecParameters]: Buffer.of(0x30, 0) }, "secure.wrong-key-type"],
    ["is DSA", { [CK.attribute.keyType]: unsignedLong(1) }, "secure.wrong-key-type"],
    ["is empty", { [CK.attribute.ecPoint]: Buffer.alloc(0) }, "hsm.key-missing"],
    ["is RSA without modulus", { [CK.attribute.keyType]: unsignedLong(CK.keyType.rsa) }, "hsm.key-missing"],
  ])("is refused when it %s", async (_what, changes, code) => {
    const module = fake({}, { ...KEY, ...changes });
    expect((await errorOf(open(module))).code).toBe(code);
    expect(module.calls.slice(-3)).toEqual(["C_CloseSession", "C_Finalize", "close"]);
  });

  it("is not asked for when it is known", async () => {
    const publicKey = { kind: "rsa", modulus: 15n, exponent: 3n } as const;
    const module = fake();
    const signer = await open(module, { publicKey });
    expect(signer.publicKey).toBe(publicKey);
    expect(module.calls).not.toContain("C_FindObjects");
    expect((await errorOf(signer.sign(new Uint8Array(32)))).code).toBe("secure.wrong-key-type");
    await signer.close();
  });
});

describe("signing with a module", () => {
  it("signs one thing at a time, and closes after the last", async () => {
    let resolve = (): void => {};
    const promise = new Promise<void>((settle) => {
      resolve = settle;
    });
    const log: string[] = [];
    const module = fake({
      C_SignAsync: async (_session, data, signature) => {
        log.push(`begin ${data[0]}`);
        if (data[0] === 1) await promise;
        log.push(`end ${data[0]}`);
        return signature.fill(data[0] ?? 0).subarray(0, 64);
      },
      C_Finalize: () => log.push("finalised"),
    });
    const signer = await open(module);
    expect(inspect(signer, { depth: 9, showHidden: true })).not.toContain(PIN);
    const signatures = [signer.sign(new Uint8Array(32).fill(1)), signer.sign(new Uint8Array(32).fill(2))];
    const closed = signer.close();
    expect((await errorOf(signer.sign(new Uint8Array(32)))).code).toBe("hsm.failed");
    resolve();
    expect(await Promise.all(signatures)).toEqual([new Uint8Array(64).fill(1), new Uint8Array(64).fill(2)]);
    await closed;
    expect(log).toEqual(["begin 1", "end 1", "begin 2", "end 2", "finalised"]);
  });

  it("says what failed, and closes also then", async () => {
    const module = fake({
      C_SignAsync: async () => throwing("CKR_DEVICE_REMOVED")(),
      C_CloseSession: throwing("CKR_SESSION_HANDLE_INVALID"),
      C_Finalize: throwing("CKR_GENERAL_ERROR"),
    });
    const signer = await open(module);
    const error = await errorOf(signer.sign(new Uint8Array(32)));
    expect(error).toMatchObject({ code: "hsm.failed", details: { failure: "CKR_DEVICE_REMOVED", number: 5 } });
    expect(everythingOf(error)).not.toContain(PIN);
    await signer.close();
    expect(module.calls.slice(-3)).toEqual(["C_CloseSession", "C_Finalize", "close"]);
  });

  it("gives P-192 as much of the digest as the curve takes", async () => {
    const ecdh = createECDH("prime192v1");
    const lengths: number[] = [];
    const module = fake(
      {
        C_SignAsync: async (_session, data, signature) => {
          lengths.push(data.length);
          return signature.subarray(0, 48);
        },
      },
      {
        ...KEY,
        [CK.attribute.ecParameters]: Buffer.from("06082a8648ce3d030101", "hex"),
        [CK.attribute.ecPoint]: ecdh.generateKeys(),
      },
    );
    const signer = await open(module);
    expect(await signer.sign(new Uint8Array(32))).toHaveLength(48);
    expect(lengths).toEqual([24]);
    await signer.close();
  });
});

describe("the binding", () => {
  afterEach(() => {
    vi.doUnmock("pkcs11js");
  });

  it("is an optional package", async () => {
    vi.doMock("pkcs11js", () => {
      throw new Error("Cannot find package");
    });
    const error = await errorOf(loadPkcs11());
    expect(error.code).toBe("hsm.package-missing");
    expect(error.hint).toContain("npm install pkcs11js");
  });

  it("reads the numbers of C, of four bytes and of eight", () => {
    expect(readUnsignedLong(unsignedLong(0x1_2345_6789))).toBe(0x1_2345_6789);
    expect(readUnsignedLong(Buffer.from(new Uint32Array([0x89ab_cdef]).buffer))).toBe(0x89ab_cdef);
  });
});
