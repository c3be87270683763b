import { createPrivateKey } from "node:crypto";
import { describe, expect, it } from "vitest";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { generateSigningKey, privateKeyPem } from "../../src/secure.ts";
import { type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { until } from "../support/port/ports.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index);
const FILES = { "key.bin": KEY, "short.bin": KEY.subarray(0, 24), dump: KEY };
const C3 = "--chip esp32c3 --virt --path-efuse-file e.bin --do-not-confirm";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly host: TestCliHost;
}

async function run(line: string, host: TestCliHost = testCliHost({ files: FILES })): Promise<Ran> {
  const before = { out: host.out().length, err: host.err().length };
  const code = await runEspefuse(
    line.split(" ").filter((word) => word !== ""),
    host,
  );
  return { code, out: host.out().slice(before.out), err: host.err().slice(before.err), host };
}

/** Lines one after the other on the same eFuses; each must end with 0, and the chip must report no errors after it. */
async function runAll(...lines: readonly string[]): Promise<Ran> {
  const host = testCliHost({ files: FILES });
  let last: Ran | null = null;
  for (const line of lines) {
    last = await run(line, host);
    expect(last.code, `${line}\n${last.err}`).toBe(0);
  }
  if (last === null) throw new Error("no lines");
  return last;
}

const lineOf = (out: string, name: string): string =>
  out.split("\n").find((line) => line.startsWith(`${name} (BLOCK`)) ?? `no ${name}`;

describe("espefuse reads", () => {
  it("a summary", async () => {
    const { code, out } = await run("--chip esp32c3 --virt summary");
    expect(code).toBe(0);
    expect(out).toMatch(/^espefuse v5\.3\.1 .*\n\n=== Run "summary" command ===\nEFUSE_NAME \(Block\)/);
    // ASCII only, as scripts expect.
    expect([...out].every((character) => character.charCodeAt(0) < 128)).toBe(true);
  });

  it("one value, by name and by alias", async () => {
    expect((await run("--port virtual:esp32c3 summary --format value_only MAC")).out).toMatch(
      /\n24:0a:c4:00:5a:05 \(OK\)\n\nStaying in bootloader/,
    );
    expect((await run("--chip esp32c3 --virt summary DIS_CAN --format value_only")).out).toMatch(/\nFalse\n$/);
  });

  it("JSON, on the screen and into a file", async () => {
    const { out } = await run("--chip esp32c3 --virt summary --format json MAC");
    const parsed: unknown = JSON.parse(out.slice(out.indexOf("{")));
    expect(parsed).toMatchObject({ MAC: { block: 1, raw_value: "0x000000000000", readable: true } });
    const { host, out: said } = await run("--chip esp32c3 --virt summary --format json --file efuses.json MAC");
    expect(said).toContain("Saving eFuse values to efuses.json\n");
    const stored = host.stored.get("efuses.json");
    expect(JSON.parse(new TextDecoder().decode(stored as Uint8Array))).toEqual(parsed);
  });

  it("dumps that burn-block-data takes", async () => {
    const host = testCliHost({ files: FILES });
    await run(`${C3} burn-block-data BLOCK_USR_DATA key.bin`, host);
    const { out } = await run(`${C3} dump`, host);
    expect(out).toMatch(/BLOCK_USR_DATA {2}\(BLOCK3 {10}\) \[3 \] dump: a3a2a1a0 a7a6a5a4 /);
    await run(`${C3} dump --format split --file-name b.bin`, host);
    expect(host.stored.get("b3.bin")).toEqual(KEY);
    await run(`${C3} dump --format joint --file_name all.bin`, host);
    expect((host.stored.get("all.bin") as Uint8Array).length).toBe(24 + 24 + 32 * 9);
    const other = "--chip esp32c3 --virt --path-efuse-file f.bin --do-not-confirm";
    expect((await run(`${other} burn-block-data BLOCK_USR_DATA b3.bin`, host)).code).toBe(0);
    expect(host.stored.get("f.bin")).toEqual(host.stored.get("e.bin"));
  });

  it("only what a command needs, each word once", async () => {
    const { code, out } = await run("--port virtual:esp32c3 --trace get-custom-mac");
    expect(code).toBe(0);
    const addresses = [...out.matchAll(/READ_REG.*?Data: ([0-9a-f]{8})/gs)].map((match) => match[1]);
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(out).toContain("Custom MAC Address: 00:00:00:00:00:00 (OK)");
  });

  it("the analog calibration", async () => {
    expect((await run("--chip esp32 --virt adc-info")).out).toContain("ADC VRef calibration: None (1100mV nominal)");
    expect((await run("--chip esp32h21 --virt adc-info")).code).toBe(0);
  });

  it("with --debug the registers of every block", async () => {
    expect((await run("--chip esp32c3 --virt -d summary MAC")).out).toMatch(/\[0 \] read_regs: 00000000 00000000/);
  });

  it("damage, and mends what can be mended", async () => {
    expect((await run("--port virtual:esp32c3 check-error")).out).toContain("No errors detected.");
    const damaged = "--port virtual:esp32c3,fault=efuse-errors:4:2:1 --do-not-confirm";
    const { code, out, err } = await run(`${damaged} check-error`);
    expect(out).toContain("Error(s) in BLOCK4 [ERRORS:2 FAIL:True].");
    expect(err).toContain("Error(s) were detected in eFuses.");
    expect(code).toBe(2);
    expect((await run(`${damaged} check-error --recovery`)).code).toBe(2);
    // On chips with a longer MAC address the reference cannot even start with BLOCK1 damaged.
    const mendable = "--port virtual:esp32c6,fault=efuse-errors:1:2:0:1 --do-not-confirm";
    const mended = await run(`${mendable} check-error --recovery`);
    expect(mended.code, mended.err).toBe(0);
    expect(mended.out).toMatch(/Error\(s\) in BLOCK1 [\s\S]*No errors detected\./);
    expect((await run("--port virtual:esp32c3 --do-not-confirm check-error --recovery")).out).toContain("No errors");
  });
});

