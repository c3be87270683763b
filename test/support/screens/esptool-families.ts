import type { ComputerFacts, ListedPort } from "../../../src/node.ts";
import { ramImage } from "../chip/ram-program.ts";
import { crashProgram } from "../crash/programs.ts";
import { filesOfPages } from "../docs/page-files.ts";
import { boardFlash } from "../inspect/board-flash.ts";
import type { ScreenFamily } from "./screen-family.ts";
import { board } from "./screen-world.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const NAND = "-p virtual:esp32s3,nand=W25N01GV,bad-blocks=1;3";
const CONNECTION = "-sc 12,13,11,9,10";
const IMPROV = "-p virtual:esp32c3,improv=ready improv";

export const ESPTOOL_FAMILIES: readonly ScreenFamily[] = [
  {
    name: "esptool-flash",
    world: () => board({ files: filesOfPages() }),
    lines: [
      "esptool flash build",
      "esptool write-flash 0x0 bootloader.bin 0x8000 partitions.bin 0x10000 app.bin",
      "esptool verify-flash 0x10000 app.bin",
      "esptool verify-flash --diff 0x10000 app-before.bin",
      "esptool read-flash 0x9000 24k nvs-read.bin",
      "esptool erase-region @nvs",
      "esptool flash-id",
      "esptool read-flash-status --bytes 3",
      "esptool write-flash-status --non-volatile 0",
      "esptool read-flash-sfdp 0 4",
      "esptool erase-flash",
      `esptool ${NAND} read-nand-spare ${CONNECTION} 192`,
      `esptool ${NAND} write-nand-spare ${CONNECTION} 128 1`,
      `esptool ${NAND} dump-bbm ${CONNECTION} blocks.bin`,
    ],
  },
  {
    name: "esptool-chip",
    world: () =>
      board({ contents: boardFlash(), files: { "ram.bin": ramImage("esp32c3"), "wifi.txt": text("password1") } }),
    lines: [
      "esptool inspect",
      "esptool read-mac",
      "esptool chip-id",
      "esptool -p virtual:esp8266 chip-id",
      "esptool -p virtual:esp32c3,app=READY monitor --reset --until READY --timeout 30",
      "esptool -p virtual:esp32c3,app=READY run-and-monitor --until READY --timeout 30",
      "esptool get-security-info",
      "esptool run",
      "esptool load-ram ram.bin",
      "esptool read-mem 0x40001000",
      "esptool write-mem 0x3fc80000 0x1dea 0xffff",
      "esptool dump-mem 0x40000000 64k rom.bin",
      `esptool ${IMPROV} state`,
      `esptool ${IMPROV} info`,
      `esptool ${IMPROV} scan`,
      `esptool ${IMPROV} wifi Home --password-file wifi.txt`,
    ],
  },
  {
    name: "esptool-partitions",
    world: () => board({ contents: boardFlash(), files: filesOfPages() }),
    lines: [
      "esptool partition-table show partitions.csv",
      "esptool partition-table make partitions.csv made.bin",
      "esptool partition-table check partitions.csv --flash-size 4MB",
      "esptool partition-table from-chip",
      "esptool backup my-board",
      "esptool restore my-board --dry-run",
      "esptool ota show",
      "esptool ota set next --state new",
      "esptool ota write build/app.bin",
      "esptool ota erase",
    ],
  },
  {
    name: "esptool-fs",
    world: () => board({ contents: boardFlash(), files: filesOfPages() }),
    lines: [
      "esptool fs ls @storage",
      "esptool fs info @storage",
      "esptool fs get @storage files",
      "esptool fs put @storage config.json /www/config.json",
      "esptool fs rm @storage www/a",
      "esptool fs make data storage.bin --kind littlefs --size 1M",
      "esptool fs ls littlefs.bin",
    ],
  },
  {
    name: "esptool-nvs",
    world: () =>
      board({ contents: boardFlash(), files: { "settings.csv": text(SETTINGS), "settings.json": text("{}") } }),
    lines: [
      "esptool nvs get",
      "esptool nvs set app boots 0 --type u32",
      "esptool nvs erase wifi channel",
      "esptool nvs export exported.json",
      "esptool nvs import exported.json",
      "esptool nvs make settings.csv nvs.bin 0x6000",
      "esptool nvs get --file nvs.bin",
      "esptool nvs make-keys --keyfile keys.bin",
      "esptool nvs encrypt settings.csv nvs-enc.bin 0x6000 --inputkey keys/keys.bin",
      "esptool nvs decrypt nvs-enc.bin keys/keys.bin clear.bin",
      "esptool nvs generate settings.csv generated.bin 0x6000",
      "esptool nvs generate-key --keyfile more-keys.bin",
    ],
  },
  {
    name: "esptool-crashes",
    world: () => board({ files: { ...filesOfPages(), "app.elf": crashProgram("c3-os-d5.elf") ?? new Uint8Array(0) } }),
    lines: [
      "esptool decode board.log --elf app.elf",
      "esptool core-dump dump.bin --elf app.elf",
      "esptool addr2line --elf app.elf 0x42000066 0x4200007e",
    ],
  },
  {
    name: "esptool-files",
    world: () => board({ files: { ...filesOfPages(), "text.bin": text("text"), "data.bin": text("data") } }),
    lines: [
      "esptool --chip esp32c3 elf2image --output made.bin app.elf",
      "esptool image-info app.bin",
      "esptool --chip esp32c3 merge-bin -o all.bin 0x0 bootloader.bin 0x8000 partitions.bin 0x10000 app.bin",
      "esptool make-image -f text.bin -a 0x40100000 -f data.bin -a 0x3ffe8000 -e 0x40100004 app-",
    ],
  },
  {
    name: "esptool-computer",
    world: () => board({ env: { SHELL: "/bin/bash" }, ports: PORTS, computer: COMPUTER }),
    lines: [
      "esptool ports",
      "esptool doctor",
      "esptool completion install",
      "esptool completion uninstall",
      "esptool version",
    ],
  },
];

const PORTS: readonly ListedPort[] = [
  { path: "/dev/ttyUSB0", likely: true, rank: 1, usable: true, manufacturer: "Silicon Labs" },
  { path: "/dev/ttyS0", likely: false, rank: 2, usable: true },
];

const COMPUTER: ComputerFacts = {
  platform: "linux",
  nodeVersion: "22.14.0",
  hasSerialDriver: true,
  ports: [{ path: "/dev/ttyUSB0", access: "denied", group: "dialout", latencyMs: 16 }],
  grabbers: ["ModemManager"],
};

const SETTINGS = `key,type,encoding,value
wifi,namespace,,
ssid,data,string,guests
channel,data,u8,6
`;
