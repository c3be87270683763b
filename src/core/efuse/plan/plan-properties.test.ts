import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { afterPlan } from "../../../../test/support/efuse/efuse-after.ts";
import { stateOfTable } from "../../../../test/support/efuse/efuse-state.ts";
import { toHex } from "../../bytes/hex.ts";
import type { ChipId } from "../../chip/types.ts";
import { isEspError } from "../../errors.ts";
import { verifyPlan } from "../burn/verify-plan.ts";
import { keepsCodeIntact } from "../coding/coding.ts";
import { blocksFor } from "../read/blocks-for.ts";
import { bitMask } from "../table/bits.ts";
import { loadEfuseTable } from "../table/load-table.ts";
import type { EfuseField, EfuseState, EfuseTable } from "../table/types.ts";
import type { BurnRequest, FieldValue, KeyMaterial } from "../value/request.ts";
import { describePlan, planLines } from "./describe-plan.ts";
import type { BurnPlan } from "./plan.ts";
import { planBurn } from "./plan-burn.ts";

const RUNS = 60;

const CHIPS = [
  ["esp32", 300],
  ["esp32c2", 100],
  ["esp32c3", 4],
  ["esp32c5", 0],
  ["esp32c6", 0],
  ["esp32c61", 0],
  ["esp32e22", 0],
  ["esp32h2", 101],
  ["esp32h21", 0],
  ["esp32h4", 0],
  ["esp32p4", 300],
  ["esp32s2", 100],
  ["esp32s3", 2],
  ["esp32s31", 0],
] as const satisfies readonly (readonly [ChipId, number])[];

const bytes = (length: number): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.uint8Array({ minLength: length, maxLength: length });
/** Few bits, so that values meet; or what comes. */
const sparse = (width: number): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.constant(0n),
    fc
      .array(fc.nat(width - 1), { maxLength: 3 })
      .map((bits) => bits.reduce((all, bit) => all | (1n << BigInt(bit)), 0n)),
    fc.bigInt({ min: 0n, max: bitMask(0, width) }),
  );

/** Some fields burned, some blocks filled; what is hidden reads zero. */
function states(table: EfuseTable, chipRevision: number): fc.Arbitrary<EfuseState> {
  const locks = fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: sparse(32) });
  const own = table.fields.filter(({ block, bit, name }) => block === 0 && bit !== null && !/_DIS$/.test(name));
  const values = fc
    .subarray(own, { maxLength: 4 })
    .chain((fields) =>
      fc.tuple(...fields.map((field) => sparse(field.width).map((value) => [field.name, value] as const))),
    );
  const filled = fc.array(fc.tuple(fc.constantFrom(...table.blocks), sparse(256)), { maxLength: 2 });
  return fc.tuple(locks, locks, values, filled).map(([writeDisable, readDisable, burned, contents]) => {
    const fields = Object.fromEntries(burned.filter(([name]) => name !== "CODING_SCHEME"));
    const scheme = burned.find(([name, value]) => name === "CODING_SCHEME" && value === 1n) === undefined ? 0 : 1;
    const state = stateOfTable(
      table,
      {
        ...fields,
        WR_DIS: writeDisable,
        RD_DIS: readDisable,
        ...(table.chip === "esp32" ? { CODING_SCHEME: scheme } : {}),
      },
      { chipRevision },
    );
    const blocks = new Map(state.blocks);
    for (const [{ id }, bits] of contents) {
      const block = blocks.get(id);
      if (block !== undefined && id > 0) blocks.set(id, { ...block, bits: bits & bitMask(0, 32 * block.words) });
    }
    return afterPlan({ basis: { ...state, blocks }, steps: [] });
  });
}

