import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "../bytes/hex.ts";
import { xorChecksum } from "../bytes/xor-checksum.ts";
import { type Command, DEFAULT_LIMITS } from "./command.ts";
import * as commands from "./commands.ts";
import { decodeReply, decodeRequest, encodeReply, encodeRequest } from "./packet.ts";
import { decodeSecurityInfo, encodeSecurityInfo } from "./security-info.ts";
import { slipEncode } from "./slip.ts";
import { DAMAGED_REASONS } from "./status.ts";
import { statusReason } from "./status-reasons.ts";

const frame = <Request>(command: Command<Request, unknown>, request: Request): string => {
  const data = command.encode(request);
  const checksum = command.checksummed === null ? 0 : xorChecksum(command.checksummed(data));
  return toHex(slipEncode(encodeRequest({ opcode: command.opcode, checksum, data })));
};

describe("requests", () => {
  // Fact sheet section 10, and what the reference sent to real ROM code (test/fixtures/transcripts).
  it.each([
    [commands.SYNC, {}, `c00008240000000000070712${"20"}${"55".repeat(32)}c0`],
    [commands.READ_REG, { address: 0x40001000 }, "c0000a04000000000000100040c0"],
    [commands.GET_SECURITY_INFO, {}, "c00014000000000000c0"],
    [commands.SPI_ATTACH, { pins: 0, legacy: 0 }, "c0000d0800000000000000000000000000c0"],
    [commands.CHANGE_BAUDRATE, { baudRate: 460800, currentBaudRate: 115200 }, "c0000f0800000000000008070000c20100c0"],
    [commands.MEM_END, { stay: 0, entry: 0x40380f2e }, "c00006080000000000000000002e0f3840c0"],
    [commands.ERASE_REGION, { address: 0x10000, sizeBytes: 0x2000 }, "c000d10800000000000000010000200000c0"],
    [
      commands.FLASH_BEGIN,
      { sizeBytes: 0x400, blocks: 1, blockSize: 0x4000, address: 0x30000, encrypted: 0 },
      "c000021400000000000004000001000000004000000000030000000000c0",
    ],
    [
      commands.FLASH_BEGIN,
      { sizeBytes: 0x400, blocks: 1, blockSize: 0x400, address: 0x10000 },
      "c0000210000000000000040000010000000004000000000100c0",
    ],
    [
      commands.WRITE_REG,
      [{ address: 0x60002028, value: 0x17 }],
      "c000091000000000002820006017000000ffffffff00000000c0",
    ],
  ] as unknown as readonly (readonly [Command<never, unknown>, never, string])[])("%o", (command, request, hex) => {
    expect(frame(command, request)).toBe(hex);
    const bytes = fromHex(hex.slice(2, -2).replaceAll("dbdc", "c0").replaceAll("dbdd", "db"));
    const packet = bytes === null ? null : decodeRequest(bytes);
    expect(packet?.opcode).toBe(command.opcode);
    expect(command.decode(packet?.data ?? new Uint8Array(0))).not.toBeNull();
  });

  it("checksum what follows the header of a block", () => {
    expect(xorChecksum(Uint8Array.of(1, 2, 3))).toBe(0xef);
    const data = commands.FLASH_DATA.encode({ sequence: 7, block: Uint8Array.of(1, 2, 3) });
    expect(commands.FLASH_DATA.checksummed?.(data)).toEqual(Uint8Array.of(1, 2, 3));
    expect(commands.FLASH_DATA.decode(data)).toEqual({ sequence: 7, block: Uint8Array.of(1, 2, 3) });
    expect(commands.FLASH_DATA.decode(data.subarray(0, data.length - 1))).toBeNull();
  });

  it("carry many register writes, each with its delay and mask", () => {
    const writes = [
      { address: 1, value: 2, mask: 3, delayMicroseconds: 4 },
      { address: 5, value: 6, mask: 0xffffffff, delayMicroseconds: 0 },
    ];
    expect(commands.WRITE_REG.decode(commands.WRITE_REG.encode(writes))).toEqual(writes);
  });
});

describe("timeouts", () => {
  const limits = DEFAULT_LIMITS;
  it("are those of the fact sheet, section 10", () => {
    const range = { address: 0, sizeBytes: 1 << 20, reserved1: 0, reserved2: 0 };
    expect(commands.SPI_FLASH_MD5.timeoutMs(range, limits)).toBeCloseTo(8388.608, 3);
    expect(commands.ERASE_REGION.timeoutMs({ address: 0, sizeBytes: 4 << 20 }, limits)).toBeCloseTo(125_829.12, 2);
  });
});

describe("packets", () => {
  it("are told from noise", () => {
    const request = encodeRequest({ opcode: 8, checksum: 0, data: Uint8Array.of(1) });
    const reply = encodeReply({ opcode: 8, value: 0x12345678, data: Uint8Array.of(0, 0) });
    expect(decodeReply(reply)).toMatchObject({ opcode: 8, value: 0x12345678 });
    expect(decodeReply(request)).toBeNull();
    expect(decodeRequest(reply)).toBeNull();
    expect(decodeReply(reply.subarray(0, reply.length - 1))).toBeNull();
    expect(decodeReply(new Uint8Array(7).fill(1))).toBeNull();
  });
});

describe("answers", () => {
  it("read a digest as hexadecimal from a ROM and raw from a stub", () => {
    const hex = "783fd624ed206708b5830268318ce88a";
    const raw = fromHex(hex) ?? new Uint8Array(0);
    expect(commands.SPI_FLASH_MD5.decodeReply(new TextEncoder().encode(hex), 0)).toEqual(raw);
    expect(commands.SPI_FLASH_MD5.decodeReply(raw, 0)).toEqual(raw);
  });

  it("read the security information in both lengths", () => {
    const long = {
      flags: 5,
      flashCryptCount: 3,
      keyPurposes: Uint8Array.of(1, 2, 3, 4, 5, 6, 12),
      chipId: 5,
      apiVersion: 3,
    };
    const short = { ...long, chipId: null, apiVersion: null };
    expect(encodeSecurityInfo(long)).toHaveLength(20);
    expect(encodeSecurityInfo(short)).toHaveLength(12);
    expect([decodeSecurityInfo(encodeSecurityInfo(long)), decodeSecurityInfo(encodeSecurityInfo(short))]).toEqual([
      long,
      short,
    ]);
    expect(decodeSecurityInfo(new Uint8Array(13))).toBeNull();
  });

  it("give every known status a reason and unknown ones a number", () => {
    expect(DAMAGED_REASONS.get(0x0107)).toMatch(/checksum/);
    expect(statusReason(0x0108)).toMatch(/write error/);
    expect(statusReason(0x1234)).toContain("0x1234");
  });
});
