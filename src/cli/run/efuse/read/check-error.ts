import {
  checkErrors,
  type DamageReport,
  type EfuseState,
  planRecovery,
  recoverBlocks,
  warningLines,
} from "../../../../efuse.ts";
import { EspError } from "../../../../index.ts";
import type { RunContext, RunResult } from "../../../context.ts";
import { confirmBurn } from "../confirm.ts";
import type { Prepare } from "../prepared.ts";

export const prepare: Prepare = (context) => ({
  kind: "check",
  async check(device, state, keep) {
    showDamage(context, state);
    let after = state;
    if (context.options.flag("recovery") && checkErrors(state).blocks.length > 0) {
      const { steps, hopeless } = planRecovery(state);
      const plan = [
        ...hopeless.map(({ name, why }) => `${name} cannot be recovered: ${WHY[why]}.`),
        ...steps.map(({ block }) => `BLOCK${block} will be burned again with what it holds.`),
      ];
      for (const line of plan) context.print(line);
      if (context.options.flag("dry-run"))
        return { result: { damage: checkErrors(state), recovery: steps.map(({ block }) => block) }, state };
      if (steps.length > 0) {
        await confirmBurn(context, plan);
        after = (await recoverBlocks(device, state, { signal: context.signal })).state;
        await keep(steps.map(({ block }) => `BLOCK${block}`));
        showDamage(context, after);
      }
    }
    return { result: verdict(context, checkErrors(after)), state: after };
  },
});

const WHY = {
  uncorrectable: "it has more errors than its code can correct, so what it reads as is wrong",
  hidden: "it is read-protected, so nobody knows what it holds",
  "write-protected": "it is write-protected",
  empty: "it reads as empty",
} as const;

function showDamage({ print }: RunContext, state: EfuseState): void {
  const { fields } = checkErrors(state);
  for (const { name } of fields) print(`${name} is read with errors.`);
  for (const line of warningLines(state)) print(line);
}

function verdict({ print }: RunContext, damage: DamageReport): RunResult {
  if (damage.blocks.length === 0) {
    print("No errors detected.");
    return { damage };
  }
  throw new EspError("efuse.damaged", "Error(s) were detected in eFuses.", {
    hint: "check-error --recovery burns the content of damaged blocks once more.",
    details: { blocks: damage.blocks, fields: damage.fields.map(({ name }) => name) },
  });
}
