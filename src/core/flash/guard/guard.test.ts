import { describe, expect, it } from "vitest";
import { fixtureImage } from "../../../../test/support/image/fixture-image.ts";
import { writeU16 } from "../../bytes/words.ts";
import { chipById } from "../../chip/catalog.ts";
import type { ChipId } from "../../chip/types.ts";
import type { EspError } from "../../errors.ts";
import { recogniseContents as recognise } from "../../image/recognise-contents.ts";
import type { FlashFile } from "./file-to-write.ts";
import { guardWrite, type WriteFacts } from "./guard.ts";
import * as rules from "./guard-security.ts";
import { judgeImages } from "./judge-images.ts";
import { loadSecurityRules } from "./load-security-rules.ts";
import { hasOddBits } from "./security-facts.ts";

const MB = 1024 * 1024;
const NOTHING = {
  flashEncryption: false,
  manualEncryptDisabled: false,
  secureBoot: false,
  secureBootV1: false,
  keyManager: false,
};

function facts(more: Partial<WriteFacts> & { id?: ChipId } = {}): WriteFacts {
  return {
    chip: chipById(more.id ?? "esp32c3"),
    security: NOTHING,
    revision: 4,
    secureDownload: false,
    limitBytes: 4 * MB,
    loaderBytes: null,
    reachesBeyond16MiB: false,
    recognise,
    ...more,
  };
}

function file(address: number, sizeBytes = 16): FlashFile {
  return { address, data: new Uint8Array(sizeBytes), name: `at ${address}` };
}

/** An image without segments. */
function image(options: { chipId?: number; minimum?: number; full?: [number, number] }): FlashFile {
  const data = new Uint8Array(32);
  data[0] = 0xe9;
  writeU16(data, 12, options.chipId ?? 5);
  data[14] = options.minimum ?? 0;
  writeU16(data, 15, options.full?.[0] ?? 0);
  writeU16(data, 17, options.full?.[1] ?? 65535);
  return { address: 0x10000, data };
}

async function refusal(files: readonly FlashFile[], given: WriteFacts, force = false): Promise<EspError | null> {
  return guardWrite(files, given, { force, rules, images: (await judgeImages(files, given)).refusal });
}

async function code(files: readonly FlashFile[], given: WriteFacts, force = false): Promise<string | null> {
  return (await refusal(files, given, force))?.code ?? null;
}

