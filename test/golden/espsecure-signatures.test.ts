import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { toHex } from "../../src/core/bytes/hex.ts";
import { isEspError } from "../../src/core/errors.ts";
import {
  inspectSignatures,
  type PublicKey,
  publicKeyDigest,
  publicKeyPem,
  publicKeyV1,
  readPublicKey,
  requireVerified,
  SIGNING_SCHEMES,
  type SignatureReport,
  signDataV1,
  signDataV2,
  type VerifiedBlockReport,
  verifySignaturesV2,
  verifySignatureV1,
} from "../../src/secure.ts";
import { SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly stdout: readonly string[];
}

const folder = join(SHARED, "golden/espsecure");
const inputs = join(SHARED, "inputs/secure");
const isThere = existsSync(folder);
const cases: Case[] = isThere ? readdirSync(folder).map(readCase) : [];
const ours = /^(digest-sbv2|signature-info|verify)-/;
const signatureCases = cases.filter(({ name }) => ours.test(name));
if (!isThere) tellSkipped(NO_REFERENCE);

function readCase(name: string): Case {
  const { args, exit } = JSON.parse(readFileSync(join(folder, name, "case.json"), "utf8"));
  const [, ...stdout] = readFileSync(join(folder, name, "stdout.txt"), "utf8")
    .trimEnd()
    .split("\n");
  return { name, args, exit, stdout };
}

const input = (name: string): Uint8Array => readFileSync(join(inputs, name));
const argument = (text: string): Uint8Array => readFileSync(text.replace("{in}", join(SHARED, "inputs")));

function option({ args }: Case, name: string): string {
  return args[args.indexOf(name) + 1] ?? expect.unreachable();
}

const KINDS = { rsa: "RSA", ecdsa: "ECDSA" } as const;

/** What the reference says of a report by `signature-info-v2`: it stops at the first block that is not there. */
function infoLines({ blocks }: SignatureReport): string[] {
  const lines: string[] = [];
  for (const { index, state, kind, publicKeyDigest: digest } of blocks) {
    if (state !== "valid" || kind === null || digest === null)
      return [...lines, `Signature block ${index} absent/invalid. Skipping checking next blocks...`];
    lines.push(`Signature block ${index} is valid (${KINDS[kind]}).`);
    lines.push(`Public key digest for block ${index}: ${toHex(digest, " ")}`);
  }
  return lines;
}

function verifyLines(blocks: readonly VerifiedBlockReport[]): string[] {
  return blocks.flatMap(({ index, state, kind, keyMatches }) => {
    if (state !== "valid" || kind === null) return [`Signature block ${index} invalid. Skipping.`];
    const outcome = keyMatches
      ? `Signature block ${index} verification successful using the supplied key (${KINDS[kind]}).`
      : `Signature block ${index} is not signed by the supplied key. Checking the next block...`;
    return [`Signature block ${index} is valid (${KINDS[kind]}).`, outcome];
  });
}

async function linesOf(golden: Case): Promise<string[]> {
  const data = argument(golden.args.at(-1) ?? "");
  if (golden.name.startsWith("signature-info")) return infoLines(await inspectSignatures(data));
  const key = await readPublicKey(argument(option(golden, "--keyfile")));
  if (option(golden, "--version") === "1") {
    const { dataBytes, isValid } = await verifySignatureV1(data, key);
    expect(isValid).toBe(true);
    return [`Verifying ${dataBytes} bytes of data...`, "Signature is valid."];
  }
  const verification = await verifySignaturesV2(data, key);
  expect(() => requireVerified(verification)).not.toThrow();
  return verifyLines(verification.blocks);
}

describe.each(signatureCases.filter(({ name }) => name.startsWith("digest")))("espsecure $name", (golden) => {
  it("gives the reference's digest", async () => {
    const key = await readPublicKey(argument(option(golden, "--keyfile")));
    expect(toHex(publicKeyDigest(key))).toBe(toHex(readFileSync(join(folder, golden.name, "out.bin"))));
  });
});

describe.each(signatureCases.filter(({ name, exit }) => !name.startsWith("digest") && exit === 0))(
  "espsecure $name",
  (golden) => {
    it("finds in every block what the reference finds", async () => {
      expect(await linesOf(golden)).toEqual(golden.stdout);
    });
  },
);

describe.each(signatureCases.filter(({ exit }) => exit !== 0))("espsecure $name", (golden) => {
  it("fails as the reference does", async () => {
    const error = await inspectSignatures(argument(golden.args.at(-1) ?? "")).then(
      async () => {
        const key = await readPublicKey(argument(option(golden, "--keyfile")));
        const verification = await verifySignaturesV2(argument(golden.args.at(-1) ?? ""), key);
        expect(verifyLines(verification.blocks)).toEqual(golden.stdout.slice(0, 4));
        try {
          requireVerified(verification);
        } catch (thrown) {
          return thrown;
        }
        return null;
      },
      (thrown: unknown) => thrown,
    );
    expect(isEspError(error) ? error.code : error).toMatch(/^secure\.(not-signed|not-verified)$/);
  });
});

it.runIf(isThere)("covers all cases of the reference", () => {
  expect(signatureCases.length).toBe(19);
});

