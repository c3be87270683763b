import { describe, expect, it } from "vitest";
import { testCliHost } from "../../../test/support/cli-host.ts";
import { loadEfuseTable } from "../../efuse.ts";
import { ESPEFUSE } from "../programs/espefuse.ts";
import { ESPSECURE } from "../programs/espsecure.ts";
import { ESPTOOL } from "../programs/esptool.ts";
import { firstWords, listedCommands, type Program } from "../programs/program.ts";
import { runCli } from "../run-cli.ts";
import { runEspefuse } from "../run-espefuse.ts";
import { complete } from "./complete.ts";

const PORTS = [{ path: "/dev/ttyUSB7", product: "Bridge", usable: true, rank: 2, likely: true }];

async function offered(line: string, program: Program = ESPTOOL, env: Readonly<Record<string, string>> = {}) {
  const words = line.split(" ");
  const current = words.pop() ?? "";
  const { candidates, file } = await complete(
    program,
    { words, current },
    { listPorts: async () => PORTS, partitions: async () => [], env },
  );
  return { values: candidates.map(({ value }) => value), file };
}

describe("what may come next", () => {
  it.each<[string, string[]]>([
    ["verif", ["verify-flash"]],
    ["-b 9600 read-m", ["read-mac", "read-mem"]],
    ["--baud 4", ["460800"]],
    ["-b 9", ["9600", "921600"]],
    ["--before=us", ["--before=usb-reset"]],
    ["-c esp32c6", ["esp32c6", "esp32c61"]],
    ["-p /dev", ["/dev/ttyUSB7"]],
    ["write-flash --port=virtual:esp32p", ["--port=virtual:esp32p4"]],
    ["write-flash --flash-m", ["--flash-mode"]],
    ["write_flash -fm do", ["dout"]],
    ["read-flash 0 ", ["all"]],
    ["completion z", ["zsh"]],
    ["--port-filter v", ["vid="]],
    ["flash-id -sc H", ["HSPI"]],
    ["--stub-v", []],
    ["nonsense ", []],
    ["--tr", ["--trace"]],
    ["--trace read-mac --tr", []],
    ["write-flash -- --fl", []],
  ])("%j", async (line, values) => {
    expect((await offered(line)).values).toEqual(values);
  });

  it("is any command at first, and the options of both kinds behind it", async () => {
    const commands = firstWords(ESPTOOL).flatMap(({ name }) => (name.includes(" ") ? [] : [name]));
    expect((await offered("")).values).toEqual([...commands, "help"]);
    expect((await offered("help ")).values).toEqual(commands);
    expect((await offered("help flash-id ")).values).toEqual([]);
    expect((await offered("--ver")).values).toEqual(["--verbose", "--version"]);
    const { values } = await offered("write-flash -");
    for (const option of ["--erase-all", "--chip", "--help"]) expect(values).toContain(option);
    expect(new Set(values).size).toBe(values.length);
    // What has nothing to do with a chip offers nothing for one.
    expect((await offered("ports --")).values).toEqual(["--silent", "--json", "--debug", "--help"]);
    expect((await offered("image-info --c")).values).toEqual(["--chip"]);
    // A command's own --baud in place of the shared one.
    const own = (await offered("monitor --")).values;
    expect(own.filter((value) => value === "--baud")).toHaveLength(1);
  });

  it.each<[string, string | null]>([
    ["write-flash 0x0 bui", "bui"],
    ["write-flash ", null],
    ["write-flash 0x0 a.bin ", null],
    ["write-flash 0x0 a.bin 0x1000 ", ""],
    ["read-flash 0 all ", ""],
    ["read-flash 0 all out.bin ", null],
    ["merge-bin --output=bui", "bui"],
    ["merge-bin -o bui", "bui"],
  ])("a file: %j", async (line, file) => {
    expect((await offered(line)).file).toBe(file);
  });

  it("is there without ports that can be listed", async () => {
    const { candidates } = await complete(
      ESPTOOL,
      { words: ["-p"], current: "" },
      { listPorts: () => Promise.reject(new Error("no library")), partitions: async () => [], env: {} },
    );
    expect(candidates.map(({ value }) => value)).toContain("virtual:esp32");
  });
});

