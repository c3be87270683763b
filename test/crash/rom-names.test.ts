/** Functions in ROM: from lists, from ELF files of it, and from what a program was linked against. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { crashReader, crashText, debugInfo, lookUp, lookUpAmong, romNames } from "../../src/crash.ts";
import { testCliHost } from "../support/cli-host.ts";
import { symbolElf } from "../support/crash/symbol-elf.ts";
import { thrown } from "../support/thrown.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const SCRIPT = `/* Functions of the ROM
   gone = 0x40000100; */
memcpy = 0x4000c2c8;
PROVIDE ( strlen = 0x400014c0 );
PROVIDE(esp_rom_strlen=0x400014c0);
PROVIDE_HIDDEN ( _ZN3rom4waitEi
  = 0x40008534 ) ;
//left_out = 0x40008600;
alias = strlen;
. = 0x40000000; in_data = 0x3ff96350; in_ram = 0x40081000; sum = 0x40000000 + 4;
`;
const APP = symbolElf({
  machine: "xtensa",
  code: [{ address: 0x400d_0000, sizeBytes: 0x200 }],
  symbols: [
    { name: "app_main", address: 0x400d_0000, sizeBytes: 0x80 },
    { name: "strcpy", address: 0x4000_1790, isAbsolute: true },
    { name: "_heap_end", address: 0x4000_0000, isAbsolute: true },
    { name: "//esf_buf_alloc", address: 0x4000_1800, isAbsolute: true },
  ],
});
const romElf = (built: string): Uint8Array<ArrayBuffer> =>
  symbolElf({
    machine: "xtensa",
    code: [{ address: 0x4000_0000, sizeBytes: 0xf000, text: `ets ${built} 12:21:46\r\n` }],
    symbols: [
      { name: `strlen_of_${built.replaceAll(/ +/g, "_")}`, address: 0x4000_14c0, sizeBytes: 0x60 },
      { name: "not_public", address: 0x4000_1700, sizeBytes: 0x100 },
    ],
  });

/** An ESP32 that fails in a function of its ROM, called by `app_main`. */
const PANIC = [
  "Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.",
  "Core  0 register dump:",
  "PC      : 0x400014fd  PS      : 0x00060430  A0      : 0x800d0013  A1      : 0x3ffb4f20  ",
  "",
  "Backtrace: 0x400014fa:0x3ffb4f20 0x400d0010:0x3ffb4f40 0x400017a0:0x3ffb4f60 0x4000f000:0x3ffb4f80",
  "",
  "Rebooting...",
  "",
].join("\r\n");
const BOOT =
  "ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\nentry 0x400805e4\r\n";

const nameOf = (info: Parameters<typeof lookUp>[0], address: number): string | null | undefined => {
  const location = lookUp(info, address);
  const [frame] = location?.frames ?? [];
  return frame === undefined
    ? null
    : `${frame.functionName}+${frame.symbolOffset}${location?.isInRom ? " in ROM" : ""}`;
};

describe("a list of names in ROM", () => {
  const names = romNames(bytes(SCRIPT));

  it("has the functions of a linker script, the first name of each address, and no data", () => {
    expect(names.nameCount).toBe(3);
    expect(nameOf(names, 0x4000_14fd)).toBe("strlen+61 in ROM");
    expect(nameOf(names, 0x4000_c2c8)).toBe("memcpy+0 in ROM");
    expect(nameOf(names, 0x4000_8540)).toBe("rom::wait(int)+12 in ROM");
    expect(lookUp(names, 0x4000_14fd)?.frames).toMatchObject([{ file: null, line: null, isInlined: false }]);
  });

  it("does not tell of what is far behind a name, before the first one, or elsewhere", () => {
    expect(nameOf(names, 0x4000_14c0 + 1023)).toBe("strlen+1023 in ROM");
    for (const address of [0x4000_14c0 + 1024, 0x4000_14bf, 0x4000_0100, 0x4008_1000, 0x3ff9_6350, 0x42])
      expect(lookUp(names, address)).toBeNull();
  });

  it.each([
    ["no assignment", "this is prose = and no list"],
    ["data alone", "g_flash = 0x3ff96350;"],
    ["nothing", ""],
    ["a comment without end", "/* memcpy = 0x4000c2c8;"],
    ["more than any ROM has", `${"x".repeat(5 << 20)} = 0x40000000;`],
  ])("is refused where there is %s", (_, script) => {
    expect(thrown(() => romNames(bytes(script)))).toMatchObject({ code: "image.invalid" });
  });
});

describe("a program", () => {
  it("knows the functions in ROM that it was linked against", () => {
    const app = debugInfo(APP);
    expect(app.isRom).toBe(false);
    expect(nameOf(app, 0x4000_1794)).toBe("strcpy+4 in ROM");
    expect(nameOf(app, 0x400d_0010)).toBe("app_main+16");
    for (const address of [0x4000_0000, 0x4000_1c00]) expect(lookUp(app, address)).toBeNull();
  });

  it("of the ROM is one that tells of nothing else, and counts as no build", () => {
    const rom = debugInfo(romElf("Jul 29 2019"));
    expect(rom.isRom).toBe(true);
    expect(nameOf(rom, 0x4000_14fd)).toBe("strlen_of_Jul_29_2019+61 in ROM");
    const [report] = crashReader({ programs: [rom] }).push(
      `${PANIC}ELF file SHA256: 0123456789abcdef\r\nRebooting...\r\n`,
    );
    expect(report).toMatchObject({ match: "unknown", doubt: null, hasPrograms: false });
  });

  it("is asked before lists, and of names in ROM the nearest counts", () => {
    const [app, list] = [debugInfo(APP), romNames(bytes("low = 0x40001780;\nclash = 0x400d0008;\n"))];
    const named = (address: number): string | null | undefined =>
      lookUpAmong([list, app], address)?.location.frames[0]?.functionName;
    expect(named(0x4000_1794)).toBe("strcpy");
    expect(named(0x4000_1788)).toBe("low");
    expect(named(0x400d_0010)).toBe("app_main");
    expect(lookUpAmong([list, app], 0x10)).toBeNull();
    expect(lookUpAmong([list, app], 0x4000_1788)?.program).toBe(list);
  });

  it("and its ROM explain a crash together, whatever the order", () => {
    for (const programs of [
      [debugInfo(APP), romNames(bytes(SCRIPT))],
      [romNames(bytes(SCRIPT)), debugInfo(APP)],
    ]) {
      const [report] = crashReader({ programs }).push(PANIC);
      expect(report?.hasPrograms).toBe(true);
      const lines = report === undefined ? [] : crashText(report);
      expect(lines).toContain("PC 0x400014fd: strlen+0x3d in ROM");
      expect(lines.slice(lines.indexOf("Backtrace on core 0:"))).toEqual([
        "Backtrace on core 0:",
        "0x400014fa: strlen+0x3a in ROM",
        "0x400d0010: app_main+0x10",
        "0x400017a0: strcpy+0x10 in ROM",
        "0x4000f000: no code of this program",
      ]);
    }
  });
});

describe("programs whose code is at the same addresses", () => {
  // The memory in which the boot loader runs is used again by the application.
  const twoOf = (name: string, own: number): Uint8Array<ArrayBuffer> =>
    symbolElf({
      machine: "xtensa",
      code: [
        { address: 0x4008_0000, sizeBytes: 0x100 },
        { address: own, sizeBytes: 0x100 },
      ],
      symbols: [
        { name: `${name}_shared`, address: 0x4008_0000, sizeBytes: 0x100 },
        { name: `${name}_own`, address: own, sizeBytes: 0x100 },
      ],
    });
  const app = twoOf("app", 0x400d_0000);
  const boot = twoOf("boot", 0x4007_8000);
  const panicIn = (places: readonly string[], more = ""): string =>
    `Guru Meditation Error: Core  0 panic'ed (LoadProhibited). Exception was unhandled.\r\nBacktrace: ${places
      .map((place) => `${place}:0x3ffb4f20`)
      .join(" ")}\r\n${more}\r\nRebooting...\r\n`;
  const namesIn = (text: string): (string | null | undefined)[][] =>
    [
      [app, boot],
      [boot, app],
    ].map((files) => {
      const [report] = crashReader({ programs: files.map((file) => debugInfo(file)) }).push(text);
      return report?.threads[0]?.frames.map(({ location }) => location?.frames[0]?.functionName) ?? [];
    });

  it("are told apart by where the other addresses are", () => {
    expect(namesIn(panicIn(["0x40080010", "0x400d0010", "0x400d0020"]))).toEqual(
      Array(2).fill(["app_shared", "app_own", "app_own"]),
    );
    expect(namesIn(panicIn(["0x40080010", "0x40078010"]))).toEqual(Array(2).fill(["boot_shared", "boot_own"]));
  });

  it("are told apart by the digest that the device prints, above all", () => {
    const digest = createHash("sha256").update(app).digest("hex").slice(0, 9);
    const text = panicIn(["0x40080010", "0x40078010"], `ELF file SHA256: ${digest}\r\n`);
    expect(namesIn(text)).toEqual(Array(2).fill(["app_shared", "boot_own"]));
  });

  it("are asked in their order where nothing tells", () => {
    expect(namesIn(panicIn(["0x40080010"]))).toEqual([["app_shared"], ["boot_shared"]]);
  });

  it("are asked on where the first has code without a name", () => {
    const bare = symbolElf({ machine: "xtensa", code: [{ address: 0x400d_0000, sizeBytes: 0x100 }], symbols: [] });
    expect(lookUpAmong([debugInfo(bare), debugInfo(app)], 0x400d_0010)?.location.frames[0]?.functionName).toBe(
      "app_own",
    );
    expect(lookUpAmong([debugInfo(bare), romNames(bytes(SCRIPT))], 0x400d_0010)?.location.frames).toMatchObject([
      { functionName: null },
    ]);
  });
});

describe("on the command line", () => {
  const FILES = {
    "app.elf": APP,
    "rom.elf": romElf("Jul 29 2019"),
    "esp32.rom.ld": bytes(SCRIPT),
    "panic.log": bytes(PANIC),
    "boot.log": bytes(BOOT + PANIC),
    "/roms/esp32_rev0_rom.elf": romElf("Jun  8 2016"),
    "/roms/esp32_rev300_rom.elf": romElf("Jul 29 2019"),
    "/one/esp32_rev0_rom.elf": romElf("Jun  8 2016"),
    "/one/esp32s3_rev0_rom.elf": bytes("another chip's"),
    "/idf/components/esp_rom/esp32/ld/esp32.rom.ld": bytes(SCRIPT),
    "/idf/components/esp_rom/esp32/ld/esp32.rom.data.ld": bytes("g_data = 0x3ff96350;"),
    "/idf/components/esp_rom/esp32/ld/esp32.rom.eco3.ld": bytes("of_revision_3 = 0x400014f8;"),
    "/idf/components/esp_rom/esp32s3/ld/esp32s3.rom.ld": bytes("other_chip = 0x400014f8;"),
  };

  async function run(line: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
    const host = testCliHost({ files: FILES, env });
    const code = await runCli(line.split(" "), host);
    return `${code}\n${host.out()}${host.err()}`;
  }

  it.each([
    ["a list", "esp32.rom.ld", "strlen+0x3d"],
    ["an ELF file of the ROM", "rom.elf", "strlen_of_Jul_29_2019+0x3d"],
  ])("%s is one --elf among others", async (_, file, name) => {
    const found = await run(`addr2line -e app.elf -e ${file} 400014fd 400d0010`);
    expect(found).toMatch(/^0\n(?:Warning: 'app\.elf' has no debug information.*\n)?0x400014fd/);
    expect(found).toContain(`\n0x400014fd: ${name} in ROM\n0x400d0010: app_main+0x10\n`);
    const told = await run(`decode panic.log --only-reports -e ${file} -e app.elf`);
    expect(told).toContain(`--- PC 0x400014fd: ${name} in ROM\n`);
    expect(told).not.toContain("doubtful");
  });

  it.each([
    ["nothing is set", "boot.log", {}, undefined],
    ["ESP-IDF is there", "boot.log", { IDF_PATH: "/idf" }, "strlen+0x3d"],
    [
      "ROM files are there, of which one prints the same",
      "boot.log",
      { ESP_ROM_ELF_DIR: "/roms" },
      "strlen_of_Jul_29_2019+0x3d",
    ],
    [
      "there is one ROM file of the chip",
      "boot.log",
      { ESP_ROM_ELF_DIR: "/one", IDF_PATH: "/idf" },
      "strlen_of_Jun_8_2016+0x3d",
    ],
    ["the log does not say which chip it is", "panic.log", { ESP_ROM_ELF_DIR: "/roms", IDF_PATH: "/idf" }, undefined],
    ["they lead nowhere", "boot.log", { ESP_ROM_ELF_DIR: "/gone", IDF_PATH: "/gone" }, undefined],
  ])("names are found in the environment: %s", async (_, log, env, name) => {
    const told = await run(`decode ${log} --only-reports -e app.elf`, env);
    expect(told).toMatch(/^0\n/);
    if (name === undefined) expect(told).not.toMatch(/^--- PC .*in ROM/m);
    else expect(told).toContain(`--- PC 0x400014fd: ${name} in ROM\n`);
  });

  it("is not taken for a program that was used", async () => {
    const told = await run("addr2line -e esp32.rom.ld 400014fd 400d0010");
    expect(told).toBe("0\n0x400014fd: strlen+0x3d in ROM\n0x400d0010: no code of the program\n");
  });
});
