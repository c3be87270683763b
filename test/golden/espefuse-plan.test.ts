import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planBurn } from "../../src/core/efuse/plan/plan-burn.ts";
import { blocksFor } from "../../src/core/efuse/read/blocks-for.ts";
import { wordsToBits } from "../../src/core/efuse/table/bits.ts";
import { loadEfuseTable } from "../../src/core/efuse/table/load-table.ts";
import type { BurnRequest } from "../../src/core/efuse/value/request.ts";
import { afterPlan } from "../support/efuse/efuse-after.ts";
import { type EspefuseCase, espefuseCases } from "../support/efuse/efuse-cases.ts";
import { efuseFileDevice } from "../support/efuse/efuse-file-device.ts";
import { stateOfTable } from "../support/efuse/efuse-state.ts";
import { SHARED } from "../support/image/elf2image-case.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";
import { thrown } from "../support/thrown.ts";

const BURNS = ["burn-bit", "burn-key", "burn-custom-mac", "write-protect-efuse", "burn-efuse", "burn-block-data"];
const cases = espefuseCases().filter(({ args }) => args.some((arg) => BURNS.includes(arg)));
if (cases.length === 0) tellSkipped(NO_REFERENCE);

function input(argument: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(argument.replace("{in}", join(SHARED, "inputs"))));
}

/** The commands of a case, each with its arguments. */
function commandsOf({ args }: EspefuseCase): { readonly name: string; readonly values: readonly string[] }[] {
  const commands: { name: string; values: string[] }[] = [];
  for (const arg of args.slice(args.indexOf("--do-not-confirm") + 1)) {
    if (BURNS.includes(arg) || ["summary", "dump", "get-custom-mac"].includes(arg))
      commands.push({ name: arg, values: [] });
    else commands.at(-1)?.values.push(arg);
  }
  return commands.filter(({ name }) => BURNS.includes(name));
}

function requestsOf(name: string, values: readonly string[]): BurnRequest[] {
  const [first = "", second = "", third] = values;
  switch (name) {
    case "burn-bit":
      return [{ kind: "bits", block: first, bits: values.slice(1).map(Number) }];
    case "burn-key": {
      const key = { kind: "raw", bytes: input(second) } as const;
      return [{ kind: "key", block: first, key, ...(third === undefined ? {} : { purpose: third }) }];
    }
    case "burn-custom-mac":
      return [{ kind: "custom-mac", mac: first }];
    case "write-protect-efuse":
      return values.map((field) => ({ kind: "write-protect", field }));
    case "burn-block-data":
      return [{ kind: "block-data", block: first, data: input(second) }];
    default:
      return Array.from({ length: values.length / 2 }, (_, index) => ({
        kind: "field",
        field: values[2 * index] ?? "",
        value: values[2 * index + 1] ?? "",
      }));
  }
}

describe.skipIf(cases.length === 0)("plans leave the eFuses that the reference leaves", () => {
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (name, golden) => {
    const { chip } = golden;
    const device = efuseFileDevice(chip, golden.file);
    const table = await loadEfuseTable(chip, device.chipRevision);
    const requests = commandsOf(golden).flatMap((command) => requestsOf(command.name, command.values));
    const before = stateOfTable(table, name.includes("34-coding") ? { CODING_SCHEME: 1 } : {}, {
      chipRevision: device.chipRevision ?? 0,
    });
    if (golden.exit !== 0) {
      expect(thrown(() => planBurn(before, requests)).code).toBe("efuse.unknown-name");
      return;
    }
    // What `blocksFor` names has to be enough.
    const needed = blocksFor(table, requests);
    const basis = { ...before, blocks: new Map([...before.blocks].filter(([id]) => needed.has(id))) };
    const after = afterPlan(planBurn(basis, requests, { postpone: true }));
    for (const { id, words, readAddress } of table.blocks) {
      const count = after.blocks.get(id)?.words ?? words;
      const addresses = Array.from({ length: count }, (_, index) => readAddress + 4 * index);
      const found = wordsToBits(await device.readRegisters(addresses));
      expect([id, after.blocks.get(id)?.bits ?? 0n]).toEqual([id, found]);
    }
  });
});