/** Values that mostly fit. */
function valueFor(table: EfuseTable, field: EfuseField): fc.Arbitrary<FieldValue> {
  const { type, width, fieldClass, name } = field;
  if (fieldClass === "key-purpose" && type !== "bool")
    return fc.constantFrom(...table.keyPurposes.map(({ name }) => name));
  if (name === "CUSTOM_MAC") return bytes(6).map((mac) => toHex(mac, ":"));
  if (type === "bytes") return fc.oneof(bytes(width / 8), bytes(8));
  if (type === "bool") return fc.constantFrom(true, 1, "1", "0");
  return fc.oneof(fc.nat(2 ** Math.min(width, 30) - 1), fc.constantFrom("0x3", "12"));
}

function fieldRequest(table: EfuseTable): fc.Arbitrary<BurnRequest> {
  return fc
    .constantFrom(...table.fields)
    .chain((field) =>
      fc
        .tuple(fc.constantFrom(field.name, ...field.aliases), valueFor(table, field))
        .map(([name, value]) => ({ kind: "field", field: name, value })),
    );
}

function keyRequest(table: EfuseTable, chip: ChipId): fc.Arbitrary<BurnRequest> {
  const keyBlocks = table.blocks.filter(({ id, keyPurposeField }) => id > 0 && (id < 4 || keyPurposeField !== null));
  const block = fc.constantFrom(...keyBlocks.flatMap(({ name, aliases }) => [name, ...aliases]));
  const purpose = fc.constantFrom(...table.keyPurposes.map(({ name }) => name), "NONE");
  const protection = fc.record({ readProtect: fc.boolean(), writeProtect: fc.boolean() }, { requiredKeys: [] });
  const scalars = { p192: 24, p256: 32, p384: 48 } as const;
  const signing = fc
    .constantFrom("p192" as const, "p256" as const, "p384" as const)
    .chain((curve) => bytes(scalars[curve]).map((scalar): KeyMaterial => ({ kind: "ecdsa", curve, scalar })));
  const raw = (length: number): fc.Arbitrary<KeyMaterial> =>
    bytes(length).map((value) => ({ kind: "raw", bytes: value }));
  const material = fc.oneof({ weight: 4, arbitrary: raw(32) }, raw(64), raw(16), raw(24), signing);
  return fc.tuple(block, material, purpose, protection).map(([name, key, named, options]) => ({
    kind: "key",
    block: name,
    key,
    ...options,
    ...(chip === "esp32" ? {} : { purpose: named }),
  }));
}

function dataRequest(table: EfuseTable): fc.Arbitrary<BurnRequest> {
  return fc.constantFrom(...table.blocks).chain(({ name, aliases, words }) =>
    fc.oneof(
      bytes(4 * words).map((data): BurnRequest => ({ kind: "block-data", block: name, data })),
      bytes(4).map((data): BurnRequest => ({ kind: "block-data", block: aliases[0] ?? name, data, offset: 3 })),
      fc
        .array(fc.nat(32 * words + 1), { maxLength: 4 })
        .map((bits): BurnRequest => ({ kind: "bits", block: name, bits })),
    ),
  );
}

function requests(table: EfuseTable, chip: ChipId): fc.Arbitrary<BurnRequest> {
  const names = (fields: readonly EfuseField[]): fc.Arbitrary<string> =>
    fc.constantFrom(...fields.flatMap(({ name, aliases }) => [name, ...aliases]));
  const hideable = names(table.fields.filter(({ readDisableBits }) => readDisableBits.length > 0));
  const digest = fc.tuple(bytes(32), fc.constantFrom(...table.blocks), fc.constantFrom("SECURE_BOOT_DIGEST1", "USER"));
  return fc.oneof(
    { weight: 6, arbitrary: fieldRequest(table) },
    { weight: 3, arbitrary: dataRequest(table) },
    { weight: 4, arbitrary: keyRequest(table, chip) },
    digest.map(
      ([value, { name }, purpose]): BurnRequest => ({ kind: "key-digest", digest: value, block: name, purpose }),
    ),
    hideable.map((field): BurnRequest => ({ kind: "read-protect", field })),
    names(table.fields).map((field): BurnRequest => ({ kind: "write-protect", field })),
    bytes(5).map((end): BurnRequest => ({ kind: "custom-mac", mac: Uint8Array.of(2, ...end) })),
    fc
      .constantFrom("OFF" as const, "1.8V" as const)
      .map((voltage): BurnRequest => ({ kind: "flash-voltage", voltage })),
  );
}

