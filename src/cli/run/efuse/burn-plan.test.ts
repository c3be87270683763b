import { expect, it } from "vitest";
import { scriptedEfuses } from "../../../../test/support/efuse/scripted-efuses.ts";
import { readEfuses } from "../../../efuse.ts";
import { verdictDetails } from "./burn-plan.ts";

it("a burn that was not successful: bits of BLOCK0 by number, of blocks that may hold keys how many", async () => {
  const state = await readEfuses(await scriptedEfuses("esp32c3"));
  const seen = { verdict: "missing", missing: [3, 8] } as const;
  const fields = [
    { field: "BLOCK_KEY0", block: 4, ...seen },
    { field: "DIS_TWAI", block: 0, ...seen },
  ];
  const details = verdictDetails(state, {
    ok: false,
    requests: [{ request: { kind: "bits", block: "BLOCK0", bits: [] }, verdict: "missing", fields }],
    unplanned: [{ block: 5, bits: [7] }],
    lost: [{ block: 0, bits: [7] }],
  });
  expect(details).toEqual({
    fields: [
      { field: "BLOCK_KEY0", block: 4, verdict: "missing", missing: 2 },
      { field: "DIS_TWAI", block: 0, verdict: "missing", missing: [3, 8] },
    ],
    unplanned: [{ block: 5, bits: 1 }],
    lost: [{ block: 0, bits: [7] }],
  });
});
