import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { describe, expect, it } from "vitest";
import { noticeWords } from "../../src/cli/show/typed-options.ts";
import {
  decryptFlashData,
  digestBootloader,
  encryptFlashData,
  type FlashEncryption,
  type SecureNotice,
} from "../../src/secure.ts";
import { fingerprint, SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

/** One call of the reference with what came of it. */
interface Case {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly outputs: Readonly<Record<string, { readonly size: number; readonly sha256: string }>>;
  /** Its lines without the banner. */
  readonly stdout: readonly string[];
}

const FOLDER = join(SHARED, "golden/espsecure");
const INPUTS = join(SHARED, "inputs/secure");
const isPresent = existsSync(FOLDER);
if (!isPresent) tellSkipped(NO_REFERENCE);

function cases(): Case[] {
  if (!isPresent) return [];
  return readdirSync(FOLDER)
    .filter((name) => /^(encrypt-|decrypt-|digest-bootloader)/.test(name))
    .map((name) => ({
      ...(JSON.parse(readFileSync(join(FOLDER, name, "case.json"), "utf8")) as Omit<Case, "name" | "stdout">),
      name,
      stdout: readFileSync(join(FOLDER, name, "stdout.txt"), "utf8")
        .split("\n")
        .slice(1),
    }));
}

function input(path: string | undefined): Uint8Array {
  return readFileSync((path ?? "").replace("{in}", join(SHARED, "inputs")));
}

function run(args: readonly string[]): { data: Uint8Array; notices: readonly SecureNotice[] } {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      keyfile: { type: "string" },
      address: { type: "string" },
      "flash-crypt-conf": { type: "string" },
      "aes-xts": { type: "boolean" },
      iv: { type: "string" },
      output: { type: "string", short: "o" },
    },
  });
  const [command, file] = positionals;
  const key = input(values.keyfile);
  if (command === "digest-secure-bootloader")
    return digestBootloader({ image: input(file), key, iv: input(values.iv) });
  const flashCryptConfig = Number(values["flash-crypt-conf"] ?? 0xf);
  const encryption: FlashEncryption = values["aes-xts"]
    ? { scheme: "aes-xts", key }
    : { scheme: "esp32", key, flashCryptConfig };
  const work = command === "encrypt-flash-data" ? encryptFlashData : decryptFlashData;
  return work(encryption, Number(values.address), input(file));
}

describe.runIf(isPresent)("the reference's cases", () => {
  it("are there", () => {
    expect(cases().length).toBeGreaterThan(14);
  });
  it.each(cases())("$name", ({ args, exit, outputs, stdout }) => {
    expect(exit).toBe(0);
    const { data, notices } = run(args);
    expect({ "out.bin": fingerprint(data) }).toEqual(outputs);
    const said = notices
      .filter(({ code }) => code !== "secure.short-iv")
      .map((notice) => (notice.level === "warning" ? `Warning: ${noticeWords(notice)}` : noticeWords(notice)));
    expect(said).toEqual(stdout.filter((line) => line !== "" && !line.startsWith("Digest + image written")));
  });
});

describe.runIf(isPresent)("the reference's encrypted files", () => {
  const file = (name: string): Uint8Array => readFileSync(join(INPUTS, name));
  const esp32 = (keyFile: string, flashCryptConfig = 0xf) => ({ scheme: "esp32", keyFile, flashCryptConfig }) as const;
  const xts = (keyFile: string) => ({ scheme: "aes-xts", keyFile }) as const;

  it.each([
    { encrypted: "bootloader-encrypted.bin", address: 0x1000, how: esp32("256bit_key.bin") },
    { encrypted: "bootloader-encrypted-conf0.bin", address: 0x1000, how: esp32("256bit_key.bin", 0) },
    { encrypted: "bootloader-encrypted-conf3.bin", address: 0x1000, how: esp32("256bit_key.bin", 3) },
    { encrypted: "bootloader-encrypted-conf9.bin", address: 0x1000, how: esp32("256bit_key.bin", 9) },
    { encrypted: "bootloader-encrypted-confc.bin", address: 0x1000, how: esp32("256bit_key.bin", 0xc) },
    { encrypted: "bootloader-encrypted-aes-xts.bin", address: 0x1000, how: xts("256bit_key.bin") },
    { encrypted: "hello-world-signed-encrypted.bin", address: 0x20000, how: esp32("ef-flashencryption-key.bin") },
    { encrypted: "hello-world-signed-encrypted-aes-xts.bin", address: 0x20000, how: xts("ef-flashencryption-key.bin") },
    { encrypted: "hello-world-signed-encrypted-aes-xts-256.bin", address: 0x10000, how: xts("512bit_key.bin") },
  ])("come out byte by byte, and back: $encrypted", ({ encrypted, address, how }) => {
    const plain = file(encrypted.startsWith("hello") ? "hello-world-signed.bin" : "bootloader.bin");
    const encryption: FlashEncryption = { ...how, key: file(how.keyFile) };
    expect(fingerprint(encryptFlashData(encryption, address, plain).data)).toEqual(fingerprint(file(encrypted)));
    expect(fingerprint(decryptFlashData(encryption, address, file(encrypted)).data)).toEqual(fingerprint(plain));
  });
  it("include the digested boot loader", () => {
    const { data } = digestBootloader({
      image: file("bootloader.bin"),
      key: file("256bit_key.bin"),
      iv: file("256bit_iv.bin"),
    });
    expect(fingerprint(data)).toEqual(fingerprint(file("bootloader_digested.bin")));
  });
});
