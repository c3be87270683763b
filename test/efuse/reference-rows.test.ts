import { describe, expect, it } from "vitest";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { testCliHost } from "../support/cli-host.ts";
import { EFUSE_INPUTS } from "../support/efuse/efuse-inputs.ts";
import { freshKey, pem } from "../support/secure/signing-keys.ts";
import { keyFile } from "../support/secure/throw-away-keys.ts";

/**
 * What the reference's own tests ask of espefuse (fact sheet efuse-secure C1), in its manner: `-d` on every line, an eFuse
 * file that is empty at first, and a chip that reports no errors after every line.
 */

const from = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, "hex"));

const FILES: Readonly<Record<string, Uint8Array>> = {
  ...EFUSE_INPUTS,
  "64bit": from("010000000c000000"),
  "p192.pem": pem(freshKey("prime192v1"), "sec1"),
  "p256.pem": pem(freshKey("prime256v1"), "pkcs8"),
  "p384.pem": pem(freshKey("secp384r1"), "sec1"),
  "rsa.pem": keyFile("rsa3072-key-1"),
  "own.csv": new TextEncoder().encode(
    "SETTING_1, EFUSE_BLK3, 67, 6, [SETTING_1_ALT_NAME] Setting 1\n" +
      "ID_NUM, EFUSE_BLK3, 140, 8, [MY_ID_NUM] comment\n, EFUSE_BLK3, 132, 8, [MY_ID_NUM] comment\n" +
      "MY_DATA, EFUSE_BLK3, 190, 10, My data\nMY_DATA.FIELD1, EFUSE_BLK3, 190, 7, Field1\n",
  ),
};

interface Step {
  readonly line: string;
  /** Default 0. */
  readonly code?: number;
  /** Must be there. */
  readonly has?: readonly string[];
  /** Must not be there. */
  readonly lacks?: string;
  readonly count?: readonly [text: string, times: number];
}

/** A line that must end with 0 and say this. */
const ok = (line: string, ...has: readonly string[]): Step => ({ line, has });
/** A line that must end with 2 and say this. */
const no = (line: string, ...has: readonly string[]): Step => ({ line, code: 2, has });

const SET_UP: Readonly<Record<string, string>> = {
  esp32: "burn-efuse CHIP_VER_REV1 1 CHIP_VER_REV2 1",
  esp32p4: "burn-efuse WAFER_VERSION_MAJOR_LO 3",
};

async function play(chip: string, steps: readonly Step[]): Promise<void> {
  const host = testCliHost({ files: { ...FILES, "e.bin": new Uint8Array() } });
  const run = async (line: string): Promise<{ readonly code: number; readonly said: string }> => {
    const before = [host.out().length, host.err().length];
    const words = `--chip ${chip} --virt --path-efuse-file e.bin -d --do-not-confirm ${line}`.split(" ");
    const code = await runEspefuse(words, host);
    return { code, said: host.out().slice(before[0]) + host.err().slice(before[1]) };
  };
  const setUp = SET_UP[chip];
  for (const { line, code = 0, has = [], lacks, count } of setUp === undefined ? steps : [ok(setUp), ...steps]) {
    const ran = await run(line);
    expect(ran.code, `${line}\n${ran.said}`).toBe(code);
    for (const text of has) expect(ran.said, line).toContain(text);
    if (lacks !== undefined) expect(ran.said, line).not.toContain(lacks);
    if (count !== undefined) expect(ran.said.split(count[0]).length - 1, line).toBe(count[1]);
    if (code !== 0) expect(ran.said, line).toContain("A fatal error occurred: ");
    const after = await run("check-error");
    expect([after.code, after.said.includes("No errors detected")], line).toEqual([0, true]);
  }
}

const HIDDEN = Array.from({ length: 32 }, () => "??").join(" ");
const KEY0_TO_5 = [0, 1, 2, 3, 4, 5];
const RS_FORBIDS = "is forbidden (RS coding scheme does not allow this).";
const BUG = "a hardware bug (please see TRM for more details)";
const readLocked =
  "A fatal error occurred: This eFuse cannot be read-disabled due to the RD_DIS field being already write-disabled";
