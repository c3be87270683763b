import type { ChipId, Port } from "../../src/index.ts";

const TABLE_ADDRESS = 0x8000;
const TABLE = `nvs,      data, nvs,     0x9000,   24K
otadata,  data, ota,     0xf000,   8K
phy_init, data, phy,     0x11000,  4K
app0,     app,  ota_0,   0x20000,  1M
app1,     app,  ota_1,   0x120000, 1M
storage,  data, spiffs,  0x220000, 512K
`;

const GREETING = "Hello from a board that is made of data.\r\nNothing you do to it can break anything.\r\n";

/**
 * A board to try the page on: flash of 4 MB with a partition table, settings, and a file system with two files in it.
 */
export async function virtualBoard(id: ChipId): Promise<Port> {
  const [{ virtualChip }, { encodePartitionTable, parsePartitionCsv }, { makeNvs }, { makeSpiffs }] = await Promise.all(
    [
      import("../../src/virtual.ts"),
      import("../../src/partition.ts"),
      import("../../src/nvs.ts"),
      import("../../src/filesystem.ts"),
    ],
  );
  const { partitions } = parsePartitionCsv(TABLE);
  const contents = [{ address: TABLE_ADDRESS, bytes: encodePartitionTable(partitions) }];
  const addressOf = (name: string): number => partitions.find((one) => one.name === name)?.address ?? 0;
  const nvs = makeNvs(
    [
      { namespace: "wifi", key: "ssid", type: "string", value: "home" },
      { namespace: "wifi", key: "password", type: "string", value: "correct horse" },
      { namespace: "counter", key: "boots", type: "u32", value: 17 },
    ],
    { sizeBytes: 0x6000 },
  );
  contents.push({ address: addressOf("nvs"), bytes: nvs.image });
  const text = (words: string): Uint8Array => new TextEncoder().encode(words);
  const files = [
    { path: "readme.txt", content: text("This file system is on a board that is made of data.\n") },
    { path: "index.html", content: text("<!doctype html><title>Hello</title>\n") },
  ];
  contents.push({ address: addressOf("storage"), bytes: makeSpiffs(files, { sizeBytes: 0x80000 }) });
  return virtualChip(id, { contents, appText: GREETING }).port;
}
