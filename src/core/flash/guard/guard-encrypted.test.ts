import { describe, expect, it } from "vitest";
import { chipById } from "../../chip/catalog.ts";
import type { ChipId } from "../../chip/types.ts";
import { encryptedAlignment } from "./file-to-write.ts";
import { type EncryptedWriteFacts, guardEncryptedWrite, type NamedFile } from "./guard-encrypted.ts";

const READY = { unexpectedCryptConfig: null, keyProgrammed: true };

function facts(more: Partial<EncryptedWriteFacts> & { id?: ChipId } = {}): EncryptedWriteFacts {
  const chip = chipById(more.id ?? "esp32c3");
  return {
    chip,
    unitBytes: encryptedAlignment(chip),
    traits: { canEncryptedWrite: true },
    security: { manualEncryptDisabled: false },
    encryption: READY,
    ...more,
  };
}

function file(address: number, encrypted = true): NamedFile {
  return { name: "app.bin", address, data: new Uint8Array(16), encrypted };
}

type Row = [what: string, given: EncryptedWriteFacts, ignore: boolean, address: number, code: string | null];

describe("guardEncryptedWrite", () => {
  const noKey = { ...READY, keyProgrammed: false };
  it.each<Row>([
    ["a chip that is ready", facts(), false, 0x10000, null],
    ["Secure Download Mode", facts({ encryption: null }), false, 0x10000, null],
    ["a loader that cannot", facts({ traits: { canEncryptedWrite: false } }), true, 0, "flash.encrypt-unsupported"],
    ["production mode", facts({ security: { manualEncryptDisabled: true } }), true, 0, "flash.encrypt-unsupported"],
    ["no key", facts({ encryption: noKey }), false, 0, "flash.encrypt-not-ready"],
    ["no key, to be ignored", facts({ encryption: noKey }), true, 0, null],
    [
      "a configuration",
      facts({ encryption: { ...READY, unexpectedCryptConfig: 3 } }),
      false,
      0,
      "flash.encrypt-not-ready",
    ],
    ["16 bytes", facts(), false, 0x10, null],
    ["8 bytes", facts(), false, 0x8, "flash.unaligned"],
    ["8 bytes, which nothing makes right", facts(), true, 0x8, "flash.unaligned"],
    ["16 bytes on an ESP32", facts({ id: "esp32" }), false, 0x10, "flash.unaligned"],
    ["32 bytes on an ESP32", facts({ id: "esp32" }), false, 0x20, null],
  ])("%s", (_what, given, ignore, address, code) => {
    expect(guardEncryptedWrite([file(address)], given, ignore).refusal?.code ?? null).toBe(code);
  });

  it("names everything that is wrong, and warns of it when it is to be ignored", () => {
    const given = facts({ encryption: { unexpectedCryptConfig: 0, keyProgrammed: false } });
    const codes = ["flash.crypt-config", "flash.no-encryption-key"];
    expect(guardEncryptedWrite([file(0)], given, false).refusal?.details["problems"]).toEqual(codes);
    expect(guardEncryptedWrite([file(0)], given, true).warnings.map(({ code }) => code)).toEqual(codes);
  });

  it("has nothing against plain files anywhere", () => {
    const given = facts({ traits: { canEncryptedWrite: false }, encryption: noKey });
    expect(guardEncryptedWrite([file(0x9, false)], given, false)).toEqual({ refusal: null, warnings: [] });
  });
});