/** The plan, or null where it was refused for a reason that has a code. */
function planned(state: EfuseState, wanted: readonly BurnRequest[], postpone: boolean): BurnPlan | null {
  try {
    return planBurn(state, wanted, { postpone });
  } catch (error) {
    if (isEspError(error) && /^(efuse|argument)\./.test(error.code) && error.code !== "argument.invalid") return null;
    throw error;
  }
}

const union = (parts: readonly bigint[]): bigint => parts.reduce((all, part) => all | part, 0n);
const asBits = (numbers: readonly number[]): bigint => union(numbers.map((bit) => 1n << BigInt(bit)));
const size = (bits: bigint): number => bits.toString(2).replaceAll("0", "").length;

function checkBits({ basis, steps, changes, outcomes }: BurnPlan): void {
  for (const { id, words } of basis.blocks.values()) {
    const burned = steps.filter(({ block }) => block === id).map(({ bits }) => bits);
    const all = union(burned);
    expect(all & (basis.blocks.get(id)?.bits ?? 0n)).toBe(0n);
    expect(all & ~bitMask(0, 32 * words)).toBe(0n);
    expect(burned.every((bits) => bits !== 0n)).toBe(true);
    for (const listed of [changes, outcomes.flatMap((outcome) => outcome.changes)]) {
      const own = listed.filter(({ block }) => block === id).map(({ bits }) => bits);
      expect(union(own.map(asBits))).toBe(all);
      // Every bit once.
      expect(own.flat()).toHaveLength(size(all));
    }
    expect(burned.reduce((sum, bits) => sum + size(bits), 0)).toBe(size(all));
  }
}

function checkOrder({ steps }: BurnPlan, postpone: boolean): void {
  const ids = steps.map(({ block }) => block);
  expect(ids).toEqual(ids.toSorted((left, right) => right - left));
  expect(steps.filter((step) => step.postponed && (!postpone || step.block !== 0 || step !== steps.at(-1)))).toEqual(
    [],
  );
  expect(new Set(steps.map(({ block, postponed }) => `${block}${postponed}`)).size).toBe(steps.length);
}

/** From bits alone, as the hardware sees them. */
function checkEffects(plan: BurnPlan): void {
  const { table, blocks } = plan.basis;
  const before = blocks.get(0)?.bits ?? 0n;
  const added = union(plan.steps.filter(({ block }) => block === 0).map(({ bits }) => bits));
  const start = { write: 0n, read: table.chip === "esp32" ? 16n : 32n };
  const isSet = (bits: bigint, from: bigint, bit: number): boolean => ((bits >> (from + BigInt(bit))) & 1n) === 1n;
  const isSure = ({ presence }: EfuseField): boolean => presence !== "uncoded" && presence !== "three-quarters";
  const sure = [...table.fields.filter(isSure), ...table.blocks];
  const all = [...table.fields, ...table.blocks];
  const locks = ({ writeDisableBit: bit }: (typeof all)[number]): boolean =>
    bit !== null && isSet(added, start.write, bit);
  const hides = ({ readDisableBits: bits }: (typeof all)[number]): boolean =>
    bits.some((bit) => isSet(added, start.read, bit)) && !bits.some((bit) => isSet(before, start.read, bit));
  for (const [found, test] of [
    [plan.locks, locks],
    [plan.hides, hides],
  ] as const) {
    const expected = sure.filter(test).map(({ name }) => name);
    expect(found).toEqual(expect.arrayContaining(expected));
    const possible = new Set(all.filter(test).map(({ name }) => name));
    expect(found.filter((name) => !possible.has(name))).toEqual([]);
    expect(new Set(found).size).toBe(found.length);
  }
}

