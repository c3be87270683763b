import { describe, expect, it } from "vitest";
import { testCliHost } from "../../../test/support/cli-host.ts";
import { runCli } from "../run-cli.ts";
import { LISTED_COMMANDS } from "../spec/command-table.ts";
import { complete } from "./complete.ts";

const PORTS = [{ path: "/dev/ttyUSB7", product: "Bridge", usable: true, rank: 2, likely: true }];

async function offered(line: string) {
  const words = line.split(" ");
  const current = words.pop() ?? "";
  const { candidates, file } = await complete({ words, current }, { listPorts: async () => PORTS });
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
    expect((await offered("")).values).toEqual(LISTED_COMMANDS.map(({ name }) => name));
    const { values } = await offered("write-flash -");
    for (const option of ["--erase-all", "--chip", "--help"]) expect(values).toContain(option);
    expect(new Set(values).size).toBe(values.length);
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
      { words: ["-p"], current: "" },
      { listPorts: () => Promise.reject(new Error("no library")) },
    );
    expect(candidates.map(({ value }) => value)).toContain("virtual:esp32");
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
});