const COMMANDS: readonly string[] = listedCommands(ESPEFUSE).map(({ name }) => name);
/** Those of chips whose flash voltage is no eFuse. */
const COMMANDS_C3 = COMMANDS.filter((name) => name !== "set-flash-voltage");

describe("what may come next in espefuse", () => {
  it.each<[string, readonly string[]]>([
    ["", [...COMMANDS, "help"]],
    ["-c esp32c3 ", [...COMMANDS_C3, "help"]],
    ["summary --dry", []],
    ["--port /dev/x dum", ["dump"]],
    ["--port virtual:esp82", []],
    ["--chip esp32c3 burn-efuse DIS_TW", ["DIS_TWAI"]],
    ["--chip=ESP32-C3 burn-efuse DIS_TWAI 1 DIS_PAD", ["DIS_PAD_JTAG"]],
    ["burn-efuse --chip esp32c3 DIS_TW", ["DIS_TWAI"]],
    ["-c esp32 burn-efuse DIS_TW", []],
    ["burn-efuse DIS_TW", []],
    ["--virt burn-efuse ABS_", ["ABS_DONE_0", "ABS_DONE_1"]],
    ["-c esp32c3 burn-efuse KEY_PURPOSE_0 HMAC_U", ["HMAC_UP"]],
    ["-c esp32c5 burn-efuse KEY_PURPOSE_0 ECDSA_KEY_P384", ["ECDSA_KEY_P384_L", "ECDSA_KEY_P384_H"]],
    // A value is for the user to know, but one name alone may stand without.
    ["-c esp32c3 burn-efuse WDT_DELAY_SEL ", COMMANDS_C3],
    ["-c esp32c3 burn-efuse DIS_TWAI 1 WDT_DELAY_SEL ", []],
    ["-c esp32c3 summary check", ["check-error"]],
    ["-c esp32c3 summary MAC check", ["check-error"]],
    ["-c esp32c3 read-protect-efuse BLOCK_SYS_DATA2 BLOCK_USR", []],
    ["-c esp32c3 read-protect-efuse BLOCK_KEY5 d", ["dump"]],
    ["-c esp32c3 read-protect-efuse d", []],
    ["-c esp32c3 write-protect-efuse BLOCK_USR", ["BLOCK_USR_DATA"]],
    ["-c esp32c3 write-protect-efuse WR_D", []],
    ["-c esp32c3 burn-bit BLOCK1", ["BLOCK1", "BLOCK10"]],
    ["-c esp32c3 burn-bit BLOCK_USR_DATA ", []],
    ["-c esp32c3 burn-bit BLOCK_USR_DATA 3 4 get", ["get-custom-mac"]],
    ["-c esp32c3 burn-bit BLOCK_USR_DATA 3 BLOCK", []],
    ["-c esp32c3 burn-block-data --offset 6 BLOCK_US", ["BLOCK_USR_DATA"]],
    ["-c esp32c3 burn-block-data BLOCK3 d.bin BLOCK2", ["BLOCK2"]],
    ["-c esp32c3 burn-key BLOCK4 k.bin XTS", ["XTS_AES_128_KEY"]],
    ["-c esp32c3 burn-key BLOCK4 k.bin du", []],
    ["-c esp32c3 burn-key BLOCK_KEY0 k.bin USER BLOCK1", []],
    ["-c esp32c3 burn-key BLOCK_KEY0 k.bin USER BLOCK_KEY1", ["BLOCK_KEY1"]],
    ["-c esp32c3 burn-key BLOCK_KEY0 k.bin USER dump --format j", ["joint"]],
    ["-c esp32 burn-key f", ["flash_encryption"]],
    ["-c esp32 burn-key BLOCK1 k.bin secure", ["secure_boot_v1", "secure_boot_v2"]],
    [
      "-c esp32c3 burn-key-digest BLOCK_KEY2 key.pem ",
      ["SECURE_BOOT_DIGEST0", "SECURE_BOOT_DIGEST1", "SECURE_BOOT_DIGEST2"],
    ],
    ["-c esp32 burn-key-digest BLOCK", []],
    ["-c esp32 burn-key-digest key.pem ", COMMANDS],
    ["-c esp32c3 burn-key-digest BLOCK_KEY2 dump SECURE_BOOT_DIGEST0 ch", ["check-error"]],
    // A word that names a block is none of the ESP32's files: what follows is one, whatever it is called.
    ["burn-key-digest BLOCK_KEY0 du", []],
    ["burn-key-digest key.pem du", ["dump"]],
    ["-c esp32 set-flash-voltage 3", ["3.3V"]],
    ["-c esp32 set-flash-voltage 3.3V get", ["get-custom-mac"]],
    ["burn-custom-mac ", []],
    ["burn-custom-mac AA:CD:EF:01:02:03 summ", ["summary"]],
    ["summary -- du", []],
    // An option of the command before does not count as used, one of the line does.
    ["burn-bit --force-write-always BLOCK3 1 burn-bit --force-w", ["--force-write-always"]],
    ["burn-bit --dry-run BLOCK3 1 burn-bit --dry", []],
    ["summary --file dump --form", ["--format"]],
    ["nonsense ", []],
    ["summary dump nonsense", []],
  ])("%j", async (line, values) => {
    expect((await offered(line, ESPEFUSE)).values).toEqual(values);
  });

  it("is of any chip that fits where none is named", async () => {
    const blocks = (await offered("burn-bit ", ESPEFUSE)).values;
    for (const name of ["BLOCK0", "BLOCK_KEY5", "flash_encryption"]) expect(blocks).toContain(name);
    expect(new Set(blocks).size).toBe(blocks.length);
    // Only the ESP32 has that block, and it has no purposes.
    const after = (await offered("burn-key flash_encryption k.bin ", ESPEFUSE)).values;
    expect(after).toContain("secure_boot_v1");
    expect(after).toContain("dump");
    const purposes = (await offered("burn-key BLOCK_KEY0 k.bin ", ESPEFUSE)).values;
    expect(purposes).toContain("ECDSA_KEY_P384");
    expect(purposes).not.toContain("dump");
  });

  it("knows the chip from the environment, unless the line names one", async () => {
    const env = { ESPTOOL_CHIP: "esp32c3" };
    expect((await offered("burn-efuse DIS_TW", ESPEFUSE, env)).values).toEqual(["DIS_TWAI"]);
    expect((await offered("--chip esp32 burn-efuse DIS_TW", ESPEFUSE, env)).values).toEqual([]);
  });

  it.each(["esp32", "esp32c2", "esp32h2"] as const)("is every eFuse of the %s", async (chip) => {
    const { fields } = await loadEfuseTable(chip, null);
    const { values } = await offered(`-c ${chip} summary `, ESPEFUSE);
    const names = new Set(fields.flatMap(({ name, aliases }) => [name, ...aliases]));
    expect(values).toEqual([...names, ...(chip === "esp32" ? COMMANDS : COMMANDS_C3)]);
  });

  it.each<[string, string | null]>([
    ["-c esp32c3 burn-key BLOCK_KEY0 bui", "bui"],
    ["-c esp32c3 burn-key ", null],
    ["-c esp32c3 burn-key BLOCK_KEY0 dump ", null],
    ["-c esp32c3 burn-key BLOCK_KEY0 dump USER BLOCK_KEY1 ", ""],
    ["burn-key BLOCK_KEY0 bui", "bui"],
    ["-c esp32c3 burn-block-data BLOCK3 ", ""],
    ["-c esp32c3 burn-key-digest bui", null],
    ["-c esp32c3 burn-key-digest BLOCK_KEY0 bui", "bui"],
    ["-c esp32 burn-key-digest bui", "bui"],
    ["-c esp32 burn-key-digest key.pem bui", null],
    ["burn-key-digest bui", "bui"],
    ["-c esp32c3 summary --file bui", "bui"],
    ["--virt --path-efuse-file=bui", "bui"],
    ["dump bui", null],
  ])("a file: %j", async (line, file) => {
    expect((await offered(line, ESPEFUSE)).file).toBe(file);
  });
});

