import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { privateKeyOf } from "../../../../test/support/secure/throw-away-keys.ts";
import { generateSigningKey } from "./generate-key.ts";
import { SIGNING_SCHEMES, schemeOf } from "./signing-key.ts";
import { privateKeyPem } from "./write-key.ts";

describe.each(SIGNING_SCHEMES)("a new key for %s", (scheme) => {
  it("is in the form that OpenSSL calls traditional, and OpenSSL reads it", async () => {
    const key = await generateSigningKey(scheme);
    expect(schemeOf(key)).toBe(scheme);
    const pem = privateKeyPem(key);
    expect(pem.split("\n")[0]).toBe(`-----BEGIN ${scheme === "rsa3072" ? "RSA" : "EC"} PRIVATE KEY-----`);
    expect(privateKeyOf(pem)).toEqual(key);
    const native = createPrivateKey(pem);
    expect(native.export({ format: "pem", type: scheme === "rsa3072" ? "pkcs1" : "sec1" })).toBe(pem);
    if (key.kind === "rsa") expect(key.publicExponent).toBe(65537n);
    else expect(await generateSigningKey(scheme)).not.toEqual(key);
  });
});
