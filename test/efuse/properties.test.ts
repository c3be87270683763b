import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import {
  type BurnPlan,
  burnEfuses,
  describePlan,
  type EfuseDevice,
  type EfuseState,
  efuseDevice,
  loadEfuseTable,
  planBurn,
  readEfuses,
  verifyPlan,
} from "../../src/efuse.ts";
import { connect, disconnect, EspError, isEspError, type Session } from "../../src/index.ts";
import { publicKeyDigest, readPublicKey } from "../../src/secure.ts";
import { virtualChip } from "../../src/virtual.ts";
import { type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { type EfuseChip, efuseFileDevice } from "../support/efuse/efuse-file-device.ts";
import { type BurnClaim, judge } from "../support/efuse/efuse-judge.ts";
import { type RandomLine, randomLine, wordsOf } from "../support/efuse/efuse-lines.ts";
import {
  type ArmedFault,
  armFault,
  type Fault,
  presetFuses,
  randomFault,
  randomPreset,
  twinOf,
} from "../support/efuse/efuse-mishaps.ts";
import { fileOfRaw, type RawEfuses, rawOfFile } from "../support/efuse/raw-efuses.ts";
import { keyFile } from "../support/secure/throw-away-keys.ts";

/**
 * Random lines of espefuse, one after the other on the same chip, with faults in the fuses. What they did is judged by the
 * fuses themselves, not by what the host read of them. `SOAK_RUNS` sequences a test instead of the few below;
 * `SOAK_SEED` for other ones.
 */
const SEED = Number(process.env["SOAK_SEED"] ?? 1);
const runs = (usual: number): number => Number(process.env["SOAK_RUNS"] ?? usual);

/** Both tables of the ESP32-P4. */
const CHIPS = [
  ["esp32", 3, 0],
  ["esp32c2", 1, 0],
  ["esp32c3", 0, 4],
  ["esp32c5", 1, 0],
  ["esp32c6", 0, 1],
  ["esp32c61", 1, 0],
  ["esp32e22", 0, 0],
  ["esp32h2", 0, 1],
  ["esp32h21", 0, 0],
  ["esp32h4", 0, 0],
  ["esp32p4", 1, 3],
  ["esp32p4", 3, 0],
  ["esp32s2", 1, 0],
  ["esp32s3", 0, 2],
  ["esp32s31", 0, 0],
] as const satisfies readonly (readonly [EfuseChip, number, number])[];

const PEM = keyFile("rsa3072-key-1");
const DIGEST = publicKeyDigest(await readPublicKey(PEM));

interface Step {
  readonly line: RandomLine;
  readonly fault: Fault;
  readonly dryRun: boolean;
}

interface Sequence {
  readonly chip: EfuseChip;
  readonly revision: { readonly major: number; readonly minor: number };
  /** What is burned before anybody comes. */
  readonly preset: RawEfuses;
  readonly steps: readonly Step[];
}

const TABLES = await Promise.all(CHIPS.map(([chip, major, minor]) => loadEfuseTable(chip, 100 * major + minor)));

function sequences(longest: number): fc.Arbitrary<Sequence> {
  return fc.tuple(fc.nat(CHIPS.length - 1), fc.nat(99)).chain(([index, choice]) => {
    const [chip, major, minor] = CHIPS[index]!;
    const table = TABLES[index]!;
    const favourite = 1 + (choice % (table.blocks.length - 1));
    const step = fc.record({
      line: randomLine(table, DIGEST, favourite),
      fault: randomFault,
      dryRun: fc.nat(9).map((n) => n === 9),
    });
    return fc.record({
      chip: fc.constant(chip),
      revision: fc.constant({ major, minor }),
      preset: fc.oneof(fc.constant(new Map<number, number>()), randomPreset(table, favourite)),
      steps: fc.array(step, { minLength: 1, maxLength: longest }),
    });
  });
}

const report = (sequence: Sequence): string =>
  `${sequence.chip} ${[...sequence.preset]}\n${sequence.steps.map(({ line, fault }) => `${wordsOf(line).words.join(" ")} | ${JSON.stringify(fault)}`).join("\n")}`;

async function check(usual: number, longest: number, run: (sequence: Sequence) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(sequences(longest), async (sequence) => {
      try {
        await run(sequence);
      } catch (error) {
        throw new Error(report(sequence), { cause: error });
      }
    }),
    { numRuns: runs(usual), seed: SEED },
  );
}