describe("guardWrite", () => {
  it("has nothing against an ordinary write", async () => {
    expect(await code([file(0), file(0x8000, 0xc00), file(0x10000, MB)], facts())).toBeNull();
  });

  it("knows overlaps by sectors", async () => {
    expect(await code([file(0x1000, 0x1001), file(0x2000)], facts())).toBe("flash.overlap");
    expect(await code([file(0x2000), file(0x1000, 0x1000)], facts())).toBeNull();
    expect(await code([file(0x1000, 4), file(0x1800, 4)], facts())).toBe("flash.overlap");
    expect(await code([file(0x1000, 0), file(0x1000, 4)], facts())).toBeNull();
    expect(await code([file(0x1000, 0x3000), file(0x1000, 4), file(0x3000, 4)], facts(), true)).toBe("flash.overlap");
  });

  it.each([
    ["Secure Boot V1, bootloader", { secureBootV1: true, secureBoot: true }, 0x1000, "flash.guard-secure-boot"],
    ["Secure Boot V1, application", { secureBootV1: true, secureBoot: true }, 0x8000, null],
    ["Secure Boot V2", { secureBoot: true }, 0x1000, null],
    ["key manager low", { flashEncryption: true, keyManager: true }, 0x1000, "flash.guard-key-manager"],
    ["key manager high", { flashEncryption: true, keyManager: true }, 0x2000, null],
    ["key manager without encryption", { keyManager: true }, 0, null],
    ["no manual encryption", { flashEncryption: true, manualEncryptDisabled: true }, 0x10000, "flash.guard-encryption"],
    ["manual encryption possible", { flashEncryption: true }, 0x10000, null],
  ])("%s", async (_name, security, address, expected) => {
    const given = facts({ security: { ...NOTHING, ...security } });
    expect(await code([file(address)], given)).toBe(expected);
    expect(await code([file(address)], given, true)).toBeNull();
  });

  it("refuses plain data for an encrypting chip in Secure Download Mode", async () => {
    const security = { ...NOTHING, flashEncryption: true };
    expect(await code([file(0)], facts({ secureDownload: true, security, limitBytes: null }))).toBe(
      "flash.guard-encryption",
    );
    expect(await code([file(0)], facts({ secureDownload: true, limitBytes: null }))).toBeNull();
  });

  it("refuses what is plainly no program where the chip starts", async () => {
    const page = (address: number): FlashFile => ({ address, data: new TextEncoder().encode("<html></html>") });
    const error = await refusal([page(0)], facts());
    expect(error).toMatchObject({ code: "image.not-firmware", details: { contents: "an HTML page" } });
    expect(await code([page(0)], facts(), true)).toBeNull();
    expect(await code([page(0x1000)], facts())).toBeNull();
    expect(await code([page(0x1000)], facts({ id: "esp32" }))).toBe("image.not-firmware");
  });

  it("refuses damaged images and says what is wrong", async () => {
    const odd = { address: 0x10000, data: fixtureImage("odd.bin"), name: "odd.bin" };
    const error = await refusal([odd], facts());
    expect(error?.code).toBe("image.invalid");
    expect(error?.message).toBe(
      "'odd.bin' is damaged: the segment at offset 24 has 3 bytes, which is no multiple of 4.",
    );
    expect(await code([odd], facts(), true)).toBeNull();
    expect(await code([{ address: 0, data: fixtureImage("unkchip.bin") }], facts())).toBe("image.wrong-chip");
  });

  it("names the chip an image is for", async () => {
    const message = async (chipId: number): Promise<string | undefined> =>
      (await refusal([{ ...image({ chipId }), name: "a.bin" }], facts()))?.message;
    expect(await message(9)).toBe("'a.bin' is an image for the ESP32-S3, and this chip is an ESP32-C3.");
    expect(await message(77)).toBe("'a.bin' is an image for an unknown chip (id 77), and this chip is an ESP32-C3.");
  });

  it("advises force last, if at all", async () => {
    const secure = { ...NOTHING, flashEncryption: true, secureBoot: true, secureBootV1: true, keyManager: true };
    const refusals = [
      await refusal([image({ chipId: 9 })], facts()),
      await refusal([image({ minimum: 9, full: [0, 0] })], facts()),
      await refusal([file(0)], facts({ security: secure })),
      await refusal([file(0)], facts({ security: { ...secure, secureBootV1: false } })),
      await refusal([file(0)], facts({ security: { ...NOTHING, flashEncryption: true, manualEncryptDisabled: true } })),
      rules.guardErase(facts({ security: secure }), null),
      rules.guardErase(facts({ security: secure }), { address: 0 }),
    ];
    for (const refusal of refusals) {
      expect(refusal?.hint).toMatch(/^(?!.{0,20}force)[^.;:]{10,}[.;:].*force/i);
      expect(refusal?.remedies).toEqual(["force"]);
    }
  });

  it("compares the chip id of images", async () => {
    expect(await code([image({ chipId: 9 })], facts())).toBe("image.wrong-chip");
    expect(await code([image({ chipId: 9 })], facts(), true)).toBeNull();
    expect(await code([image({ chipId: 9 })], facts({ secureDownload: true }))).toBeNull();
    expect(await code([image({ chipId: 9 })], facts({ id: "esp8266" }))).toBeNull();
  });

  it.each([
    ["no demands", {}, 0, null],
    ["minimum met", { full: [4, 65535] }, 4, null],
    ["minimum not met", { full: [5, 65535] }, 4, "image.wrong-revision"],
    ["maximum met", { full: [0, 4] }, 4, null],
    ["maximum exceeded", { full: [0, 3] }, 4, "image.wrong-revision"],
    ["full fields win over the old one", { full: [4, 199], minimum: 10 }, 4, null],
    ["old field, when the new ones are unset", { full: [0, 65535], minimum: 5 }, 4, "image.wrong-revision"],
    ["old image", { full: [0, 0], minimum: 4 }, 4, null],
    ["old field of the C3 means the minor part", { full: [0, 0], minimum: 1 }, 100, "image.wrong-revision"],
  ] as const)("revision: %s", async (_name, options, revision, expected) => {
    const { full, ...rest } = { full: undefined, ...options };
    const given = image({ ...rest, ...(full === undefined ? {} : { full: [full[0], full[1]] }) });
    expect(await code([given], facts({ revision }))).toBe(expected);
  });

  it("compares the old field with the major revision elsewhere", async () => {
    const given = image({ chipId: 0, full: [0, 0], minimum: 3 });
    expect(await code([given], facts({ id: "esp32", revision: 300 }))).toBeNull();
    expect(await code([given], facts({ id: "esp32", revision: 299 }))).toBe("image.wrong-revision");
  });

  it("sees whether files fit, force or not", async () => {
    expect(await code([file(4 * MB - 16)], facts())).toBeNull();
    expect(await code([file(4 * MB - 15)], facts(), true)).toBe("flash.does-not-fit");
    expect(await code([file(8 * MB)], facts({ limitBytes: null }))).toBeNull();
    expect(await code([file(16 * MB)], facts({ limitBytes: null }), true)).toBe("flash.out-of-range");
    const assumed = facts({ limitBytes: null, loaderBytes: 2 * MB });
    expect(await code([file(2 * MB - 16)], assumed)).toBeNull();
    expect(await code([file(2 * MB - 15)], assumed, true)).toBe("flash.unknown-size");
    expect(await code([file(16 * MB)], assumed, true)).toBe("flash.out-of-range");
    expect(await code([file(2 * MB)], facts({ limitBytes: 4 * MB, loaderBytes: 2 * MB }))).toBeNull();
    expect(await code([file(16 * MB)], facts({ limitBytes: 32 * MB, reachesBeyond16MiB: true }))).toBeNull();
  });

  it("lets pass what the chip encrypts itself, and plain files besides it", async () => {
    const security = { ...NOTHING, flashEncryption: true };
    const encrypted = { ...file(0x20000), encrypted: true };
    for (const given of [
      facts({ security, secureDownload: true }),
      facts({ security: { ...security, manualEncryptDisabled: true } }),
    ]) {
      expect(await code([file(0x10000)], given)).toBe("flash.guard-encryption");
      expect(await code([encrypted, file(0x10000)], given)).toBeNull();
    }
  });

  it("refuses addresses that are none", async () => {
    expect(await code([file(-1)], facts())).toBe("argument.invalid");
    expect(await code([file(0.5)], facts())).toBe("argument.invalid");
  });
});

