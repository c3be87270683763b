import { readFileSync } from "node:fs";
import type { ListedPort } from "../../../src/node.ts";
import { encodePartitionTable, parsePartitionCsv } from "../../../src/partition.ts";
import { goldenImage } from "../filesystem/golden-cases.ts";
import { ROOT } from "./pages.ts";

/** Where the pages have their board. */
export const BOARD: ListedPort = { path: "/dev/ttyUSB0", likely: true, rank: 1, usable: true };

const PARTITIONS = `nvs,data,nvs,0x9000,0x4000,
otadata,data,ota,0xd000,0x2000,
phy_init,data,phy,0xf000,0x1000,
factory,app,factory,0x10000,1M,
ota_0,app,ota_0,,1M,
ota_1,app,ota_1,,1M,
coredump,data,coredump,,64K,
storage,data,spiffs,,0x20000,
`;

const CRASHES = `${ROOT}test/fixtures/crash/`;
/** A bootloader, the table and an application in one. */
function wholeFlash(app: Uint8Array): Uint8Array {
  const image = new Uint8Array(0x10000 + app.length).fill(0xff);
  image.set(app.subarray(0, 0x8000));
  image.set(encodePartitionTable(parsePartitionCsv(PARTITIONS).partitions), 0x8000);
  image.set(app, 0x10000);
  return image;
}

/** What the lines of the pages name. */
export function filesOfPages(): Readonly<Record<string, Uint8Array>> {
  const hello = new Uint8Array(readFileSync(`${ROOT}examples/hello-esp32c3/hello.bin`));
  const elf = new Uint8Array(readFileSync(`${ROOT}examples/hello-esp32c3/hello.elf`));
  const storage = goldenImage({ kind: "littlefs", name: "files-and-dirs" });
  const backup = new Uint8Array(0x340000).fill(0xff);
  backup.set(encodePartitionTable(parsePartitionCsv(PARTITIONS).partitions), 0x8000);
  backup.set(storage, 0x320000);
  const before = hello.slice();
  before[before.length - 1] = 0;
  return {
    "hello.bin": hello,
    "examples/hello-esp32c3/hello.bin": hello,
    "bootloader.bin": hello,
    "app.bin": hello,
    "app-before.bin": before,
    "app.elf": elf,
    "examples/crash-esp32c3/crash.elf": new Uint8Array(readFileSync(`${ROOT}examples/crash-esp32c3/crash.elf`)),
    "partitions.csv": new TextEncoder().encode(PARTITIONS),
    "partitions.bin": encodePartitionTable(parsePartitionCsv(PARTITIONS).partitions),
    "board.log": readFileSync(`${CRASHES}rv-01-load-fault-os-d5/input.txt`),
    "dump.log": readFileSync(`${CRASHES}core-01-esp32c3-elf-crc/input.txt`),
    "dump.bin": readFileSync(`${CRASHES}core-01-esp32c3-elf-crc/coredump.bin`),
    "firmware.bin": hello,
    "littlefs.bin": storage,
    "data/www/index.html": new TextEncoder().encode("<p>"),
    "data/www/old.html": new TextEncoder().encode("<p>"),
    "config.json": new TextEncoder().encode("{}"),
    "cert.pem": new TextEncoder().encode("-----BEGIN CERTIFICATE-----"),
    "backup.bin": backup,
    "firmware.factory.bin": wholeFlash(hello),
    "build/flash_args": new TextEncoder().encode("0x0 app.bin\n"),
    "build/app.bin": hello,
    "nvs.bin": new Uint8Array(0x4000).fill(0xff, 32),
    flash_args: new TextEncoder().encode("0x0 bootloader.bin\n0x10000 app.bin\n"),
    "key.bin": Uint8Array.from({ length: 32 }, (_, index) => index + 1),
  };
}
