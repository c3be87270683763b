import { xorChecksum } from "../../../src/core/bytes/xor-checksum.ts";
import { FLASH_DATA, READ_REG, STUB_GREETING } from "../../../src/core/wire/commands.ts";
import { encodeReply, encodeRequest, PACKET_HEADER } from "../../../src/core/wire/packet.ts";
import { LONG, SECURITY_FLAG } from "../../../src/core/wire/security-info.ts";
import { slipEncode } from "../../../src/core/wire/slip.ts";
import { DAMAGED_REASONS } from "../../../src/core/wire/status.ts";
import { STATUS_REASONS } from "../../../src/core/wire/status-reasons.ts";
import { fieldTable } from "./field-table.ts";
import { code, hex, hexBytes, table } from "./markdown.ts";
import { sourceComments } from "./source-comments.ts";

const PACKET_SOURCE = sourceComments("src/core/wire/packet.ts");
const SECURITY_SOURCE = sourceComments("src/core/wire/security-info.ts");

export function wireBlocks(): Readonly<Record<string, string>> {
  return {
    "packet-header": fieldTable(PACKET_HEADER.fields, (field) => PACKET_SOURCE.ofField("PacketHeader", field)),
    "frame-example": frameExample(),
    "status-codes": table(
      ["status", "from", "meaning"],
      [...DAMAGED_REASONS, ...STATUS_REASONS]
        .sort(([one], [other]) => one - other)
        .map(([status, reason]) => [hex(status, 4), status >= 0xc000 ? "stub" : "ROM", reason]),
    ),
    "security-info": fieldTable(LONG.fields, (field) => SECURITY_SOURCE.ofField("LongInfo", field)),
    "security-flags": table(
      ["bit", "flag"],
      Object.entries(SECURITY_FLAG).map(([name, mask]) => [String(Math.log2(mask)), code(name)]),
    ),
    "stub-greeting": fenced([`${hexBytes(slipEncode(STUB_GREETING))}   "${new TextDecoder().decode(STUB_GREETING)}"`]),
  };
}

function frameExample(): string {
  const request = encodeRequest({
    opcode: READ_REG.opcode,
    checksum: 0,
    data: READ_REG.encode({ address: 0x40001000 }),
  });
  const reply = encodeReply({ opcode: READ_REG.opcode, value: 0x00c0ffee, data: new Uint8Array(4) });
  const block = Uint8Array.of(1, 2, 3);
  const data = FLASH_DATA.encode({ sequence: 7, block });
  const write = encodeRequest({ opcode: FLASH_DATA.opcode, checksum: xorChecksum(block), data });
  return fenced([
    "READ_REG of 0x40001000",
    `  -> ${hexBytes(slipEncode(request))}`,
    `  <- ${hexBytes(slipEncode(reply))}      the word is 0x00c0ffee`,
    "FLASH_DATA, block 7, three bytes 01 02 03",
    `  -> ${hexBytes(slipEncode(write))}`,
  ]);
}

function fenced(lines: readonly string[]): string {
  return ["```text", ...lines, "```"].join("\n");
}
