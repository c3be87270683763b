import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sealImage } from "../../src/core/image/firmware/build-image.ts";
import { testCliHost } from "../support/cli-host.ts";
import { until } from "../support/port/ports.ts";
import { espsecure, espsecureOn, resultOf } from "../support/secure/espsecure-line.ts";
import { encryptedPem, freshKey, pem } from "../support/secure/signing-keys.ts";

/** Keys, digests and flash encryption on the command line; signatures are in `cli-espsecure-sign.test.ts`. */

const count = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff);
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const utf8 = (words: string): Uint8Array => new TextEncoder().encode(words);

const p256 = freshKey("prime256v1");
const p384 = freshKey("secp384r1");
const files = {
  "key.pem": pem(p256, "sec1"),
  "p384.pem": pem(p384, "sec1"),
  "key.bin": count(32),
  "app.bin": count(160),
};

function scalarOf(key: typeof p256): Buffer {
  return Buffer.from(key.export({ format: "jwk" }).d ?? "", "base64url");
}

describe("generate-signing-key", () => {
  it.each([
    ["", "ec", "prime256v1"],
    ["--version 1 --scheme ecdsa256 ", "ec", "prime256v1"],
    ["-v 2 -s ecdsa192 ", "ec", "prime192v1"],
    ["-v 2 -s ecdsa256 ", "ec", "prime256v1"],
    ["-v 2 -s ecdsa384 ", "ec", "secp384r1"],
    ["-v 2 ", "rsa", undefined],
  ])("%swrites a private key that OpenSSL reads", async (options, type, curve) => {
    const run = await espsecure(`generate-signing-key ${options}new.pem`);
    expect([run.code, run.err]).toEqual([0, ""]);
    expect(run.out).toContain('private key in PEM format written to "new.pem"');
    const key = createPrivateKey(text(run.file("new.pem")));
    expect(key.asymmetricKeyType).toBe(type);
    expect(key.asymmetricKeyDetails?.namedCurve).toBe(curve);
    expect(key.asymmetricKeyDetails?.modulusLength).toBe(type === "rsa" ? 3072 : undefined);
    expect(text(run.file("new.pem"))).toMatch(/^-----BEGIN (?:EC|RSA) PRIVATE KEY-----/);
  });

  it("has ECDSA on P-256 only for version 1", async () => {
    const run = await espsecure("generate-signing-key --scheme rsa3072 new.pem");
    expect([run.code, run.failure, run.host.stored.size]).toEqual([2, "argument.conflict", 0]);
    expect(run.err).toContain("V1 only supports ECDSA256");
  });

  it("never takes the place of a file, unless told so", async () => {
    const refused = await espsecure("generate-signing-key key.pem", files);
    expect([refused.code, refused.failure]).toEqual([2, "file.exists"]);
    expect(refused.err).toContain("already exists");
    expect(refused.file("key.pem")).toEqual(files["key.pem"]);
    const forced = await espsecure("generate-signing-key --force key.pem", files);
    expect(forced.code).toBe(0);
    expect(forced.file("key.pem")).not.toEqual(files["key.pem"]);
  });
});