const size = (given: number, wanted: number): string =>
  `Incorrect key file size ${given}. Key file must be ${wanted} bytes (${wanted * 8} bits) of raw binary key data.`;

const protectKeys = (ids: readonly number[], purpose: string): Step[] => {
  const names = ids.map((id) => `BLOCK_KEY${id}`).join(" ");
  return [
    ok(`burn-efuse ${ids.map((id) => `KEY_PURPOSE_${id} ${purpose}`).join(" ")}`),
    ok(`read-protect-efuse ${names}`),
    { line: `read-protect-efuse ${names}`, count: ["is already read protected", ids.length] },
  ];
};

const lockedTwice = (names: string): Step[] => [
  ok(`write-protect-efuse ${names}`),
  { line: `write-protect-efuse ${names}`, count: ["is already write protected", names.split(" ").length] },
];

const postponed = (fields: string): Step[] => [
  {
    line: `--postpone burn-efuse ${fields}`,
    has: ["Burn postponed eFuses from BLOCK0."],
    count: ["BURN BLOCK0  - OK", 2],
  },
];

const ROWS: readonly (readonly [what: string, chip: string, steps: readonly Step[]])[] = [
  [
    "read protection",
    "esp32",
    [
      ok("read-protect-efuse CODING_SCHEME MAC_VERSION BLOCK1 BLOCK2 BLOCK3", "must be readable, please stop this"),
      {
        line: "read-protect-efuse CODING_SCHEME MAC_VERSION BLOCK1 BLOCK2 BLOCK3",
        count: ["is already read protected", 5],
      },
    ],
  ],
  ["read protection", "esp32c2", [ok("read-protect-efuse BLOCK_KEY0_LOW_128")]],
  ["read protection", "esp32c3", protectKeys(KEY0_TO_5, "HMAC_UP")],
  ["read protection", "esp32c61", protectKeys(KEY0_TO_5, "XTS_AES_128_KEY")],
  ["read protection", "esp32s31", protectKeys([0, 1, 2, 3, 4], "HMAC_UP")],
  ["locked RD_DIS", "esp32", [ok("write-protect-efuse RD_DIS"), no("read-protect-efuse CODING_SCHEME", readLocked)]],
  [
    "locked RD_DIS",
    "esp32c2",
    [ok("write-protect-efuse RD_DIS"), no("read-protect-efuse BLOCK_KEY0_HI_128", readLocked)],
  ],
  // The purpose USER forbids it, too, but this is said.
  ["locked RD_DIS", "esp32s31", [ok("write-protect-efuse RD_DIS"), no("read-protect-efuse BLOCK_KEY0", readLocked)]],
  [
    "what has to stay readable",
    "esp32",
    [
      ok("burn-efuse ABS_DONE_1 1"),
      ok("burn-key BLOCK2 256bit"),
      no("read-protect-efuse BLOCK2", "Secure Boot V2 is on (ABS_DONE_1 = True), BLOCK2 must be readable, stop this"),
    ],
  ],
  [
    "what has to stay readable",
    "esp32c2",
    [
      ok("burn-efuse XTS_KEY_LENGTH_256 1"),
      ok("burn-efuse SECURE_BOOT_EN 1"),
      no("read-protect-efuse BLOCK_KEY0", ": BLOCK_KEY0 must be readable, stop this operation!"),
      no("read-protect-efuse BLOCK_KEY0_HI_128", ": BLOCK_KEY0_HI_128 must be readable, stop this operation!"),
      ok("read-protect-efuse BLOCK_KEY0_LOW_128"),
    ],
  ],
  [
    "write protection",
    "esp32",
    [
      ...lockedTwice(
        "RD_DIS CODING_SCHEME XPD_SDIO_FORCE XPD_SDIO_REG SPI_PAD_CONFIG_CLK FLASH_CRYPT_CNT BLOCK1 BLOCK3",
      ),
      ok("write-protect-efuse WR_DIS"),
      no("write-protect-efuse MAC", "cannot be write-disabled due to the WR_DIS field being already write-disabled"),
    ],
  ],
  ["write protection", "esp32h21", lockedTwice("RD_DIS SECURE_BOOT_KEY_REVOKE0 SPI_BOOT_CRYPT_CNT")],
  [
    "a value and the bit that hides it in one go",
    "esp32",
    [
      ok(
        "burn-efuse FLASH_CRYPT_CONFIG 15 RD_DIS 8",
        "Efuse FLASH_CRYPT_CONFIG is read-protected. Read back the burn value is not possible.",
      ),
    ],
  ],
  [
    "a MAC address under 3/4",
    "esp32",
    [
      ok("burn-efuse CODING_SCHEME 1"),
      ok("burn-custom-mac aa:cd:ef:01:02:03", "Custom MAC Address version 1: aa:cd:ef:01:02:03 (CRC 0x56 OK)"),
      no("burn-custom-mac fe:22:33:44:55:66", "that cannot be cleared (value will be 0x675745ffeffe)"),
      no("burn-efuse MAC AA:CD:EF:01:02:03", "Writing Factory MAC address is not supported"),
    ],
  ],
  [
    "values of bytes",
    "esp32c3",
    [
      ok("burn-efuse OPTIONAL_UNIQUE_ID 0x2328ad5ac9145f698f843a26d6eae168", "-> 0x2328ad5ac9145f698f843a26d6eae168"),
      ok("summary", "read_regs: d6eae168 8f843a26 c9145f69 2328ad5a 00000000", "= 68 e1 ea d6 26 3a 84 8f 69 5f 14"),
      no("burn-bit BLOCK_SYS_DATA 1", `Burn into BLOCK_SYS_DATA ${RS_FORBIDS}`),
      // With -d keys are shown.
      ok(`burn-efuse BLOCK_KEY1 0x${"00".repeat(28)}112233FF`, `-> 0x${"00".repeat(28)}112233ff`),
      ok("summary", "[5 ] read_regs: 112233ff 00000000"),
      ok(`burn-efuse BLOCK_KEY2 000102${"00".repeat(28)}FF`, `-> 0xff${"00".repeat(28)}020100`),
      ok("summary", "[6 ] read_regs: 00020100 00000000"),
    ],
  ],
  [
    "the pins of the flash",
    "esp32",
    [
      no("burn-efuse SPI_PAD_CONFIG_HD 30", "IO pins 30 & 31 cannot be set for SPI flash. 0-29, 32 & 33 only."),
      no("burn-efuse SPI_PAD_CONFIG_Q 0x23", "IO pin 35 cannot be "),
      ok("burn-efuse SPI_PAD_CONFIG_CS0 33", "0b00000 -> 0b11111", "BURN BLOCK0  - OK (all write block bits are set)"),
    ],
  ],
  [
    "keys",
    "esp32",
    [
      no("burn-key flash_encryption 192bit", size(24, 32)),
      ok(
        "burn-key BLOCK1 256bit BLOCK2 256bit_1 BLOCK3 256bit_2 --no-protect-key",
        "BURN BLOCK1  - OK (write block == ",
      ),
      ok("summary", "read_regs: a3a2a1a0 a7a6a5a4", "read_regs: a3a2a111 a7a6a5a4", "read_regs: a3a2a122 a7a6a5a4"),
      // The same once more protects them.
      ok("burn-key BLOCK1 256bit BLOCK2 256bit_1 BLOCK3 256bit_2"),
      ok("summary", "bc bd be bf R/- "),
    ],
  ],
  [
    "keys under 3/4",
    "esp32",
    [
      ok("burn-efuse CODING_SCHEME 1"),
      no("burn-key BLOCK1 256bit", size(32, 24)),
      no("burn-key-digest rsa.pem", "burn-key-digest only works with 'None' coding scheme"),
      ok("burn-key BLOCK1 192bit"),
      ok("summary", "read_regs: 00000000 07060500 00000908 00000000 13000000 00161514\n"),
      ok("burn-bit BLOCK3 0 1 2 4 8"),
      no("burn-bit BLOCK3 17", "3/4 coding scheme does not allow this"),
    ],
  ],
  [
    "bits under the scheme that can be recovered",
    "esp32",
    [ok("burn-efuse CODING_SCHEME 3"), ok("burn-bit BLOCK3 0 1 2"), ok("burn-bit BLOCK3 3 17")],
  ],
  [
    "keys",
    "esp32c2",
    [
      no("burn-key BLOCK_KEY0 192bit XTS_AES_128_KEY", size(24, 32)),
      no("burn-key BLOCK_KEY0 256bit XTS_AES_128_KEY_DERIVED_FROM_128_EFUSE_BITS", size(32, 16)),
      no(
        "burn-key BLOCK_KEY0 256bit XTS_AES_128_KEY BLOCK_KEY0 256bit SECURE_BOOT_DIGEST",
        "These keypurposes are incompatible ['XTS_AES_128_KEY', 'SECURE_BOOT_DIGEST']",
      ),
      ok(
        "burn-key BLOCK_KEY0 256bit XTS_AES_128_KEY --no-read-protect summary",
        "= bf be bd bc bb ba",
        "a2 a1 a0 R/- ",
      ),
      ok("burn-key BLOCK_KEY0 256bit XTS_AES_128_KEY summary", `${HIDDEN} -/- `),
    ],
  ],
  [
    "a key and a digest",
    "esp32c2",
    [
      ok(
        "burn-key-digest p256.pem burn-key BLOCK_KEY0 128bit_key XTS_AES_128_KEY_DERIVED_FROM_128_EFUSE_BITS --no-read-protect",
        " - BLOCK_KEY0_LOW_128 -> [",
        " - BLOCK_KEY0_HI_128 -> [",
      ),
      ok("summary", "0f 0e 0d 0c 0b 0a 09 08 07 06 05 04 03 02 01 00"),
    ],
  ],
  [
    "keys",
    "esp32c3",
    [
      ok("burn-key BLOCK_KEY0 256bit XTS_AES_128_KEY BLOCK_KEY3 256bit_1 USER --no-read-protect --no-write-protect"),
      ok("summary", "[4 ] read_regs: bcbdbebf b8b9babb", "[7 ] read_regs: a3a2a111 a7a6a5a4"),
      ok("burn-key BLOCK_KEY0 256bit XTS_AES_128_KEY BLOCK_KEY3 256bit_1 USER"),
      ok("summary", `${HIDDEN} -/- `),
      no("burn-key BLOCK_KEY5 256bit XTS_AES_128_KEY", BUG),
      no("burn-efuse KEY_PURPOSE_5 4", BUG),
    ],
  ],
  [
    "keys of two blocks",
    "esp32s3",
    [
      no("burn-key BLOCK_KEY0 256bit XTS_AES_256_KEY", size(32, 64)),
      ok("burn-key BLOCK_KEY4 512bit XTS_AES_256_KEY --no-read-protect --no-write-protect"),
      // Round to the first, because the last cannot serve.
      ok("summary", "[8 ] read_regs: bcbd11bf", "[4 ] read_regs: bcbd22bf"),
      ok("burn-key BLOCK_KEY4 512bit XTS_AES_256_KEY"),
      ok("burn-key BLOCK_KEY1 256bit USER BLOCK_KEY2 256bit USER BLOCK_KEY5 256bit USER"),
      no("burn-key BLOCK_KEY3 512bit XTS_AES_256_KEY", ": XTS_AES_256_KEY requires two free keyblocks"),
    ],
  ],
  [
    "keys for flash and PSRAM",
    "esp32s31",
    [
      ok(
        "burn-key BLOCK_KEY0 512bit XTS_AES_256_KEY BLOCK_KEY2 512bit XTS_AES_256_PSRAM_KEY --no-read-protect",
        "[4 ] read_regs: bcbd11bf",
        "[5 ] read_regs: bcbd22bf",
        "[6 ] read_regs: bcbd11bf",
        "[7 ] read_regs: bcbd22bf",
      ),
    ],
  ],
  [
    "ECDSA keys",
    "esp32p4",
    [
      ok("burn-key BLOCK_KEY0 p384.pem ECDSA_KEY_P384 --no-read-protect", "00000000 00000000 00000000 00000000\n"),
      ok("burn-key BLOCK_KEY2 p192.pem ECDSA_KEY_P192 BLOCK_KEY3 p256.pem ECDSA_KEY"),
      no("burn-key BLOCK_KEY4 p384.pem ECDSA_KEY"),
    ],
  ],
  ["ECDSA keys", "esp32c61", [ok("burn-key BLOCK_KEY0 p192.pem ECDSA_KEY BLOCK_KEY1 p256.pem ECDSA_KEY")]],
  [
    "purposes of one's own",
    "esp32c6",
    [
      ok("burn-key BLOCK_KEY0 256bit CUSTOM_MAX --no-read-protect", "[4 ] read_regs: a3a2a1a0 a7a6a5a4"),
      ok("burn-key-digest BLOCK_KEY1 rsa.pem CUSTOM_DIGEST_MAX summary", " R/- "),
    ],
  ],
  [
    "data",
    "esp32c5",
    [
      no("burn-block-data BLOCK1 256bit BLOCK2", "Expected multiple of 2 values, got 3"),
      no("burn-block-data BLOCK2 256bit BLOCK2 256bit_1", "Found repeated"),
      no("burn-block-data --offset 24 BLOCK0 192bit", "Invalid offset: the block0 only holds 24 bytes"),
      no(
        "burn-block-data BLOCK1 256bit",
        "Data does not fit: the block1 size is 24 bytes, data file is 32 bytes, offset 0",
      ),
      no("burn-block-data --offset 1 BLOCK3 192bit BLOCK4 192bit", "not applicable when a few blocks are passed."),
      ok("burn-block-data --offset 6 BLOCK2 192bit", "[2 ] read_regs: 00000000 00000000 05000000 09080706 00000000"),
      no("burn-block-data BLOCK2 256bit", RS_FORBIDS),
      ok("burn-block-data BLOCK0 192bit", "[0 ] read_regs: 00000000 07060500 00000908 00000000 13000000 00161514"),
    ],
  ],
  [
    "data beyond 256 bits",
    "esp32s31",
    [
      no("burn-block-data --offset 36 BLOCK0 64bit", "Invalid offset: the block0 only holds 36 bytes"),
      ok("burn-block-data --offset 28 BLOCK0 64bit", "00000000 00000000 00000000 00000001 0000000c\n"),
    ],
  ],
  [
    "digests",
    "esp32h2",
    [
      no("burn-key-digest BLOCK_KEY0 rsa.pem SECURE_BOOT_DIGEST0 BLOCK_KEY1", "Expected multiple of 3 values, got 4"),
      no("burn-key-digest BLOCK_KEY0 rsa.pem USER"),
      ok(
        "burn-key-digest BLOCK_KEY0 rsa.pem SECURE_BOOT_DIGEST0 BLOCK_KEY1 p256.pem SECURE_BOOT_DIGEST1 summary",
        " R/- ",
      ),
    ],
  ],
  [
    "four commands for one block",
    "esp32c3",
    [
      ok("burn-bit BLOCK3 1 burn-bit BLOCK3 2 burn-bit BLOCK3 3 burn-bit BLOCK3 4 summary", "= 1e 00"),
      no("burn-bit BLOCK3 5", RS_FORBIDS),
    ],
  ],
  ["what is postponed", "esp32", postponed("UART_DOWNLOAD_DIS 1 ABS_DONE_1 1 FLASH_CRYPT_CNT 1 DISABLE_BT 1")],
  [
    "what is postponed",
    "esp32e22",
    postponed("ENABLE_SECURITY_DOWNLOAD 1 DIS_DOWNLOAD_MODE 1 SECURE_BOOT_EN 1 DIS_FORCE_DOWNLOAD 1"),
  ],
  ["what is postponed", "esp32c2", postponed("SECURE_BOOT_EN 1 SPI_BOOT_CRYPT_CNT 1 DIS_DIRECT_BOOT 1")],
  [
    "fields of one's own",
    "esp32s2",
    [
      ok(
        "--extend-efuse-table own.csv burn-efuse SETTING_1_ALT_NAME 3 MY_ID_NUM_1 5 MY_DATA 5 summary",
        "SETTING_1 (BLOCK3)",
        "ID_NUM_0 (BLOCK3)",
        "MY_DATA_FIELD1 (BLOCK3)",
        " = 5 R/W (0b0000101)",
      ),
    ],
  ],
];

describe("the reference's tests", () => {
  it.each(ROWS)("%s of the %s", async (_what, chip, steps) => await play(chip, steps));
});
