import { EspError } from "../../../index.ts";
import type { RunCommand } from "../../context.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";
import { idLines } from "./flash-id.ts";

export const run: RunCommand = async (context) => {
  const address = context.arguments.number("ADDRESS");
  const byteCount = context.arguments.number("BYTES");
  refuseRange(address, byteCount);
  return await withSession(context, async (session) => {
    const { readFlashId, readFlashSfdp } = await import("../../../index.ts");
    const access = { ...spiConnection(context.options), signal: context.signal };
    const flash = await readFlashId(session, access);
    for (const line of idLines(flash)) context.print(line);
    const data = await readFlashSfdp(session, { address, sizeBytes: byteCount }, access);
    const bytes = Array.from(data, (byte) => `0x${byte.toString(16).padStart(2, "0")}`);
    context.print(`Flash memory SFDP[${address}..${address + byteCount - 1}]: ${bytes.join(" ")}`);
    const { manufacturer, device, sizeBytes, sizeName } = flash;
    return { ...sessionFields(session), manufacturer, device, sizeBytes, sizeName, address, sfdp: data };
  });
};

/** Addresses in the table have three bytes (JESD216). */
const TABLE_END = 0x1000000;

function refuseRange(address: number, byteCount: number): void {
  if (byteCount < 1 || byteCount > 4)
    throw new EspError("argument.invalid", "Invalid number of bytes to read from SFDP (1-4).", {
      hint: "Ask for 1 to 4 bytes at a time.",
      details: { byteCount },
    });
  if (address + byteCount <= TABLE_END) return;
  throw new EspError("argument.invalid", `The parameter table ends before 0x${TABLE_END.toString(16)}.`, {
    hint: "Give a lower address.",
    details: { address, byteCount },
  });
}