describe("extract-public-key", () => {
  it("writes 64 raw bytes for version 1", async () => {
    const run = await espsecure("extract-public-key --keyfile key.pem pub.bin", files);
    const { x = "", y = "" } = createPublicKey(p256).export({ format: "jwk" });
    const raw = Buffer.concat([Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
    expect(Buffer.from(run.file("pub.bin"))).toEqual(raw);
    expect(run.out.toLowerCase()).toContain("public key extracted");
  });

  it("writes PEM for version 2, over what was there", async () => {
    const run = await espsecure("extract-public-key --version 2 -k p384.pem pub.pem", {
      ...files,
      "pub.pem": count(3),
    });
    expect(run.code).toBe(0);
    expect(text(run.file("pub.pem"))).toBe(text(pem(createPublicKey(p384), "spki")));
  });

  it("takes P-256 only for version 1", async () => {
    const run = await espsecure("extract-public-key -v 1 -k p384.pem pub.bin", files);
    expect([run.code, run.failure]).toEqual([2, "secure.wrong-key-type"]);
  });

  it("takes no key that secure boot does not, and says which file has it", async () => {
    const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    const run = await espsecure("extract-public-key -v 2 -k small.pem pub.pem", { "small.pem": pem(small, "pkcs1") });
    expect([run.code, run.failure, run.host.stored.has("pub.pem")]).toEqual([2, "secure.wrong-key-type", false]);
    expect(run.err).toContain("'small.pem'");
  });

  it("does not write over the key", async () => {
    const run = await espsecure("extract-public-key -v 2 -k key.pem ./key.pem", files);
    expect([run.code, run.failure]).toEqual([2, "argument.conflict"]);
    expect(run.err).toContain("should not be the same!");
  });
});

describe("a private key that is encrypted", () => {
  const encrypted = { "key.pem": encryptedPem(p256, "pass word") };

  it.each([
    "extract-public-key -v 2 -k key.pem --key-password-file password.txt password.txt",
    "digest-sbv2-public-key -k key.pem --key-password-file password.txt -o password.txt",
    "digest-private-key --force -k key.pem --key-password-file password.txt password.txt",
  ])("does not lose its password: %s", async (line) => {
    const run = await espsecure(line, { ...encrypted, "password.txt": utf8("pass word") });
    expect([run.code, run.failure]).toEqual([2, "argument.conflict"]);
    expect(run.file("password.txt")).toEqual(utf8("pass word"));
  });
  const line = "extract-public-key -v 2 -k key.pem pub.pem";
  const expected = text(pem(createPublicKey(p256), "spki"));

  it("asks for its password on a terminal, unseen", async () => {
    const host = testCliHost({ files: encrypted, hasKeyboard: true });
    const running = espsecureOn(host, line);
    await until(host.isListening);
    await host.type("pass wort\u007fd\r");
    const run = await running;
    expect([run.code, run.err]).toEqual([0, "Password of 'key.pem': \n"]);
    expect(run.out).not.toContain("pass");
    expect(text(run.file("pub.pem"))).toBe(expected);
    expect(host.isListening()).toBe(false);
  });

  it.each(["pass word", "pass word\n", "pass word\r\nmore"])("takes it from a file: %j", async (password) => {
    const all = { ...encrypted, "password.txt": utf8(password) };
    const run = await espsecure(`${line} --key-password-file password.txt`, all);
    expect([run.code, run.err]).toEqual([0, ""]);
    expect(text(run.file("pub.pem"))).toBe(expected);
  });

  it("says so when there is nobody to ask", async () => {
    const run = await espsecure(line, encrypted);
    expect([run.code, run.failure]).toEqual([2, "secure.key-encrypted"]);
  });

  it("stays closed to a wrong password, which is not repeated", async () => {
    const all = { ...encrypted, "password.txt": utf8("pass-wort-77") };
    const run = await espsecure(`--debug ${line} --key-password-file password.txt`, all);
    expect([run.code, run.failure]).toEqual([2, "secure.wrong-password"]);
    expect(run.err + run.out).not.toContain("wort-77");
  });

  it("lets go on Ctrl-C", async () => {
    const host = testCliHost({ files: encrypted, hasKeyboard: true });
    const running = espsecureOn(host, line);
    await until(host.isListening);
    await host.type("pa\u0003");
    expect((await running).code).toBe(130);
  });
});

describe("a file that is no key", () => {
  it.each([
    ["nothing of the kind", utf8("hello")],
    ["a PEM text that breaks off", files["key.pem"].subarray(0, 80)],
    ["a PEM text with another inside", utf8("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n")],
  ])("is refused: %s", async (_what, bytes) => {
    const run = await espsecure("extract-public-key -v 2 -k bad.pem pub.pem", { "bad.pem": bytes });
    expect([run.code, run.failure]).toEqual([2, "secure.invalid-key"]);
    expect(run.err).toContain("A fatal error occurred: 'bad.pem': ");
    expect(run.host.stored.has("pub.pem")).toBe(false);
  });

  it("is not there at all", async () => {
    const run = await espsecure("extract-public-key -v 2 -k none.pem pub.pem");
    expect([run.code, run.failure]).toEqual([2, "file.missing"]);
  });

  it("is a public key where a private one is needed", async () => {
    const all = { "pub.pem": pem(createPublicKey(p256), "spki") };
    const run = await espsecure("extract-public-key -v 2 -k pub.pem new.pem", all);
    expect([run.code, run.failure]).toEqual([2, "secure.wrong-key-type"]);
  });

  it.each([
    "extract-public-key pub.pem",
    "digest-sbv2-public-key -o d.bin",
    "digest-sbv2-public-key -k key.pem",
    "digest-private-key d.bin",
    "digest-secure-bootloader app.bin",
    "encrypt-flash-data -k key.bin -o e.bin app.bin",
    "encrypt-flash-data -a 0 -o e.bin app.bin",
    "decrypt-flash-data -k key.bin -a 0 app.bin",
  ])("is not named: %s", async (line) => {
    const run = await espsecure(line, files);
    expect([run.code, run.failure]).toEqual([2, "argument.invalid"]);
    expect(run.err).toContain("is missing.");
  });
});

describe("the digest of a public key", () => {
  it("is that of the key as a signature block has it", async () => {
    const run = await espsecure("digest-sbv2-public-key --keyfile key.pem --output digest.bin", files);
    const { x = "", y = "" } = createPublicKey(p256).export({ format: "jwk" });
    const reversed = (part: string): Buffer => Buffer.from(part, "base64url").reverse();
    const stored = Buffer.concat([Buffer.of(2), reversed(x), reversed(y)]);
    expect(Buffer.from(run.file("digest.bin"))).toEqual(createHash("sha256").update(stored).digest());
    expect(run.out).toContain('Writing the public key digest of "key.pem" to "digest.bin".');
  });

  it("is the same for the public and the encrypted private key, and by the former name", async () => {
    const all = {
      ...files,
      "pub.pem": pem(createPublicKey(p256), "spki"),
      "encrypted.pem": encryptedPem(p256, "x"),
      "password.txt": utf8("x"),
    };
    const one = await espsecure("digest-sbv2-public-key -k pub.pem -o d.bin", all);
    const password = "--key-password-file password.txt";
    const two = await espsecure(`digest-sbv2-public-key -k encrypted.pem ${password} -o d.bin`, all);
    const old = await espsecure(`digest-rsa-public-key --keyfile encrypted.pem ${password} --output d.bin`, all);
    expect(two.file("d.bin")).toEqual(one.file("d.bin"));
    expect(old.file("d.bin")).toEqual(one.file("d.bin"));
    expect(old.out).toContain("DeprecationWarning: The command 'digest-rsa-public-key' is deprecated.");
    expect(one.out).not.toContain("Deprecat");
  });

  it("is not written over the key", async () => {
    const run = await espsecure("digest-sbv2-public-key -k key.pem -o key.pem", files);
    expect(run.failure).toBe("argument.conflict");
  });
});

describe("digest-private-key", () => {
  const digest = createHash("sha256").update(scalarOf(p256)).digest();

  it("makes a secret of 256 or 192 bits", async () => {
    const whole = await espsecure("digest-private-key --keyfile key.pem d.bin", files);
    expect(Buffer.from(whole.file("d.bin"))).toEqual(digest);
    const short = await espsecure("digest-private-key -k key.pem -l 192 d.bin", files);
    expect(Buffer.from(short.file("d.bin"))).toEqual(digest.subarray(0, 24));
  });

  it.each([
    ["--keylen 128 ", "key.pem", "argument.invalid"],
    ["", "p384.pem", "secure.wrong-key-type"],
  ])("refuses other lengths and keys: %s%s", async (options, key, failure) => {
    const run = await espsecure(`digest-private-key ${options}-k ${key} d.bin`, files);
    expect([run.code, run.failure, run.host.stored.has("d.bin")]).toEqual([2, failure, false]);
  });

  it("is no more for RSA than for other curves", async () => {
    const run = await espsecure("digest-private-key -k rsa.pem d.bin", { "rsa.pem": pem(freshKey("rsa"), "pkcs1") });
    expect(run.failure).toBe("secure.wrong-key-type");
  });

  it("writes over nothing, unless told so", async () => {
    const all = { ...files, "d.bin": count(1), "encrypted.pem": encryptedPem(p256, "x"), "password.txt": utf8("x") };
    expect((await espsecure("digest-private-key -k key.pem d.bin", all)).failure).toBe("file.exists");
    expect((await espsecure("digest-private-key -k key.pem --force key.pem", all)).failure).toBe("argument.conflict");
    const line = "digest-private-key --force -k encrypted.pem --key-password-file password.txt d.bin";
    expect(Buffer.from((await espsecure(line, all)).file("d.bin"))).toEqual(digest);
  });
});

describe("generate-flash-encryption-key", () => {
  it.each([
    ["", 32],
    ["--keylen 128 ", 16],
    ["-l 192 ", 24],
    ["-l 512 ", 64],
  ])("%swrites random bytes", async (options, sizeBytes) => {
    const [one, two] = [
      await espsecure(`generate-flash-encryption-key ${options}k.bin`),
      await espsecure(`generate-flash-encryption-key ${options}k.bin`),
    ];
    expect([one.code, one.file("k.bin").length]).toEqual([0, sizeBytes]);
    expect(one.file("k.bin")).not.toEqual(two.file("k.bin"));
  });

  it("refuses a length that no chip has", async () => {
    const run = await espsecure("generate-flash-encryption-key --keylen 100 k.bin");
    expect([run.code, run.failure, run.host.stored.size]).toEqual([2, "argument.invalid", 0]);
  });

  it("writes over no key, unless told so; an empty file is none", async () => {
    const line = "generate-flash-encryption-key key.bin";
    expect((await espsecure(line, files)).failure).toBe("file.exists");
    expect((await espsecure(`${line} --force`, files)).file("key.bin")).not.toEqual(files["key.bin"]);
    expect((await espsecure(line, { "key.bin": new Uint8Array(0) })).file("key.bin").length).toBe(32);
  });
});

describe("encrypting and decrypting flash", () => {
  it.each([
    ["--address 0x1000"],
    ["-a 4096 --flash-crypt-conf 3"],
    ["-a 0x1000 --aes-xts"],
    ["-a 0x1010 -x --flash-crypt-conf 15"],
  ])("are each other's opposite: %s", async (options) => {
    const encrypted = await espsecure(`encrypt-flash-data --keyfile key.bin ${options} --output e.bin app.bin`, files);
    expect([encrypted.code, encrypted.err]).toEqual([0, ""]);
    expect(encrypted.out).toContain("Using 256-bit key.");
    expect(encrypted.file("e.bin")).not.toEqual(files["app.bin"]);
    const back = await espsecureOn(
      encrypted.host,
      `decrypt-flash-data --keyfile key.bin ${options} --output d.bin e.bin`,
    );
    expect([back.code, back.file("d.bin")]).toEqual([0, files["app.bin"]]);
  });

  it("warn about a configuration without tweak", async () => {
    const encrypted = await espsecure(
      "encrypt-flash-data -k key.bin -a 0 --flash-crypt-conf 0 -o e.bin app.bin",
      files,
    );
    expect(encrypted.out).toContain("Warning: Setting FLASH_CRYPT_CONF to zero is not recommended.");
  });

  it("fill the ESP32's last block, and say so", async () => {
    const all = { ...files, "app.bin": count(20) };
    const run = await espsecure("--json encrypt-flash-data -k key.bin -a 0x20 -o e.bin app.bin", all);
    expect(resultOf(run)).toMatchObject({ ok: true, scheme: "esp32", sizeBytes: 32, paddingBytes: 12 });
    expect(run.out).toContain('"code":"secure.padded"');
  });

  it.each([
    ["encrypt-flash-data -k key.bin -a 0x1001", "secure.unaligned"],
    ["encrypt-flash-data -k key.bin -a 0x1000000", "secure.out-of-range"],
    ["encrypt-flash-data -k key.bin -a 0 --flash-crypt-conf 16", "argument.invalid"],
    ["encrypt-flash-data -k app.bin -a 0", "argument.conflict"],
    ["encrypt-flash-data -k short.bin -a 0", "secure.key-length"],
    ["encrypt-flash-data -k short.bin -a 0 --aes-xts", "secure.key-length"],
    ["decrypt-flash-data -k key.bin --address 0x1008 -x", "secure.unaligned"],
    ["decrypt-flash-data -k none.bin -a 0", "file.missing"],
  ])("refuse what cannot be right: %s", async (line, failure) => {
    const all = { ...files, "short.bin": count(7) };
    const output = failure === "argument.conflict" ? "app.bin" : "out.bin";
    const run = await espsecure(`${line} -o ${output} app.bin`, all);
    expect([run.code, run.failure]).toEqual([2, failure]);
    expect(run.host.stored.has("out.bin")).toBe(false);
    expect(run.file("app.bin")).toEqual(files["app.bin"]);
  });

  it.each(["encrypt-flash-data", "decrypt-flash-data"])("never write over their key: %s", async (command) => {
    const run = await espsecure(`${command} -k key.bin -a 0 -o ./key.bin app.bin`, files);
    expect([run.code, run.failure]).toEqual([2, "argument.conflict"]);
    expect(Object.fromEntries(run.host.stored)).toEqual(files);
  });

  it.each(["encrypt-flash-data --aes-xts", "decrypt-flash-data --flash-crypt-conf 0xf"])(
    "take whole blocks: %s",
    async (command) => {
      const run = await espsecure(`${command} -k key.bin -a 0 -o out.bin app.bin`, { ...files, "app.bin": count(20) });
      expect(run.failure).toBe("secure.unaligned");
    },
  );
});

describe("digest-secure-bootloader", () => {
  const image = sealImage({
    header: { segmentCount: 1, modeByte: 2, sizeFrequencyByte: 0x20, entry: 0x40080000 },
    extended: {
      wpPin: 0xee,
      pinDrives: new Uint8Array(3),
      chipId: 0,
      minimumRevision: 0,
      minimumRevisionFull: 0,
      maximumRevisionFull: 0xffff,
      reserved: new Uint8Array(4),
      hasDigest: true,
    },
    segments: [{ address: 0x40080000, data: count(80), includeInChecksum: true }],
    appendDigest: true,
  });
  const all = { ...files, "build/boot.bin": image, "iv.bin": count(128) };

  it("puts IV and digest before the image, in a file beside it", async () => {
    const run = await espsecure("digest-secure-bootloader --keyfile key.bin build/boot.bin", all);
    expect([run.code, run.err]).toEqual([0, ""]);
    expect(run.out).toContain('Digest + image written to "build/boot-digest-0x0000.bin"');
    const data = run.file("build/boot-digest-0x0000.bin");
    expect(data.length).toBe(4096 + 128);
    expect(data.subarray(4096)).toEqual(image.subarray(0, 128));
  });

  it("takes an IV for tests, with a warning", async () => {
    const line = "digest-secure-bootloader --iv iv.bin -k key.bin --output o.bin build/boot.bin";
    const run = await espsecure(line, all);
    expect(run.file("o.bin").subarray(0, 128)).toEqual(all["iv.bin"]);
    expect(run.out).toContain("Warning: --iv argument is for TESTING PURPOSES ONLY");
  });

  it.each([
    ["-k key.bin -o build/boot.bin build/boot.bin", "argument.conflict"],
    ["-k key.bin -o o.bin app.bin", "image.invalid"],
    ["-k app.bin -o o.bin build/boot.bin", "secure.key-length"],
    ["-k key.bin -o key.bin build/boot.bin", "argument.conflict"],
    ["-k key.bin --iv iv.bin -o iv.bin build/boot.bin", "argument.conflict"],
  ])("refuses what cannot be right: %s", async (options, failure) => {
    const run = await espsecure(`digest-secure-bootloader ${options}`, all);
    expect([run.code, run.failure]).toEqual([2, failure]);
    expect(Object.fromEntries(run.host.stored)).toEqual(all);
  });
});

describe("the line", () => {
  it("begins with the version that scripts parse", async () => {
    const run = await espsecure("digest-private-key -k key.pem d.bin", files);
    expect(run.out).toMatch(/^espsecure v5\.3\.1 /);
  });

  it("takes former spellings, each with a warning", async () => {
    const line = "encrypt_flash_data --aes_xts --flash_crypt_conf 15 -k key.bin -a 0 -o e.bin app.bin";
    const run = await espsecure(line, files);
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/^Warning: Deprecated: Option '--aes_xts' is deprecated\. Use '--aes-xts' instead\.\n/);
    expect(run.out).toContain("Warning: Deprecated: Command 'encrypt_flash_data' is deprecated.");
    expect(run.out).toContain("Warning: Deprecated: Option '--flash_crypt_conf' is deprecated.");
    const now = await espsecure("encrypt-flash-data -x -k key.bin -a 0 -o e.bin app.bin", files);
    expect(run.file("e.bin")).toEqual(now.file("e.bin"));
  });

  it("is quiet with --silent, but for errors", async () => {
    expect((await espsecure("digest-private-key --silent -k key.pem d.bin", files)).out).toBe("");
    const failed = await espsecure("--silent digest-private-key -k none.pem d.bin", files);
    expect([failed.out, failed.failure]).toEqual(["", "file.missing"]);
  });

  it.each(["", "unknown-command", "sign-data"])("without a command that can run ends with 2: %j", async (line) => {
    expect((await espsecure(line, files)).code).toBe(2);
  });

  it("neither reads files of arguments nor a configuration", async () => {
    const run = await espsecure("digest-private-key -k @key.pem d.bin", { ...files, "@key.pem": files["key.pem"] });
    expect(run.code).toBe(0);
  });

  it("gives no secret away, whatever it is asked to do", async () => {
    const all = { ...files, "p256.pem": pem(p256, "pkcs8"), "e.pem": encryptedPem(p256, "x"), "word.txt": utf8("x") };
    const lines = [
      "generate-signing-key new.pem",
      "generate-flash-encryption-key new.bin",
      "digest-private-key -k p256.pem new.bin",
      "digest-sbv2-public-key -k e.pem --key-password-file word.txt -o new.bin",
      "encrypt-flash-data -k key.bin -a 0 -o new.bin app.bin",
      "encrypt-flash-data -k key.bin -a 1 -o new.bin app.bin",
      "digest-secure-bootloader -k key.bin app.bin",
    ];
    for (const line of lines) {
      const run = await espsecure(`--json --debug ${line}`, all);
      const made = run.host.stored.get("new.pem") ?? run.host.stored.get("new.bin");
      const secrets = [scalarOf(p256), files["key.bin"], ...(made instanceof Uint8Array ? [made] : [])];
      // A public key's digest is none.
      for (const secret of line.startsWith("digest-sbv2") ? secrets.slice(0, 2) : secrets) {
        const bytes = Buffer.from(secret).subarray(0, 16);
        for (const form of [bytes.toString("hex"), bytes.toString("base64"), bytes.join(",")]) {
          expect(run.out + run.err, line).not.toContain(form);
        }
      }
      expect(run.out + run.err, line).not.toContain("PRIVATE KEY");
    }
  });
});
