import { type BurnRequest, bitsToWords, findBlock, type RequestOutcome } from "../../../../efuse.ts";
import { EspError } from "../../../../index.ts";
import { parseInteger } from "../../../line/value/integers.ts";
import type { Prepare } from "../prepared.ts";

export const prepare: Prepare = ({ arguments: words, options, print }) => {
  const block = words.text("BLOCK");
  const bits = words.words.map(bitNumber);
  return {
    kind: "burn",
    requests: (): BurnRequest[] => [{ kind: "bits", block, bits, force: options.flag("force-write-always") }],
    announce(_outcomes: readonly RequestOutcome[], state) {
      const { id, name, aliases } = findBlock(state.table, block);
      const count = state.blocks.get(id)?.words ?? 0;
      const value = bits.reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
      const registers = bitsToWords(value, count).map((word) => word.toString(16).padStart(8, "0"));
      const last = `[${count * 32 - 1}]`;
      // Lines of the reference (fact sheet A13), also for a key block: the bits that were typed, nothing the block holds.
      print(`bit_number:   ${last}${".".repeat(Math.max(0, count * 8 - last.length - 3))}[0]`);
      print(`BLOCK${String(id).padStart(2)}   : 0x${value.toString(16).padStart(count * 8, "0")}`);
      const alias = aliases.join(" ").slice(0, 16).padEnd(16);
      print(`${name.padEnd(16)}(${alias}) [${String(id).padEnd(2)}] regs_to_write: ${registers.join(" ")}`);
    },
  };
};

function bitNumber(text: string): number {
  const value = parseInteger(text);
  if (value !== null) return value;
  throw new EspError("argument.invalid", `Invalid value '${text}' for BIT_NUMBER: it is not an integer.`, {
    hint: "Write the number of a bit, such as 5; the first one is 0.",
    details: { value: text },
  });
}