describe("espefuse burns", () => {
  it("fields, with and without a value", async () => {
    const { out } = await runAll(
      `${C3} burn-efuse DIS_TWAI`,
      `${C3} burn-efuse WDT_DELAY_SEL 2 DIS_USB_JTAG 1 summary`,
    );
    expect(lineOf(out, "DIS_TWAI")).toContain("= True R/W (0b1)");
    expect(lineOf(out, "WDT_DELAY_SEL")).toMatch(/R\/W \(0b10\)/);
  });

  it("counts one up where bits count", async () => {
    const host = testCliHost();
    for (const bits of ["001", "011", "111"]) {
      const { out } = await run(`${C3} burn-efuse SPI_BOOT_CRYPT_CNT summary`, host);
      expect(lineOf(out, "SPI_BOOT_CRYPT_CNT")).toContain(`(0b${bits})`);
    }
    const { code, err } = await run(`${C3} burn-efuse SPI_BOOT_CRYPT_CNT`, host);
    expect(code).toBe(2);
    expect(err).toContain("is too large an unsigned integer for a bitstring of length 3");
  });

  it("keys, hidden and shown, and locks them", async () => {
    const { out } = await runAll(`${C3} burn-key BLOCK_KEY0 key.bin XTS_AES_128_KEY summary`);
    expect(out).toContain("Sensitive data will be hidden (see --show-sensitive-info)");
    expect(out).not.toContain("a0 a1 a2");
    expect(out).toMatch(/ = \?\? \?\? .* -\/- /);
    const shown = await runAll(`${C3} burn-key --show-sensitive-info BLOCK_KEY1 key.bin USER`);
    expect(shown.out).toContain(" - BLOCK_KEY1 -> [a0 a1 a2");
    const open = await runAll(
      `${C3} burn-key BLOCK_KEY0 key.bin XTS_AES_128_KEY --no-read-protect --no-write-protect summary`,
    );
    expect(open.out).toMatch(/BLOCK_KEY0[\s\S]{0,200} = bf be bd .* R\/W /);
  });

  it("the ESP32's keys by the name of the block", async () => {
    const esp32 = "--chip esp32 --virt --path-efuse-file e.bin --do-not-confirm";
    const { out } = await runAll(`${esp32} burn-key --no-protect-key flash_encryption key.bin summary`);
    expect(out).toMatch(/ = bf be bd .* R\/W /);
    expect((await run(`${esp32} burn-key --no-read-protect BLOCK1 key.bin`)).err).toContain("argument.unsupported");
  });

  it("data at an offset, bits, a MAC address, a voltage, protection", async () => {
    const { out } = await runAll(
      `${C3} burn-block-data --offset 8 BLOCK_KEY5 short.bin`,
      `${C3} burn-bit BLOCK_KEY4 1 5 0xc8`,
      `${C3} burn-custom-mac AA:CD:EF:01:02:03`,
      `${C3} write-protect-efuse DIS_ICACHE DIS_FORCE_DOWNLOAD`.replace(" DIS_FORCE_DOWNLOAD", ""),
      `${C3} read-protect-efuse BLOCK_SYS_DATA2`,
      `${C3} summary`,
    );
    expect(out).toMatch(/ = 00 00 00 00 00 00 00 00 a0 a1 /);
    expect(out).toMatch(/ = 22 00 00 /);
    expect(out).toContain("   = aa:cd:ef:01:02:03 (OK) R/W");
    expect(lineOf(out, "DIS_TWAI")).toContain("R/-");
    const voltage = await runAll("--chip esp32 --virt --do-not-confirm set-flash-voltage 3.3V summary");
    expect(voltage.out).toContain("Enable internal flash voltage regulator (VDD_SDIO) to 3.3V.");
    expect(lineOf(voltage.out, "XPD_SDIO_FORCE")).toContain("True");
  });

  it("the digest of a key, and a private number, also of an encrypted file", async () => {
    const plain = privateKeyPem(await generateSigningKey("ecdsa256"));
    const options = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: "secret" } as const;
    const encrypted = createPrivateKey(plain).export(options);
    const text = (pem: string | Buffer): Uint8Array => new Uint8Array(Buffer.from(pem));
    const files = { "key.pem": text(plain), "encrypted.pem": text(encrypted), password: text("secret\n") };
    const host = testCliHost({ files });
    const digest = "--key-password-file password --show-sensitive-info BLOCK_KEY0 encrypted.pem SECURE_BOOT_DIGEST0";
    const { code, err, out } = await run(`${C3} burn-key-digest ${digest} summary`, host);
    expect(code, err).toBe(0);
    expect(out).toMatch(/BLOCK_KEY0[\s\S]{0,200} R\/- /);
    const c5 = "--chip esp32c5 --virt --do-not-confirm";
    const key = "--key-password-file password BLOCK_KEY0 encrypted.pem ECDSA_KEY_P256";
    expect((await run(`${c5} burn-key ${key}`, host)).code).toBe(0);
    expect((await run(`${c5} burn-key BLOCK_KEY0 key.pem ECDSA_KEY_P192`, host)).err).toContain("efuse.wrong-curve");
    expect((await run(`${c5} burn-key BLOCK_KEY0 encrypted.pem ECDSA_KEY_P256`, host)).err).toContain("key-encrypted");
  });

  it("one plan for several commands, and shows reads before and after", async () => {
    const { out } = await runAll(
      `${C3} summary DIS_TWAI burn-efuse DIS_TWAI 1 burn-bit BLOCK_USR_DATA 3 get-custom-mac`,
    );
    expect(out.match(/Batch mode is enabled/g)).toHaveLength(2);
    expect(out.match(/This is an irreversible operation!/g)).toHaveLength(1);
    const shown = out.split("\n").filter((line) => line.startsWith("DIS_TWAI (BLOCK0)"));
    expect(shown.map((line) => /= (\w+)/.exec(line)?.[1])).toEqual(["False", "True"]);
  });

  it("what locks the chip last, unless told otherwise", async () => {
    const apart = await runAll(`${C3} --postpone burn-efuse DIS_TWAI 1 ENABLE_SECURITY_DOWNLOAD 1`);
    expect(apart.out.match(/^BURN BLOCK0 {2}- OK/gm)).toHaveLength(2);
    expect(apart.out).toContain("Burn postponed eFuses from BLOCK0.");
    const once = await runAll(`${C3} --no-postpone burn-efuse DIS_TWAI 1 ENABLE_SECURITY_DOWNLOAD 1`);
    expect(once.out.match(/^BURN BLOCK0 {2}- OK/gm)).toHaveLength(1);
    expect(once.out).not.toContain("postponed");
    expect((await runAll(`${C3} burn-efuse DIS_TWAI 1`)).out).not.toContain("postponed");
  });

  it("fields of one's own", async () => {
    const csv = "# mine\nDEVICE_ROLE, EFUSE_BLK3, 0, 3, [ROLE] Role\nSETTING_1, EFUSE_BLK3, , 6, A setting\n";
    const host = testCliHost({ files: { "own.csv": new TextEncoder().encode(csv) } });
    const { code, err, out } = await run(
      `${C3} --extend-efuse-table own.csv burn-efuse ROLE 2 SETTING_1 7 summary`,
      host,
    );
    expect(code, err).toBe(0);
    expect(lineOf(out, "DEVICE_ROLE")).toContain("= 2 R/W (0b010)");
    expect(lineOf(out, "SETTING_1")).toContain("= 7 R/W");
  });

  it("a second value over the first only when forced, in that command alone", async () => {
    const host = testCliHost({ files: FILES });
    await run(`${C3} burn-bit BLOCK_USR_DATA 1`, host);
    const refused = await run(`${C3} burn-bit BLOCK_USR_DATA 2`, host);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("is forbidden (RS coding scheme does not allow this).");
    const wrongPlace = await run(`${C3} burn-bit BLOCK_USR_DATA 2 burn-bit BLOCK_KEY0 1 --force-write-always`, host);
    expect(wrongPlace.code).toBe(2);
    const s3 = "--chip esp32s3 --virt --do-not-confirm burn-efuse DIS_USB_JTAG 1 DIS_USB_SERIAL_JTAG 1";
    expect((await run(s3)).err).toContain("Incompatible eFuse settings detected, abort");
    expect((await run(`${s3} --force`)).code).toBe(0);
  });

  it("a forced second value is found out", async () => {
    const host = testCliHost({ files: FILES });
    await run(`${C3} burn-bit BLOCK_USR_DATA 1`, host);
    const forced = await run(`${C3} burn-bit BLOCK_USR_DATA 2 --force-write-always`, host);
    expect(forced.code).toBe(2);
    expect(forced.err).toContain("efuse.burn-failed");
    expect((await run(`${C3} check-error`, host)).err).toContain("Error(s) were detected in eFuses.");
  });

  it("a real virtual chip over its serial line, through the ROM", async () => {
    const { code, err, out } = await run("--port virtual:esp32c6 --do-not-confirm burn-efuse DIS_TWAI 1 summary");
    expect(code, err).toBe(0);
    expect(lineOf(out, "DIS_TWAI")).toContain("= True");
  });
});

