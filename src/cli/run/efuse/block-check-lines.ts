import { type BurnPlan, holdsSecret } from "../../../efuse.ts";

/** What will be burned and what is there, block by block, as the reference prints it (fact sheet A3). */
export function blockCheckLines({ basis, steps }: BurnPlan): string[] {
  const wanted = new Map<number, bigint>();
  for (const { block, bits } of steps) wanted.set(block, (wanted.get(block) ?? 0n) | bits);
  const lines = ["", "Check all blocks for burn...", "idx, BLOCK_NAME,          Conclusion"];
  for (const [id, bits] of [...wanted].sort(([left], [right]) => left - right)) {
    const state = basis.blocks.get(id);
    const before = state?.bits ?? 0n;
    const head = `[${String(id).padStart(2, "0")}] ${(basis.table.blocks[id]?.name ?? "").padEnd(20)}`;
    const block = basis.table.blocks[id];
    const isSecret = block !== undefined && holdsSecret(basis, block, before | bits);
    const width = (state?.words ?? 0) * 8;
    const shown = (value: bigint): string => (isSecret ? "??" : `0x${value.toString(16).padStart(width, "0")}`);
    if (before === 0n) lines.push(`${head} is empty, will burn the new value`);
    else {
      lines.push(`${head} is not empty`);
      lines.push(`\t(written ): ${shown(before)}`);
      lines.push(`\t(to write): ${shown(bits)}`);
    }
  }
  return lines;
}
