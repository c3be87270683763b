import type { FlashIdResult } from "../../../index.ts";
import type { RunCommand } from "../../context.ts";
import { spiConnection } from "../spi-connection.ts";
import { sessionFields, withSession } from "../with-session.ts";

export const run: RunCommand = (context) =>
  withSession(context, async (session) => {
    const { readFlashId } = await import("../../../index.ts");
    const flash = await readFlashId(session, spiConnection(context.options));
    for (const line of flashLines(flash)) context.print(line);
    return { ...sessionFields(session), ...flash };
  });

const TITLE = "Flash Memory Information:";
const WIRING = { quad: "quad (4 data lines)", octal: "octal (8 data lines)" } as const;

/** Fact sheet 1.7. */
function flashLines(flash: FlashIdResult): string[] {
  const { wiring, voltage } = flash;
  return [
    "",
    TITLE,
    "=".repeat(TITLE.length),
    ...idLines(flash),
    ...(wiring === null ? [] : [`Flash type set in eFuse: ${WIRING[wiring]}`]),
    ...(voltage === null ? [] : [`Flash voltage set by ${voltage.source}: ${voltage.value}`]),
  ];
}

/** What the flash is. */
export function idLines({ manufacturer, device, sizeName }: FlashIdResult): string[] {
  return [
    `Manufacturer: ${manufacturer.toString(16).padStart(2, "0")}`,
    `Device: ${device.toString(16).padStart(4, "0")}`,
    `Detected flash size: ${sizeName ?? "Unknown"}`,
  ];
}
