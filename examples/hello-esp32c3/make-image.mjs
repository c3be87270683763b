// Packs hello.elf into the image the ESP32-C3's ROM loads from flash offset 0x0. Plain Node, nothing to install.
// Usage: node make-image.mjs hello.elf hello.bin

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

const CHIP_ID_ESP32C3 = 5;
const FLASH_MODE_DIO = 2; // two data lines: every flash chip on every board is wired for it
const FLASH_SIZE_2MB_FREQUENCY_40MHZ = 0x10; // the smallest flash of any ESP32-C3 and the slower clock: safe everywhere
const CHECKSUM_SEED = 0xef;
const PT_LOAD = 1;
const EM_RISCV = 0xf3;

/** Returns the entry point and the loadable file bytes of a 32-bit little-endian RISC-V ELF, by ascending address. */
function readElf(file) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const isElf32Little = view.getUint32(0) === 0x7f454c46 && view.getUint16(4) === 0x0101;
  if (!isElf32Little || view.getUint16(18, true) !== EM_RISCV) {
    throw new Error("not a 32-bit little-endian RISC-V ELF file");
  }
  const tableOffset = view.getUint32(28, true);
  const entrySize = view.getUint16(42, true);
  const segments = [];
  for (let index = 0; index < view.getUint16(44, true); index++) {
    const header = tableOffset + index * entrySize;
    const fileOffset = view.getUint32(header + 4, true);
    const fileSize = view.getUint32(header + 16, true);
    if (view.getUint32(header, true) === PT_LOAD && fileSize > 0) {
      segments.push({
        address: view.getUint32(header + 12, true), // physical, which is where a loader puts it
        data: file.subarray(fileOffset, fileOffset + fileSize),
      });
    }
  }
  return { entry: view.getUint32(24, true), segments: segments.sort((a, b) => a.address - b.address) };
}

function imageHeader(entry, segmentCount) {
  const header = Buffer.alloc(24);
  header.set([0xe9, segmentCount, FLASH_MODE_DIO, FLASH_SIZE_2MB_FREQUENCY_40MHZ]);
  header.writeUInt32LE(entry, 4);
  header[8] = 0xee; // write-protect pin: none
  header.writeUInt16LE(CHIP_ID_ESP32C3, 12);
  header.writeUInt16LE(0xffff, 17); // newest chip revision allowed: no limit
  header[23] = 1; // a SHA-256 follows the checksum
  return header;
}

function buildImage({ entry, segments }) {
  const parts = [imageHeader(entry, segments.length)];
  let checksum = CHECKSUM_SEED;
  for (const { address, data } of segments) {
    const padded = Buffer.alloc(Math.ceil(data.length / 4) * 4); // the ROM loads whole words
    padded.set(data);
    for (const byte of padded) checksum ^= byte;
    const segmentHeader = Buffer.alloc(8);
    segmentHeader.writeUInt32LE(address, 0);
    segmentHeader.writeUInt32LE(padded.length, 4);
    parts.push(segmentHeader, padded);
  }
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const tail = Buffer.alloc(16 - (length % 16)); // the checksum is the last byte of a multiple of 16
  tail[tail.length - 1] = checksum;
  const body = Buffer.concat([...parts, tail]);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

const [elfPath, imagePath] = process.argv.slice(2);
if (elfPath === undefined || imagePath === undefined) {
  console.error("usage: node make-image.mjs <elf> <image>");
  process.exit(2);
}
const image = buildImage(readElf(readFileSync(elfPath)));
writeFileSync(imagePath, image);
console.log(`${imagePath}: ${image.length} bytes`);
