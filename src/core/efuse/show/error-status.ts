import { hexAddress } from "../../bytes/hex.ts";
import { checkWord } from "../../check/numbers.ts";
import { listOf } from "../../check/values.ts";
import { checkErrors } from "../read/check-errors.ts";
import { bitsToWords } from "../table/bits.ts";
import { checkState } from "../table/check-efuses.ts";
import type { EfuseState, Protected } from "../table/types.ts";
import { fieldValue, isReadable, isWritable } from "../value/field-value.ts";
import { blockLine } from "./dump.ts";

/** Damage to eFuses as the chip reports it, for people (fact sheet efuse-secure A11). */

/** Chips whose line the reference ends with a period; scripts match the whole line. */
const WITH_PERIOD: ReadonlySet<string> = new Set([
  "esp32c3",
  "esp32c6",
  "esp32c61",
  "esp32h2",
  "esp32h21",
  "esp32h4",
  "esp32p4",
  "esp32s2",
  "esp32s3",
  "esp32s31",
]);

/** A line for each damaged block, and what it means where the code could not mend it. Empty: nothing is damaged. */
export function warningLines(state: EfuseState): string[] {
  checkState(state, "state");
  const damaged = checkErrors(state).blocks;
  const end = WITH_PERIOD.has(state.table.chip) ? "." : "";
  const lines = damaged.map(
    ({ id, errors: { count, fail } }) =>
      `Error(s) in BLOCK${id} [ERRORS:${count} FAIL:${fail ? "True" : "False"}]${end}`,
  );
  if (damaged.some(({ errors }) => errors.fail)) {
    lines.push("WARNING: The coding scheme of a block found more errors than it can correct. Its values may be wrong.");
  }
  return lines;
}

/**
 * The registers that tell of damage. `registers`: their values, in the order of `table.registers.errorRegisters`.
 */
export function statusDumpLines(state: EfuseState, registers: readonly number[]): string[] {
  checkState(state, "state");
  listOf(checkWord)(registers, "registers");
  const { repeatErrors, errorRegisters, decodeStatus } = state.table.registers;
  const lines: string[] = [];
  const first = state.blocks.get(0);
  if (first !== undefined && repeatErrors.length > 0) {
    // They lie over BLOCK0 from its word 1 on.
    const words = bitsToWords(first.errors.bits >> 32n, repeatErrors.length);
    lines.push(blockLine(state.table, 0, "err__regs", words));
  }
  errorRegisters.forEach((_, index) => {
    lines.push(`${registerName(index).padEnd(27)} ${hexAddress(registers[index] ?? 0)}`);
  });
  return lines;

  function registerName(index: number): string {
    if (decodeStatus !== null) return "EFUSE_REG_DEC_STATUS";
    return errorRegisters.length === 1 ? "EFUSE_RD_RS_ERR_REG" : `EFUSE_RD_RS_ERR${index}_REG`;
  }
}

/**
 * The fields of BLOCK0 and the other blocks in which the chip found errors, each with what it reads as and whether it
 * can still be burned again; then whether there are any.
 */
export function checkErrorLines(state: EfuseState): string[] {
  const { blocks, fields } = checkErrors(state);
  if (blocks.length === 0) return ["No errors detected."];
  const row = (name: string, bits: bigint, digits: number, protection: Protected): string => {
    const value = isReadable(state, protection) ? bits.toString(16).padStart(digits, "0") : "?".repeat(digits);
    return `${name.padEnd(40)} 0x${value} (${isWritable(state, protection) ? "writable" : "not writable"})`;
  };
  const fieldRows = fields.map((field) => row(field.name, fieldValue(state, field), Math.ceil(field.width / 4), field));
  const blockRows = blocks.flatMap(({ id, name }) => {
    const [block, read] = [state.table.blocks[id], state.blocks.get(id)];
    return id === 0 || block === undefined || read === undefined ? [] : [row(name, read.bits, 8 * read.words, block)];
  });
  return [...fieldRows, ...blockRows, ...warningLines(state), "Error(s) were detected in eFuses."];
}