describe("what may come next in espsecure", () => {
  it.each<[string, string[]]>([
    ["sign", ["sign-data", "signature-info-v2"]],
    ["sign-data -v ", ["1", "2"]],
    ["sign-data --version=", ["--version=1", "--version=2"]],
    ["sign-data -k a.pem --keyf", ["--keyfile"]],
    ["verify-signature -k a.pem --keyf", []],
    ["sign-data app.bin ", []],
    ["--sil", ["--silent"]],
    ["--por", []],
  ])("%j", async (line, values) => {
    expect((await offered(line, ESPSECURE)).values).toEqual(values);
  });

  it.each<[string, string | null]>([
    ["sign-data -v 2 -k ", ""],
    ["sign-data -v 2 -k a.pem b", "b"],
    ["sign-data -v 2 -k a.pem b.pem c", "c"],
    ["sign-data -v 2 -k a.pem b.pem -k ", ""],
    ["sign-data -v 2 -k a.pem b.pem --output out.bin ap", "ap"],
    ["sign-data app.bin --pub-key a.pem b", "b"],
    ["sign-data app.bin -o out.bin b", null],
    ["sign-data -k=b", "b"],
    ["sign-data ", ""],
    ["sign-data -v ", null],
    ["encrypt-flash-data -x -a 0x1000 pl", "pl"],
    ["encrypt-flash-data plain.bin ", null],
    ["digest-sbv2-public-key ", null],
  ])("a file: %j", async (line, file) => {
    expect((await offered(line, ESPSECURE)).file).toBe(file);
  });
});