describe("before anything is burned", () => {
  it("the plan is shown, and BURN has to be typed", async () => {
    const line = "--chip esp32c3 --virt --path-efuse-file e.bin burn-efuse DIS_TWAI 1";
    const ask = async (answer: string | null): Promise<Ran> => {
      const host = testCliHost();
      const running = run(line, host);
      await until(host.isListening);
      if (answer === null) host.endInput();
      else await host.type(answer);
      return await running;
    };
    const yes = await ask("BURN\n");
    expect(yes.code).toBe(0);
    expect(yes.out.indexOf("What will be burned:")).toBeLessThan(yes.out.indexOf("Type 'BURN'"));
    expect(yes.out.indexOf("Type 'BURN'")).toBeLessThan(yes.out.indexOf("BURN BLOCK0"));
    for (const answer of ["burn\n", "BURN \n", "\n", null]) {
      const no = await ask(answer);
      expect(no.code, String(answer)).toBe(2);
      expect(no.out).toContain("Aborting.");
      expect(no.err).toContain("efuse.not-confirmed");
      expect((no.host.stored.get("e.bin") as Uint8Array).every((byte) => byte === 0)).toBe(true);
    }
  });

  it("no block is mended, and no program's output disturbed, without that", async () => {
    const unanswered = async (line: string): Promise<Ran> => {
      const host = testCliHost();
      const running = run(line, host);
      await until(host.isListening);
      host.endInput();
      return await running;
    };
    const damaged = "--port virtual:esp32c6,fault=efuse-errors:1:2:0:1";
    const recovery = await unanswered(`${damaged} check-error --recovery`);
    expect(recovery.err).toContain("efuse.not-confirmed");
    expect(recovery.out).not.toContain("BURN BLOCK");
    const dry = await run(`${damaged} --dry-run check-error --recovery`);
    expect([dry.code, dry.out.includes("BLOCK1 will be burned again"), dry.out.includes("BURN ")]).toEqual([
      0,
      true,
      false,
    ]);
    const json = await unanswered("--json --chip esp32c3 --virt burn-efuse DIS_TWAI 1");
    expect(json.err).toMatch(/What will be burned:[\s\S]*Type 'BURN'/);
    expect(json.out).not.toContain("Type 'BURN'");
  });

  it("a key that is there already is not shown", async () => {
    const host = testCliHost({ files: { ...FILES, "more.bin": KEY.map((byte) => byte | 0x10) } });
    await run(`${C3} burn-key BLOCK_KEY0 key.bin USER --no-write-protect`, host);
    const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const key = [hex(KEY), hex(KEY.toReversed())].flatMap((text) => [text.slice(0, 12), text.slice(-12)]);
    const lines = [
      "burn-block-data BLOCK_KEY0 key.bin",
      "burn-block-data BLOCK9 key.bin",
      "--json burn-block-data BLOCK4 key.bin",
      "burn-key BLOCK_KEY0 key.bin USER",
      "burn-block-data --force-write-always BLOCK_KEY0 more.bin",
      "burn-bit BLOCK_KEY0 5",
    ];
    for (const line of lines) {
      const { out, err } = await run(`--dry-run ${C3} ${line}`, host);
      const burned = await run(`${C3} ${line}`, host);
      const said = `${out}${err}${burned.out}${burned.err}`.replaceAll(/[ _]|0x/g, "");
      for (const part of key) expect(said, line).not.toContain(part);
      expect(said, line).not.toMatch(/a0a1a2|a3a2a1|[0-9a-f]{20}a0a0/);
    }
    const { out } = await run(`${C3} burn-block-data --force-write-always BLOCK_KEY0 more.bin`, host);
    expect(out).toContain("(written ): ??");
    // What can be read is what a summary and a dump are for.
    expect((await run(`${C3} summary`, host)).out).toContain("a0 a1");
  });

  it("an old spelling is told of once, as often as it is used", async () => {
    const count = (out: string): number => out.split("Warning: Deprecated:").length - 1;
    expect(count((await run(`${C3} burn_bit BLOCK3 1`)).out)).toBe(1);
    expect(count((await run(`${C3} burn_bit BLOCK3 1 burn_bit BLOCK3 2`)).out)).toBe(2);
    expect(count((await run("--port virtual:esp32c3 --before no_reset get-custom-mac check-error")).out)).toBe(1);
  });

  it.each([
    "burn-block-data BLOCK3 none.bin BLOCK3 none.bin",
    "burn-block-data BLOCK2 short.bin BLOCK_SYS_DATA short.bin",
    "burn-key BLOCK_KEY0 none.bin USER BLOCK_KEY0 none.bin USER",
    "burn-key-digest BLOCK4 none.pem SECURE_BOOT_DIGEST0 BLOCK_KEY0 none.pem SECURE_BOOT_DIGEST1",
    "write-protect-efuse DIS_TWAI DIS_CAN",
    "read-protect-efuse BLOCK_KEY0 KEY0",
  ])("a name given twice is what is wrong first, whatever the files are: %s", async (line) => {
    const { code, err } = await run(`${C3} ${line}`);
    expect(code).toBe(2);
    expect(err).toContain("Found repeated");
  });

  it("a purpose given twice on an ESP32-C2", async () => {
    const purpose = "XTS_AES_128_KEY_DERIVED_FROM_128_EFUSE_BITS";
    const line = `burn-key BLOCK_KEY0 none.bin ${purpose} BLOCK_KEY0 none.bin ${purpose}`;
    expect((await run(`--chip esp32c2 --virt --do-not-confirm ${line}`)).err).toContain("Found repeated");
  });

  it("--dry-run stops", async () => {
    const { code, out, host } = await run(`${C3} --dry-run burn-key BLOCK_KEY0 key.bin HMAC_UP`);
    expect(code).toBe(0);
    expect(out).toContain("Nothing was burned: this was a dry run.");
    expect(out).not.toContain("a0 a1");
    expect(host.stored.has("e.bin")).toBe(false);
  });

  it("--json tells the plan, without keys", async () => {
    const { out } = await run(`--json ${C3} burn-key BLOCK_KEY0 key.bin HMAC_UP`);
    const lines = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.at(-1)).toMatchObject({ type: "result", command: "burn-key", ok: true, burned: true });
    expect(out).not.toMatch(/a0a1a2|a0, ?a1/i);
    const summary = await run("--json --chip esp32c3 --virt summary MAC");
    expect(JSON.parse(summary.out)).toMatchObject({ command: "summary", efuses: { MAC: { block: 1 } } });
  });
});