function planFor(state: EfuseState, { requests, postpone }: RandomLine): BurnPlan | null {
  try {
    return planBurn(state, requests, { postpone });
  } catch (error) {
    if (!isEspError(error)) throw error;
    return null;
  }
}

interface Ran {
  readonly claim: BurnClaim;
  /** As the line told it. */
  readonly plan: unknown;
}

async function runWords(words: readonly string[], host: TestCliHost): Promise<Ran> {
  const from = host.out().length;
  const code = await runEspefuse(words, host);
  expect([0, 2]).toContain(code);
  const told = host
    .out()
    .slice(from)
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const error = told.find(({ type }) => type === "error");
  const result = told.find(({ type, plan }) => type === "result" && plan !== undefined);
  const steps = (result?.["steps"] ?? []) as readonly { readonly verdict: string }[];
  const claim: BurnClaim = {
    ok: code === 0,
    code: (error?.["code"] as string | undefined) ?? null,
    details: (error?.["details"] ?? {}) as BurnClaim["details"],
    verdicts: steps.map(({ verdict }) => verdict),
  };
  if (code !== 0) expect(claim.code).not.toBe("internal");
  return { claim, plan: result?.["plan"] ?? null };
}

const asJson = (value: unknown): object => JSON.parse(JSON.stringify(value)) as object;

function optionsOf({ line, dryRun }: Step): readonly string[] {
  return ["--json", "--do-not-confirm", ...(line.postpone ? [] : ["--no-postpone"]), ...(dryRun ? ["--dry-run"] : [])];
}

/** A plan that the line shows is the one of the library, which sees no damage that a fault claims. */
function requireSamePlan({ plan: shown }: Ran, plan: BurnPlan | null, { kind, whenBurning }: Fault): void {
  if (shown === null) return;
  expect(plan).not.toBeNull();
  if (plan === null) return;
  const described = asJson(describePlan(plan));
  const sees = kind === "errors" && !whenBurning ? { cautions: expect.anything() } : {};
  expect(shown).toEqual({ ...described, ...sees });
}

/** The same world, in which somebody is told when a block is burned. */
function toldOfBurns(host: TestCliHost, burning: () => void): TestCliHost {
  const write = (text: string): void => {
    host.stdout.write(text);
    if (text.includes('"type":"efuse.burning"')) burning();
  };
  return { ...host, stdout: { isTTY: false, columns: undefined, isBroken: false, write } };
}

const counted = { burned: 0, refused: 0, failed: 0 };
function count({ ok, code }: BurnClaim): void {
  if (ok) counted.burned++;
  else if (code === "efuse.burn-failed") counted.failed++;
  else counted.refused++;
}