describe("the rules of security features", () => {
  it("are loaded wherever they have something to say", async () => {
    const said: string[] = [];
    for (let mask = 0; mask < 64; mask++) {
      const is = (bit: number): boolean => ((mask >> bit) & 1) === 1;
      const security = {
        flashEncryption: is(0),
        manualEncryptDisabled: is(1),
        secureBoot: is(2),
        secureBootV1: is(3),
        keyManager: is(4),
      };
      const given = facts({ security, secureDownload: is(5) });
      const refusal =
        rules.guardSecurity([file(0)], given) ??
        rules.guardErase(given, null) ??
        rules.guardErase(given, { address: 0 });
      if (refusal !== null) said.push(refusal.code);
      if ((await loadSecurityRules(security)) === null) expect(refusal).toBeNull();
    }
    expect(new Set(said).size).toBe(4);
  });
});

describe("guardErase", () => {
  const region = { address: 0x10000 };
  it("protects chips with security features", () => {
    const secured = facts({ security: { ...NOTHING, secureBoot: true } });
    expect(rules.guardErase(secured, null)?.code).toBe("flash.security-active");
    expect(rules.guardErase(secured, region)?.code).toBe("flash.security-active");
    expect(rules.guardErase({ ...secured, secureDownload: true }, region)).toBeNull();
    expect(rules.guardErase(facts(), null)).toBeNull();
    const managed = facts({ security: { ...NOTHING, flashEncryption: true, keyManager: true } });
    expect(rules.guardErase(managed, { address: 0x1000 })?.code).toBe("flash.guard-key-manager");
    expect(rules.guardErase(managed, region)?.code).toBe("flash.security-active");
  });
});

describe("hasOddBits", () => {
  it.each([
    [0, false],
    [1, true],
    [3, false],
    [7, true],
    [0x7f, true],
    [0x80000000, true],
  ])("%i", (value, expected) => {
    expect(hasOddBits(value)).toBe(expected);
  });
});