describe("wrong input burns nothing", () => {
  it.each<[string, string, string]>([
    ["a mistyped command", "--chip esp32c3 --virt brun-efuse DIS_TWAI 1", "argument.invalid"],
    ["a mistyped eFuse", `${C3} burn-efuse DIS_TAWI 1`, "efuse.unknown-name"],
    ["a name to protect that is none", `${C3} write-protect-efuse NOPE`, "efuse.unknown-name"],
    ["a name twice", `${C3} write-protect-efuse DIS_TWAI DIS_CAN`, "efuse.repeated"],
    ["half a pair", `${C3} burn-efuse DIS_TWAI 1 WDT_DELAY_SEL`, "argument.invalid"],
    ["half a group", `${C3} burn-key BLOCK_KEY0 key.bin`, "argument.invalid"],
    ["a key of the wrong size", `${C3} burn-key BLOCK_KEY0 short.bin USER`, "efuse.bad-size"],
    ["a purpose that does not exist", `${C3} burn-key BLOCK_KEY0 key.bin NOPE`, "efuse.unknown-name"],
    ["a file that is not there", `${C3} burn-key BLOCK_KEY0 nope.bin USER`, "file.missing"],
    ["a bit beyond the block", `${C3} burn-bit BLOCK_USR_DATA 256`, "efuse."],
    ["a bit that is no number", `${C3} burn-bit BLOCK_USR_DATA x`, "argument.invalid"],
    ["a multicast MAC", `${C3} burn-custom-mac 01:CD:EF:01:02:03`, "efuse.bad-value"],
    ["a voltage where there is none", `${C3} set-flash-voltage 3.3V`, "argument.unsupported"],
    ["an offset for two blocks", `${C3} burn-block-data -o 1 BLOCK3 key.bin BLOCK4 key.bin`, "argument.conflict"],
    ["two values at once", "--chip esp32c3 --virt summary MAC WR_DIS --format value_only", "argument.invalid"],
    ["an unknown eFuse to show", "--chip esp32c3 --virt summary NOPE", "efuse.unknown-name"],
    ["a file without --virt", "--port virtual:esp32c3 --path-efuse-file e.bin summary", "argument.conflict"],
    ["both ways to postpone", `${C3} --postpone --no-postpone burn-efuse DIS_TWAI 1`, "argument.conflict"],
    ["another chip", "--chip esp32 --port virtual:esp32c3 summary", "connect.wrong-chip"],
    ["no eFuse table", `${C3} --extend-efuse-table nope.csv summary`, "file.missing"],
    ["the command that was removed", "execute-scripts a.py --index 1 --configfiles c", "argument.unsupported"],
  ])("%s", async (_what, line, code) => {
    const { code: exit, err, host } = await run(line);
    expect(exit).toBe(2);
    expect(err).toContain(`code: ${code}`);
    const file = host.stored.get("e.bin");
    if (file instanceof Uint8Array) expect(file.every((byte) => byte === 0)).toBe(true);
  });

  it("are checked before a chip is touched", async () => {
    for (const line of ["--chip esp32c3 burn-efuse DIS_TWAI", "--chip esp32c3 burn-key BLOCK_KEY0 nope.bin USER"]) {
      const { code, host } = await run(`--port virtual:esp32c3 ${line.replace("DIS_TWAI", "DIS_TWAI 1 X")}`);
      expect(code).toBe(2);
      expect(host.openedPorts).toEqual([]);
    }
  });

  it("by the names of any revision that the chip may have", async () => {
    const p4 = "--chip esp32p4 --do-not-confirm --port virtual:esp32p4";
    // A name of the first revisions alone.
    const { code, err } = await run(`${p4},rev=1.0 write-protect-efuse ECDSA_ENABLE_SOFT_K`);
    expect(code, err).toBe(0);
    const newer = await run(`${p4},rev=3.1 write-protect-efuse ECDSA_ENABLE_SOFT_K`);
    expect(newer.err).toContain("efuse.unknown-name");
    const unknown = await run(`${p4} write-protect-efuse NOPE`);
    expect(unknown.err).toContain("efuse.unknown-name");
    expect(unknown.host.openedPorts).toEqual([]);
  });

  it("and keys on the line are not told again", async () => {
    const key = "0123456789abcdef".repeat(4);
    for (const words of [`BLOCK_KEY0 ${key} X`, `BLOCK_KEY0 ${key}00`, `BLOCK_KEY9 ${key}`, `BLOCK_KEY0 ${key}xx`]) {
      const { code, out, err } = await run(`--json ${C3} burn-efuse ${words}`);
      expect(code).toBe(2);
      expect(out + err).not.toContain("0123456789abcdef");
    }
  });

  it("a damaged eFuse file is left alone", async () => {
    const host = testCliHost({ files: { "e.bin": new Uint8Array(100).fill(7) } });
    const { code, err } = await run(`${C3} burn-efuse DIS_TWAI 1`, host);
    expect(code).toBe(2);
    expect(err).toContain("efuse.file-damaged");
    expect(host.stored.get("e.bin")).toEqual(new Uint8Array(100).fill(7));
  });

  it("an eFuse file that cannot be written ends it before the burn", async () => {
    const host = testCliHost();
    const checkWritable = () => Promise.reject(Object.assign(new Error("e.bin"), { code: "EACCES" }));
    const { code, out, err } = await run(`${C3} burn-efuse DIS_TWAI 1`, {
      ...host,
      files: { ...host.files, checkWritable },
    });
    expect(code).toBe(2);
    expect(err).toContain("file.unwritable");
    expect(out).not.toContain("BURN BLOCK");
    expect(host.stored.has("e.bin")).toBe(false);
  });

  it("a mistake in a table of one's own names its line", async () => {
    const host = testCliHost({ files: { "own.csv": new TextEncoder().encode("# a\nX, EFUSE_BLK99, 0, 1, no\n") } });
    const { err } = await run(`${C3} --extend-efuse-table own.csv summary`, host);
    expect(err).toContain("efuse.custom-table");
    expect(err).toMatch(/line 2/i);
  });
});