function checkCodes({ basis, steps }: BurnPlan): void {
  for (const { block, bits } of steps) {
    const state = basis.blocks.get(block);
    if (state !== undefined) expect(keepsCodeIntact(state.scheme, state.bits, bits)).toBe(true);
  }
}

/** Locked or hidden bits are never planned without force. */
function checkProtected({ basis, steps }: BurnPlan): void {
  const { table } = basis;
  const block0 = basis.blocks.get(0)?.bits ?? 0n;
  for (const { block, bits } of steps) {
    const own = table.blocks[block];
    const isLocked = (bit: number | null | undefined): boolean => bit != null && ((block0 >> BigInt(bit)) & 1n) === 1n;
    const touched = table.fields.filter(
      ({ block: id, bit, width }) => id === block && bit !== null && width <= 32 && (bits & bitMask(bit, width)) !== 0n,
    );
    expect([...touched, own].filter((item) => isLocked(item?.writeDisableBit))).toEqual([]);
  }
}

/** Over all chips: of one alone chance may give few. */
const made = { requests: 0, plans: 0 };

describe.each(CHIPS)("any requests to any %s", (chip, revision) => {
  it("give a plan that is true, or a refusal with a code", async () => {
    const table = await loadEfuseTable(chip, revision);
    const wanted = fc.array(requests(table, chip), { minLength: 1, maxLength: 3 });
    let plans = 0;
    fc.assert(
      fc.property(states(table, revision), wanted, fc.boolean(), (state, list, postpone) => {
        const plan = planned(state, list, postpone);
        if (plan === null) return;
        plans++;
        checkBits(plan);
        checkOrder(plan, postpone);
        checkEffects(plan);
        checkCodes(plan);
        checkProtected(plan);
        const after = afterPlan(plan);
        expect(verifyPlan(plan, after)).toMatchObject({ ok: true });
        expect(planned(after, list, postpone)?.steps ?? []).toEqual([]);
        expect(JSON.parse(JSON.stringify(describePlan(plan)))).toEqual(describePlan(plan));
      }),
      { numRuns: RUNS },
    );
    expect(plans).toBeGreaterThan(0);
    made.requests += RUNS;
    made.plans += plans;
  });

  it("clear no bit and list every bit, forced too", async () => {
    const table = await loadEfuseTable(chip, revision);
    const forced = requests(table, chip).map((request): BurnRequest => ({ ...request, force: true }));
    fc.assert(
      fc.property(states(table, revision), fc.array(forced, { minLength: 1, maxLength: 3 }), (state, list) => {
        const plan = planned(state, list, true);
        if (plan === null) return;
        checkBits(plan);
        checkOrder(plan, true);
        checkEffects(plan);
        expect(planLines(plan).length).toBeGreaterThan(0);
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it("need no more than what blocksFor names, and get the same plan with it", async () => {
    const table = await loadEfuseTable(chip, revision);
    fc.assert(
      fc.property(states(table, revision), requests(table, chip), (state, request) => {
        let needed: ReadonlySet<number>;
        try {
          needed = blocksFor(table, [request]);
        } catch (error) {
          expect(isEspError(error, "efuse.unknown-name")).toBe(true);
          return;
        }
        const few = { ...state, blocks: new Map([...state.blocks].filter(([id]) => needed.has(id))) };
        const [plan, same] = [planned(state, [request], true), planned(few, [request], true)];
        expect(same?.steps).toEqual(plan?.steps);
        expect(same?.changes).toEqual(plan?.changes);
        expect([same?.locks, same?.hides]).toEqual([plan?.locks, plan?.hides]);
      }),
      { numRuns: RUNS / 2 },
    );
  });
});

it("makes up requests of which a sixth and more can be planned: nonsense would test nothing but refusals", () => {
  expect(made.plans * 6).toBeGreaterThanOrEqual(made.requests);
});
