import { describe, expect, it } from "vitest";
import { buildElf } from "../../../../test/support/image/elf-builder.ts";
import { fixtureElf } from "../../../../test/support/image/elf2image-case.ts";
import { codeOf } from "../../../../test/support/outcome.ts";
import { keyFile, keyPairOf, privateKeyOf } from "../../../../test/support/secure/throw-away-keys.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { toHex } from "../../bytes/hex.ts";
import { elfToImage } from "../../image/convert/elf-to-image.ts";
import { publicKeyOf } from "../key/signing-key.ts";
import { publicKeyV1 } from "../key/write-key.ts";
import { ecdsaSignatureToDer } from "./raw-signature.ts";
import { signDataV1 } from "./sign-v1.ts";
import { signDataV2 } from "./sign-v2.ts";
import { verifySignatureV1 } from "./verify-v1.ts";

const DATA = Uint8Array.from({ length: 1000 }, (_, index) => (index * 3) & 0xff);
const [key, wrong] = await keyPairOf("ecdsa256");
const [p384] = await keyPairOf("ecdsa384");
const rsa = privateKeyOf(keyFile("rsa3072-key-1"));

describe("secure boot v1", () => {
  it("puts a version and a signature behind the data, the same every time", async () => {
    const { bytes, dataBytes } = await signDataV1(DATA, key);
    expect(dataBytes).toBe(1000);
    expect(bytes.length).toBe(1068);
    expect([...bytes.subarray(0, 1000)]).toEqual([...DATA]);
    expect([...bytes.subarray(1000, 1004)]).toEqual([0, 0, 0, 0]);
    expect(toHex((await signDataV1(DATA, key)).bytes)).toBe(toHex(bytes));
    expect(await verifySignatureV1(bytes, publicKeyOf(key))).toEqual({ dataBytes: 1000, isValid: true });
    expect(await verifySignatureV1(bytes, publicKeyOf(wrong))).toEqual({ dataBytes: 1000, isValid: false });
  });

  it("is not valid after a change of any part", async () => {
    const { bytes } = await signDataV1(DATA, key);
    for (const offset of [0, 999, 1004, 1035, 1036, 1067]) {
      const changed = bytes.slice();
      changed[offset] = (changed[offset] ?? 0) ^ 1;
      expect((await verifySignatureV1(changed, publicKeyOf(key))).isValid, String(offset)).toBe(false);
    }
  });

  it("takes a signature made elsewhere, r and s or DER", async () => {
    const { bytes } = await signDataV1(DATA, key);
    const publicKey = publicKeyOf(key);
    const signature = bytes.subarray(1004);
    for (const form of [signature, ecdsaSignatureToDer(signature)])
      expect(toHex((await signDataV1(DATA, { publicKey, signature: form })).bytes)).toBe(toHex(bytes));
    const foreign = { publicKey: publicKeyOf(wrong), signature };
    expect(await codeOf(signDataV1(DATA, foreign))).toBe("secure.invalid-signature");
    const short = { publicKey, signature: signature.subarray(1) };
    expect(await codeOf(signDataV1(DATA, short))).toBe("secure.invalid-signature");
  });

  it("signs an image whose flash segments stand behind four zeros", async () => {
    const ramOnly = elfToImage(fixtureElf("esp32"), { chip: "esp32", ramOnlyHeader: true }).outputs[0]?.bytes;
    const { bytes, dataBytes } = await signDataV1(ramOnly ?? DATA, key);
    expect(dataBytes).toBe(ramOnly?.length);
    expect(await codeOf(signDataV1(bytes, key))).toBe("secure.already-signed");
  });

  it("takes keys on P-256 only", async () => {
    const { bytes } = await signDataV1(DATA, key);
    for (const other of [p384, rsa]) {
      expect(await codeOf(signDataV1(DATA, other))).toBe("secure.wrong-key-type");
      expect(await codeOf(verifySignatureV1(bytes, publicKeyOf(other)))).toBe("secure.wrong-key-type");
      expect(thrown(() => publicKeyV1(publicKeyOf(other))).code).toBe("secure.wrong-key-type");
    }
    expect(publicKeyV1(publicKeyOf(key)).length).toBe(64);
  });

  it("does not sign twice with one key unless forced", async () => {
    const { bytes } = await signDataV1(DATA, key);
    expect(await codeOf(signDataV1(bytes, key))).toBe("secure.already-signed");
    const twice = await signDataV1(bytes, key, { force: true });
    expect(twice.dataBytes).toBe(1068);
    expect((await verifySignatureV1(twice.bytes, publicKeyOf(key))).isValid).toBe(true);
  });

  it("does not sign a firmware image twice, whatever the keys and versions", async () => {
    const elf = buildElf({ machine: 94, sections: [{ name: ".iram0.text", address: 0x40080000, data: 40 }] });
    const image = elfToImage(elf, { chip: "esp32" }).outputs[0]?.bytes ?? expect.unreachable();
    const one = await signDataV1(image, key);
    expect(await codeOf(signDataV1(one.bytes, wrong))).toBe("secure.already-signed");
    const other = await signDataV2(image, [rsa]);
    expect(await codeOf(signDataV1(other.bytes, key))).toBe("secure.already-signed");
  });

  it("has nothing to sign, or no signature to find", async () => {
    expect(await codeOf(signDataV1(new Uint8Array(0), key))).toBe("file.empty");
    const { bytes } = await signDataV1(DATA, key);
    for (const none of [new Uint8Array(0), bytes.subarray(0, 67), DATA, bytes.subarray(0, 1067)])
      expect(await codeOf(verifySignatureV1(none, publicKeyOf(key)))).toBe("secure.not-signed");
  });
});