describe("help and spellings", () => {
  it("is chip by chip what the chip can do", async () => {
    const help = async (line: string): Promise<string> => (await run(line)).out;
    expect(await help("--virt --chip esp32c3 burn-key --help")).toContain("XTS_AES_128_KEY");
    expect(await help("--virt --chip esp32c3 burn-key --help")).not.toContain("XTS_AES_256_KEY");
    expect(await help("--virt --chip esp32s3 burn-key -h")).toContain("XTS_AES_256_KEY");
    expect(await help("--chip esp32 burn-key -h")).toContain("[<BLOCK> <KEYFILE>] ...");
    expect(await help("--chip esp32c2 burn-key-digest -h")).toMatch(/Usage: .* KEYFILE\n/);
    expect(await help("--help")).toContain("COMMAND1 [ARGS]... [COMMAND2 [ARGS]...]...");
    expect(await help("--chip esp32c3 --help")).not.toContain("set-flash-voltage");
    expect((await run("")).code).toBe(0);
  });

  it("knows former spellings", async () => {
    const { code, out } = await run(`${C3} burn_bit BLOCK_USR_DATA 1 get_custom_mac`);
    expect(code).toBe(0);
    expect(out).toContain("Warning: Deprecated: Command 'burn_bit' is deprecated. Use 'burn-bit' instead.");
    expect(out).toContain('=== Run "get-custom-mac" command ===');
  });

  it("takes connection options", async () => {
    const line =
      "--baud 115200 --before default-reset --after hard-reset --connect-attempts 2 -v --port virtual:esp32c3 get-custom-mac";
    expect((await run(line)).code).toBe(0);
    expect((await run("-s --port virtual:esp32c3 get-custom-mac")).out).toBe("");
    expect((await run("--port-filter vid=0x9999 get-custom-mac")).code).toBe(2);
  });

  it("reads arguments from a file", async () => {
    const host = testCliHost({ files: { args: new TextEncoder().encode("--chip esp32c3 --virt\nget-custom-mac\n") } });
    const { code, out } = await run("@args", host);
    expect(code).toBe(0);
    expect(out).toMatch(/^esptool --chip esp32c3 --virt get-custom-mac\n/);
  });
});
