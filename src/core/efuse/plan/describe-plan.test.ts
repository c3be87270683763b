import { describe, expect, it } from "vitest";
import { afterPlan } from "../../../../test/support/efuse/efuse-after.ts";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { verifyPlan } from "../burn/verify-plan.ts";
import type { EfuseState } from "../table/types.ts";
import type { BurnRequest } from "../value/request.ts";
import { describePlan, planLines } from "./describe-plan.ts";
import { planBurn } from "./plan-burn.ts";

const secret = Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index);
const KEY: BurnRequest = { kind: "key", block: "BLOCK4", key: { kind: "raw", bytes: secret }, purpose: "HMAC_UP" };
const OPEN_KEY: BurnRequest = { ...KEY, readProtect: false };

describe("a plan in words", () => {
  it("lists what changes, hides and locks", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [KEY, { kind: "field", field: "DIS_DOWNLOAD_MODE" }], {
      postpone: true,
    });
    expect(planLines(plan)).toEqual([
      "What will be burned:",
      "  BLOCK4 BLOCK_KEY0",
      "    BLOCK_KEY0 ?? -> ??",
      "  BLOCK0",
      "    WR_DIS 0x00000000 -> 0x00800100, bits 8, 23",
      "    RD_DIS 0b0000000 -> 0b0000001, bit 32",
      "    KEY_PURPOSE_0 0x0 -> 0x8 (HMAC_UP), bit 91",
      "    DIS_DOWNLOAD_MODE 0b0 -> 0b1, bit 128",
      "Nobody can read any more:",
      "  BLOCK_KEY0",
      "Can never be changed any more:",
      "  KEY_PURPOSE_0, BLOCK_KEY0",
      "What to know before:",
      "  ! DIS_DOWNLOAD_MODE: Download mode goes off for good: the chip can no longer be flashed, read or burned through its ROM loader.",
      "Order: BLOCK_KEY0, BLOCK0, BLOCK0 (what locks).",
      "A burned bit can never be cleared.",
    ]);
  });

  it("is short when there is nothing to burn", async () => {
    expect(planLines(planBurn(await stateWith("esp32c3"), []))).toEqual(["Nothing to burn."]);
  });

  it("is JSON without a bit of a key", async () => {
    const requests: BurnRequest[] = [
      KEY,
      { kind: "field", field: "BLOCK_KEY1", value: secret },
      { kind: "block-data", block: "BLOCK_KEY2", data: secret },
      { kind: "bits", block: "BLOCK_KEY3", bits: [7, 77] },
    ];
    const plan = planBurn(await stateWith("esp32c3"), requests);
    const described = describePlan(plan);
    expect(JSON.parse(JSON.stringify(described))).toEqual(described);
    const secrets = described.changes.filter(({ block }) => block >= 4);
    expect(secrets.map(({ field, from, to, bits }) => [field, from, to, bits])).toEqual(
      [3, 2, 1, 0].map((index) => [`BLOCK_KEY${index}`, "??", "??", null]),
    );
    expect(
      described.requests.flatMap(({ changes }) => changes).filter(({ block, bits }) => block >= 4 && bits),
    ).toEqual([]);
    expect(JSON.stringify(described)).not.toMatch(/a0a1|a1a0|160,161|bebf|bfbe/);
    expect(describePlan(planBurn(plan.basis, requests))).toEqual(described);
  });
});

describe("what was burned", () => {
  async function burned(request: BurnRequest) {
    const plan = planBurn(await stateWith("esp32c3"), [request, { kind: "field", field: "DIS_ICACHE" }]);
    return { plan, after: afterPlan(plan) };
  }

  function without(state: EfuseState, block: number, bits: bigint): EfuseState {
    const old = state.blocks.get(block);
    if (old === undefined) throw new Error("no such block");
    return { ...state, blocks: new Map(state.blocks).set(block, { ...old, bits: old.bits & ~bits }) };
  }

  it("is all there", async () => {
    const { plan, after } = await burned(OPEN_KEY);
    const verdict = verifyPlan(plan, after);
    expect(verdict).toMatchObject({ ok: true, unplanned: [], lost: [] });
    expect(verdict.requests.map((request) => request.verdict)).toEqual(["burned", "burned"]);
  });

  it("cannot be seen where it is hidden, read or not", async () => {
    const { plan, after } = await burned(KEY);
    expect(verifyPlan(plan, after)).toMatchObject({
      ok: true,
      requests: [{ verdict: "unreadable" }, { verdict: "burned" }],
    });
    const unread = { ...after, blocks: new Map([...after.blocks].filter(([id]) => id !== 4)) };
    expect(verifyPlan(plan, unread)).toMatchObject({
      ok: true,
      requests: [{ verdict: "unreadable" }, { verdict: "burned" }],
    });
  });

  it("misses bits", async () => {
    const { plan, after } = await burned(OPEN_KEY);
    const broken = verifyPlan(plan, without(after, 4, 1n << 5n));
    expect(broken).toMatchObject({ ok: false, requests: [{ verdict: "missing" }, { verdict: "burned" }] });
    expect(broken.requests[0]?.fields.find(({ field }) => field === "BLOCK_KEY0")?.missing).toEqual([5]);
  });

  it("is too much, or lost", async () => {
    const { plan, after } = await burned(OPEN_KEY);
    const block = after.blocks.get(0);
    if (block === undefined) throw new Error("no BLOCK0");
    const more = { ...after, blocks: new Map(after.blocks).set(0, { ...block, bits: block.bits | (1n << 150n) }) };
    expect(verifyPlan(plan, more)).toMatchObject({ ok: false, unplanned: [{ block: 0, bits: [150] }] });
    const again = planBurn(after, [{ kind: "field", field: "DIS_TWAI" }]);
    const now = without(afterPlan(again), 4, 1n << 5n);
    expect(verifyPlan(again, now)).toMatchObject({ ok: false, lost: [{ block: 4, bits: [5] }] });
    expect(verifyPlan(again, afterPlan(planBurn(after, [{ kind: "field", field: "DIS_TWAI" }])))).toMatchObject({
      ok: true,
    });
  });

  it("does not compare what is coded otherwise now", async () => {
    const state = await stateWith("esp32", { BLOCK3: 7n });
    const plan = planBurn(state, [{ kind: "field", field: "CODING_SCHEME", value: 1 }]);
    const after = afterPlan(plan);
    const block = after.blocks.get(3);
    if (block === undefined) throw new Error("no BLOCK3");
    const recoded = { ...after, blocks: new Map(after.blocks).set(3, { ...block, scheme: "3/4" as const, bits: 8n }) };
    expect(verifyPlan(plan, recoded)).toMatchObject({ ok: true, unplanned: [], lost: [] });
    const changed = { ...after, blocks: new Map(after.blocks).set(3, { ...block, bits: 8n }) };
    expect(verifyPlan(plan, changed)).toMatchObject({ ok: false });
  });

  it("is nothing when nothing was planned", async () => {
    const state = await stateWith("esp32c3", { DIS_ICACHE: 1 });
    const plan = planBurn(state, [{ kind: "field", field: "DIS_ICACHE" }]);
    expect(verifyPlan(plan, state)).toMatchObject({ ok: true, requests: [{ verdict: "burned", fields: [] }] });
  });
});