describe("the answer to a shell", () => {
  async function answer(...argv: string[]): Promise<string> {
    const host = testCliHost({ ports: PORTS });
    expect(await runCli(["__complete", ...argv], host)).toBe(0);
    expect(host.err()).toBe("");
    return host.out();
  }

  it("is a candidate a line, with what it means", async () => {
    expect(await answer("fish", "+read-fl")).toContain("read-flash\tRead flash into a file\n");
    expect(await answer("zsh", "-p", "+/dev")).toBe("/dev/ttyUSB7\tBridge\n");
    expect(await answer("fish", "write-flash", "0", "+a")).toBe(":files\ta\n");
    expect(await answer("fish", "nonsense", "+")).toBe("");
  });

  it("is the rest of the word to bash, which cuts words", async () => {
    expect(await answer("bash", "esptool", "+FOO=1 esptool --port virtual:esp32s2", ' "=:')).toBe("esp32s2\n");
    expect(await answer("bash", "./esptool", "+./esptool --before=us", ' "=:')).toBe("usb-reset\n");
    expect(await answer("bash", "esptool", "+esptool --before=us", " ")).toBe("--before=usb-reset\n");
    expect(await answer("bash", "esptool", "+esptool write-flash 0 ", " =:")).toBe(":files\t\n");
    expect(await answer("bash", "esptool", "+esptool 'verif", " =:")).toBe("verify-flash\n");
  });

  it("is of the program that is asked, with the environment's chip", async () => {
    const host = testCliHost({ env: { ESPTOOL_CHIP: "esp32c3" } });
    expect(await runEspefuse(["__complete", "fish", "burn-efuse", "+DIS_TW"], host)).toBe(0);
    const field = (await loadEfuseTable("esp32c3", null)).fields.find(({ name }) => name === "DIS_TWAI");
    expect(host.out()).toBe(`DIS_TWAI\t${field?.description}\n`);
  });

  it.each([
    ["bash", "\ncomplete -F _esptool_complete esptool espefuse espsecure\n"],
    ["zsh", "\ncompdef _esptool esptool espefuse espsecure\n"],
    ["fish", "\ncomplete -c esptool -c espefuse -c espsecure -f -a '(__esptool_complete)'\n"],
    ["powershell", " -CommandName esptool, espefuse, espsecure -ScriptBlock {"],
  ])("comes to every program by one function: %s", async (shell, registration) => {
    const host = testCliHost();
    expect(await runCli(["completion", shell], host)).toBe(0);
    expect(host.out()).toContain(registration);
  });
});
