import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { decodeSignatureBlock } from "../../src/core/image/signature/signature-block.ts";
import { SIGNATURE_BLOCK_BYTES } from "../../src/core/image/signature/signature-marks.ts";
import {
  ecdsaSignatureToDer,
  isEspError,
  type PrivateKey,
  privateKeyPem,
  publicKeyOf,
  publicKeyPem,
  readKey,
  SIGNING_SCHEMES,
  type SigningScheme,
  signDataV1,
  signDataV2,
  verifySignaturesV2,
} from "../../src/secure.ts";
import { keyPairOf } from "../support/secure/throw-away-keys.ts";
import { tellSkipped } from "../support/skipping.ts";

const folder = mkdtempSync(join(tmpdir(), "esptool-ts-openssl-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, contents: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, contents);
  return path;
}

function openssl(...args: readonly string[]): { readonly status: number | null; readonly stdout: Buffer } {
  const { status, stdout } = spawnSync("openssl", args, { cwd: folder });
  return { status, stdout };
}

const isInstalled = openssl("version").status === 0;
if (!isInstalled) tellSkipped("comparisons with OpenSSL: the command openssl is not there");

const DATA = Uint8Array.from({ length: 4096 }, (_, index) => (index * 11) & 0xff);
const PSS = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"];

function digestArguments(key: PrivateKey, scheme: SigningScheme): string[] {
  return [scheme === "ecdsa384" ? "-sha384" : "-sha256", ...(key.kind === "rsa" ? PSS : [])];
}

function opensslVerifies(key: PrivateKey, scheme: SigningScheme, signature: Uint8Array): boolean {
  const publicKey = file("public.pem", publicKeyPem(publicKeyOf(key)));
  const der = key.kind === "rsa" ? signature : ecdsaSignatureToDer(signature);
  const args = ["-verify", publicKey, "-signature", file("signature.bin", der), file("data.bin", DATA)];
  return openssl("dgst", ...digestArguments(key, scheme), ...args).status === 0;
}

describe.runIf(isInstalled).each(SIGNING_SCHEMES)("openssl and %s", async (scheme) => {
  const [key] = await keyPairOf(scheme);

  it("verifies what is signed here", async () => {
    const { bytes } = await signDataV2(DATA, [key]);
    const found = decodeSignatureBlock(bytes.subarray(DATA.length, DATA.length + SIGNATURE_BLOCK_BYTES));
    if (found.state !== "whole") return expect.unreachable();
    const { signature } = found.block;
    expect(opensslVerifies(key, scheme, signature)).toBe(true);
    expect(
      opensslVerifies(
        key,
        scheme,
        signature.map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
      ),
    ).toBe(false);
  });

  it("signs with a key made here what verifies here", async () => {
    const args = ["-sign", file("private.pem", privateKeyPem(key)), file("data.bin", DATA)];
    const { status, stdout } = openssl("dgst", ...digestArguments(key, scheme), ...args);
    expect(status).toBe(0);
    const { bytes } = await signDataV2(DATA, [{ publicKey: publicKeyOf(key), signature: stdout }]);
    expect((await verifySignaturesV2(bytes, publicKeyOf(key))).verdict).toBe("verified");
  });
});

describe.runIf(isInstalled)("openssl and secure boot v1", async () => {
  const [key] = await keyPairOf("ecdsa256");
  it("verifies what is signed here", async () => {
    const { bytes } = await signDataV1(DATA, key);
    expect(opensslVerifies(key, "ecdsa256", bytes.subarray(DATA.length + 4))).toBe(true);
  });
});

describe.runIf(isInstalled)("keys that openssl encrypted", async () => {
  const [key] = await keyPairOf("ecdsa256");
  const plain = file("plain.pem", privateKeyPem(key));
  const encrypt = (...options: readonly string[]): Uint8Array =>
    openssl("pkcs8", "-topk8", "-in", plain, "-passout", "pass:secret", ...options).stdout;
  const hashes = ["hmacWithSHA1", "hmacWithSHA256", "hmacWithSHA384", "hmacWithSHA512"];
  const ciphers = ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc"];

  it("open with the password, with any digest and length of key", async () => {
    expect(await readKey(encrypt(), "secret")).toEqual(key);
    for (const hash of hashes)
      for (const cipher of ciphers)
        expect(await readKey(encrypt("-v2", cipher, "-v2prf", hash), "secret"), `${hash} ${cipher}`).toEqual(key);
    expect(await readKey(encrypt("-iter", "1"), "secret")).toEqual(key);
  });

  it("in a way that is not supported are refused with the way out", async () => {
    for (const options of [["-v2", "des3"], ["-scrypt"], ["-v1", "PBE-SHA1-3DES"], ["-v2prf", "hmacWithSHA224"]]) {
      const error = await readKey(encrypt(...options), "secret").catch((thrown: unknown) => thrown);
      if (!isEspError(error)) return expect.unreachable(String(options));
      expect([error.code, error.hint?.includes("openssl pkcs8")]).toEqual(["secure.unsupported-encryption", true]);
    }
  });
});
