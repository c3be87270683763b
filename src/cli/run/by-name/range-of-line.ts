import { EspError, type FlashRange, type Session } from "../../../index.ts";
import type { RunContext } from "../../context.ts";
import type { TableSource } from "./chip-table.ts";
import { namedRanges, noNames } from "./named-ranges.ts";

/** ADDRESS and SIZE of the line on this chip; of a partition `all` is its end. Throws `partition.*`. */
export async function rangeOfLine(
  context: RunContext,
  session: Session,
  file: TableSource | null,
): Promise<FlashRange> {
  const { arguments: words } = context;
  const reference = words.reference("ADDRESS");
  const asked = words.size("SIZE");
  if (reference === null) return { address: words.number("ADDRESS"), sizeBytes: asked };
  if (context.options.text("flash-type") === "nand") throw noNames();
  const { ranges } = await namedRanges(context, session, { references: [reference], file });
  const [range] = ranges;
  if (range === undefined) throw new EspError("internal", "A partition that was found is gone.");
  const sizeBytes = asked === "all" ? range.sizeBytes : asked;
  if (sizeBytes <= range.sizeBytes) return { address: range.address, sizeBytes };
  throw new EspError(
    "partition.too-small",
    `The partition '${range.name}' has ${range.sizeBytes} bytes, not ${sizeBytes}.`,
    {
      hint: "Leave the size out for the whole partition.",
      details: { partition: range.name, sizeBytes, partitionBytes: range.sizeBytes },
    },
  );
}
