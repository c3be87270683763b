import { describe, expect, it } from "vitest";
import { testCliHost } from "../../../test/support/cli-host.ts";
import { type HostMemory, temporaryMemory } from "../../index.ts";
import { encodePartitionTable, type Partition } from "../../partition.ts";
import { INSTANT_TIMING, virtualChip } from "../../virtual.ts";
import { runCli } from "../run-cli.ts";

const partition = (name: string, type: number, subtype: number, address: number): Partition => ({
  name,
  type,
  subtype,
  address,
  sizeBytes: 0x4000,
  encrypted: false,
  readonly: false,
});
const TABLE = encodePartitionTable([
  partition("nvs", 1, 2, 0x9000),
  partition("factory", 0, 0, 0x10000),
  partition("$(reboot)", 1, 6, 0x20000),
  partition("a b", 1, 6, 0x24000),
  partition("-x", 1, 6, 0x28000),
  partition("tab\tnewline\n", 1, 6, 0x2c000),
]);
const CSV = new TextEncoder().encode("storage,data,spiffs,0x9000,0x6000\nfactory,app,factory,0x10000,1M\n");

interface Asked {
  readonly memory?: HostMemory;
  readonly files?: Readonly<Record<string, Uint8Array>>;
  readonly shell?: string;
}

/** What fish is told, without what it means. */
async function offered(line: string, { memory, files = {}, shell = "fish" }: Asked = {}): Promise<string[]> {
  const host = testCliHost({ files, ...(memory && { memory }) });
  const words = line.split(" ");
  await runCli(["__complete", shell, ...words.slice(0, -1), `+${words.at(-1)}`], host);
  expect(host.err()).toBe("");
  return host
    .out()
    .split("\n")
    .filter((row) => row !== "")
    .map((row) => (row.startsWith(":files") ? row : (row.split("\t")[0] ?? "")));
}

/** With what a command has learnt of a file. */
async function learnt(): Promise<HostMemory> {
  const memory = temporaryMemory();
  const host = testCliHost({ files: { "table.bin": TABLE }, memory });
  expect(await runCli(["partition-table", "show", "table.bin"], host)).toBe(0);
  return memory;
}

describe("names of partitions while a line is typed", () => {
  it.each<[string, string[]]>([
    ["write-flash ", ["@nvs", "nvs=", "@factory", "factory="]],
    ["write-flash @f", ["@factory"]],
    ["write-flash nv", ["nvs="]],
    ["write-flash nvs=bui", [":files\tbui"]],
    ["write-flash nvs=a.bin f", ["factory="]],
    ["write-flash @nvs bui", [":files\tbui"]],
    ["write-flash @nvs a=b.bin f", ["factory="]],
    ["write-flash 0x0 nv", [":files\tnv"]],
    ["verify-flash @n", ["@nvs"]],
    ["read-flash @", ["@nvs", "@factory"]],
    ["erase-region @fa", ["@factory"]],
    ["fs ls @f", ["@factory", ":files\t@f"]],
    ["fs make data @f", ["@factory", ":files\t@f"]],
    ["fs ls backup.bin --partition n", ["nvs"]],
    ["nvs get --partition=n", ["--partition=nvs"]],
    ["image-info @f", [":files\t@f"]],
    ["--no-memory write-flash @f", []],
    ["write-flash --no-memory @f", []],
  ])("%j", async (line, values) => {
    expect(await offered(line, { memory: await learnt() })).toEqual(values);
  });

  it("say what they are", async () => {
    const host = testCliHost({ memory: await learnt() });
    await runCli(["__complete", "zsh", "erase-region", "+@n"], host);
    expect(host.out()).toBe("@nvs\tdata, nvs\n");
  });

  it("are quoted where a name with that sign is a variable, and cut where a shell cuts", async () => {
    const memory = await learnt();
    expect(await offered("write-flash @n", { memory, shell: "powershell" })).toEqual(["'@nvs'"]);
    const host = testCliHost({ memory });
    await runCli(["__complete", "bash", "esptool", "+esptool write-flash nvs=a.bin @n", " @=:"], host);
    expect(host.out()).toBe("nvs\n");
  });

  it("come from the table of a chip, too", async () => {
    const memory = temporaryMemory();
    const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
    chip.flash.place(0x8000, TABLE);
    const { port } = chip;
    expect(await offered("erase-region @n", { memory })).toEqual([]);
    for (const line of [
      ["partition-table", "from-chip"],
      ["inspect"],
      ["read-flash", "@nvs", "all", "nvs.bin"],
      ["nvs", "get"],
    ]) {
      const fresh = temporaryMemory();
      const host = testCliHost({ port, memory: fresh });
      expect(await runCli(["-p", "x", ...line], host), `${line.join(" ")}: ${host.err()}`).toBe(0);
      expect(await offered("erase-region @n", { memory: fresh }), line.join(" ")).toEqual(["@nvs"]);
      const silent = temporaryMemory();
      await runCli(["-p", "x", "--no-memory", ...line], testCliHost({ port, memory: silent }));
      expect(await offered("erase-region @n", { memory: silent })).toEqual([]);
    }
  });

  it("are of the project where nothing is remembered, or what is remembered is damaged", async () => {
    const files = { "partitions.csv": CSV };
    expect(await offered("erase-region @", { files })).toEqual(["@storage", "@factory"]);
    expect(await offered("erase-region @", { files, memory: await learnt() })).toEqual(["@nvs", "@factory"]);
    for (const bytes of [TABLE.with(5, 1), TABLE.slice(0, 64), new Uint8Array(0xc00), TABLE.slice(0, 0x100)]) {
      const memory = temporaryMemory();
      await memory.keep("partition-table", "last", bytes);
      expect(await offered("erase-region @", { files, memory })).toEqual(["@storage", "@factory"]);
      expect(await offered("erase-region @", { memory })).toEqual([]);
    }
    // What is no table of a project is not looked into.
    const large = new Uint8Array(0x1_0001).fill(0x20);
    large.set(CSV);
    expect(await offered("erase-region @", { files: { "partitions.csv": large } })).toEqual([]);
  });

  it("are those of a build at hand", async () => {
    const text = new TextEncoder();
    const files = {
      "flasher_args.json": text.encode(
        JSON.stringify({
          flash_files: { "0x8000": "partition_table/partition-table.bin" },
          flash_settings: {},
          extra_esptool_args: { chip: "esp32c3" },
        }),
      ),
      "partition_table/partition-table.bin": TABLE,
    };
    expect(await offered("write-flash nv", { files })).toEqual(["nvs="]);
  });
});