describe("any lines", () => {
  it("on the eFuses of a file", async () => {
    await check(90, 4, async ({ chip, preset, steps }) => {
      const host = testCliHost({ files: { "key.pem": PEM, "e.bin": fileOfRaw(chip, preset) } });
      const file = (): Uint8Array => host.stored.get("e.bin") as Uint8Array;
      for (const step of steps) {
        const before = rawOfFile(chip, file());
        const state = await readEfuses(efuseFileDevice(chip, file())).catch(() => null);
        // A coding scheme that is not supported: nothing can be read any more.
        if (state === null) return;
        const plan = planFor(state, step.line);
        const { words, files } = wordsOf(step.line);
        for (const [name, data] of Object.entries(files)) host.stored.set(name, data);
        const ran = await runWords(
          ["--chip", chip, "--virt", "--path-efuse-file", "e.bin", ...optionsOf(step), ...words],
          host,
        );
        requireSamePlan(ran, plan, step.fault);
        const after = rawOfFile(chip, file());
        count(ran.claim);
        if (step.dryRun) expect([...after]).toEqual([...before]);
        else
          judge({
            chip,
            plan,
            before,
            after,
            claim: ran.claim,
            extra: null,
            isFile: true,
            canFailLater: step.line.read?.words[0] === "check-error",
          });
      }
    });
  });

  it("on a chip behind a serial line, with faults", async () => {
    await check(50, 3, async (sequence) => {
      const chip = virtualChip(sequence.chip, { silicon: { revision: sequence.revision } });
      presetFuses(chip, sequence.preset);
      for (const step of sequence.steps) {
        const state = await readEfuses(twinOf(chip)).catch(() => null);
        if (state === null) return;
        const plan = planFor(state, step.line);
        const { words, files } = wordsOf(step.line);
        const host = testCliHost({ port: chip.port, files: { "key.pem": PEM, ...files } });
        const before = new Map(chip.silicon.efuses);
        const fault = armFault(chip, step.dryRun ? null : plan, step.fault);
        const ran = await runWords(
          ["--chip", sequence.chip, "--port", "virtual", ...optionsOf(step), ...words],
          toldOfBurns(host, () => fault.burning()),
        );
        chip.faults.clear();
        requireSamePlan(ran, plan, step.fault);
        count(ran.claim);
        if (step.dryRun) expect([...chip.silicon.efuses]).toEqual([...before]);
        else
          judge({
            chip: sequence.chip,
            plan,
            before,
            after: chip.silicon.efuses,
            claim: ran.claim,
            extra: fault.extra,
            ...(step.line.read?.words.includes("--recovery") === true ? { mayMend: state } : {}),
            canFailLater: step.line.read?.words[0] === "check-error",
          });
      }
    });
  });

  it("through the library, with faults", async () => {
    await check(100, 4, async (sequence) => {
      const chip = virtualChip(sequence.chip, { silicon: { revision: sequence.revision } });
      presetFuses(chip, sequence.preset);
      let session: Session | null = null;
      let fault: ArmedFault | null = null;
      for (const step of sequence.steps) {
        let device: EfuseDevice;
        let state: EfuseState;
        try {
          session ??= await connect(chip.port, {
            stub: false,
            onEvent: ({ type }) => {
              if (type === "efuse.burning") fault?.burning();
            },
          });
          device = efuseDevice(session);
          state = await readEfuses(device);
        } catch (error) {
          // Something that was burned has closed the chip.
          if (!isEspError(error)) throw error;
          break;
        }
        const plan = planFor(state, step.line);
        if (plan === null) continue;
        const before = new Map(chip.silicon.efuses);
        fault = armFault(chip, plan, step.fault);
        const claim = await burnClaim(device, plan);
        chip.faults.clear();
        count(claim);
        judge({ chip: sequence.chip, plan, before, after: chip.silicon.efuses, claim, extra: fault.extra });
        if (claim.ok) continue;
        await disconnect(session).catch(() => {});
        session = null;
      }
      if (session !== null) await disconnect(session).catch(() => {});
    });
  });

  it("were of all kinds", () => {
    for (const number of Object.values(counted)) expect(number).toBeGreaterThan(30);
  });
});

async function burnClaim(device: EfuseDevice, plan: BurnPlan): Promise<BurnClaim> {
  try {
    const { steps, state } = await burnEfuses(device, plan);
    if (state !== null) expect(verifyPlan(plan, state)).toMatchObject({ ok: true });
    return { ok: true, code: null, details: {}, verdicts: steps.map(({ verdict }) => verdict) };
  } catch (error) {
    if (!(error instanceof EspError)) throw error;
    return { ok: false, code: error.code, details: error.details, verdicts: [] };
  }
}