const NAMES = { rsa3072: "rsa", ecdsa192: "ecdsa192", ecdsa256: "ecdsa256", ecdsa384: "ecdsa384" } as const;

describe.runIf(isThere).each(SIGNING_SCHEMES)("the reference's %s files", (scheme) => {
  const name = NAMES[scheme];
  const publicKey = (number: "" | "2" | "4"): Promise<PublicKey> =>
    readPublicKey(input(`${name}_secure_boot_signing_pubkey${number}.pem`));

  it("verify under their keys and no other", async () => {
    const verdictOf = async (file: string, number: "" | "2" | "4"): Promise<string> =>
      (await verifySignaturesV2(input(`${file}_v2_${name}.bin`), await publicKey(number))).verdict;
    expect(await verdictOf("bootloader_signed", "")).toBe("verified");
    expect(await verdictOf("bootloader_signed", "2")).toBe("wrong-key");
    expect(await verdictOf("bootloader_multi_signed", "")).toBe("verified");
    expect(await verdictOf("bootloader_multi_signed", "2")).toBe("verified");
    expect(await verdictOf("bootloader_multi_signed", "4")).toBe("wrong-key");
  });

  it("are made again from the unsigned data and the signature made elsewhere", async () => {
    const signature = input(`pre_calculated_bootloader_signature_${name}.bin`);
    const key = await publicKey("");
    const { bytes, scheme: made } = await signDataV2(input("bootloader_unsigned_v2.bin"), [
      { publicKey: key, signature },
    ]);
    expect(made).toBe(scheme);
    const { verdict, blocks } = await verifySignaturesV2(bytes, key);
    expect(verdict).toBe("verified");
    // All but the random signature and the checksum over it is the reference's, byte for byte.
    const theirs = input(`bootloader_signed_v2_${name}.bin`);
    expect(bytes.length).toBe(theirs.length);
    const keyEnd = { rsa3072: 812, ecdsa192: 101, ecdsa256: 101, ecdsa384: 149 }[scheme];
    expect(toHex(bytes.subarray(0, 32768 + keyEnd))).toBe(toHex(theirs.subarray(0, 32768 + keyEnd)));
    expect(toHex(bytes.subarray(32768 + 1200))).toBe(toHex(theirs.subarray(32768 + 1200)));
    expect(blocks[0]?.publicKeyDigest).toEqual((await inspectSignatures(theirs)).blocks[0]?.publicKeyDigest);
  });

  it("have public keys that are written as they were", async () => {
    for (const number of ["", "2", "4"] as const)
      expect(publicKeyPem(await publicKey(number))).toBe(
        Buffer.from(input(`${name}_secure_boot_signing_pubkey${number}.pem`)).toString(),
      );
  });
});

describe.runIf(isThere)("the reference's digests of public keys", () => {
  // Fact sheet efuse-secure, F.
  const DIGESTS = {
    rsa_secure_boot_signing_pubkey: "cb2791a371b0c0322bf7370478ba0962224cab1cf2287879e429673e7da84463",
    rsa_secure_boot_signing_pubkey2: "901a7409238d52d4cbf96f563fb3f4296dabd66a33f53b15eecd8cb3e7ec45d3",
    ecdsa192_secure_boot_signing_pubkey: "1060f30bc482db11c470db5734f1f91b792c21ff1f0a3234544156d4f98d3311",
    ecdsa256_secure_boot_signing_pubkey: "f35cc5dbdde67f94a7bbcb5723371ba91822193582308f84cb95b4531219056d",
    ecdsa384_secure_boot_signing_pubkey: "fc9c01f2e8bc394d199b74b1cdf5060c10acc6cc385905877c5571c53009bc98",
  };
  it.each(Object.entries(DIGESTS))("%s", async (name, digest) => {
    expect(toHex(publicKeyDigest(await readPublicKey(input(`${name}.pem`))))).toBe(digest);
  });
});

describe.runIf(isThere)("secure boot v1 of the reference", () => {
  it("is made again, byte for byte, from the signature made elsewhere", async () => {
    const publicKey = await readPublicKey(input("ecdsa256_secure_boot_signing_pubkey.pem"));
    const signature = input("pre_calculated_bootloader_signature.bin");
    const { bytes } = await signDataV1(input("bootloader.bin"), { publicKey, signature });
    expect(toHex(bytes)).toBe(toHex(input("bootloader_signed.bin")));
  });

  it("verifies under the raw key, which is what the PEM file has", async () => {
    const raw = await readPublicKey(input("ecdsa256_secure_boot_signing_pubkey_raw.bin"));
    const pem = await readPublicKey(input("ecdsa256_secure_boot_signing_pubkey.pem"));
    expect(raw).toEqual(pem);
    expect(toHex(publicKeyV1(pem))).toBe(toHex(input("ecdsa256_secure_boot_signing_pubkey_raw.bin")));
    expect((await verifySignatureV1(input("bootloader_signed.bin"), raw)).isValid).toBe(true);
    const other = await readPublicKey(input("ecdsa256_secure_boot_signing_pubkey2.pem"));
    expect((await verifySignatureV1(input("bootloader_signed.bin"), other)).isValid).toBe(false);
  });
});
