import { beforeAll, type TestContext, it as vitestIt } from "vitest";
import type { ConnectOptions } from "../../src/index.ts";
import { type Backend, type Facts, lookAt, type Scratch } from "./backend.ts";

/** What the cases of one backend share. */
export interface Bench {
  readonly backend: Backend;
  /** Known once the first case runs. */
  facts(): Facts;
  /** A case; it may skip itself. */
  it(name: string, run: (skip: Skip) => Promise<void>): void;
}

/** Ends the case when the condition holds; the reason is printed at the end. */
export type Skip = (condition: boolean, reason: string) => void;

/** With which loader a group of cases works. */
export interface LoaderChoice {
  readonly name: string;
  readonly options: ConnectOptions;
  /** Skips where there is no such loader. */
  require(facts: Facts, skip: Skip): void;
}

export const ROM: LoaderChoice = {
  name: "ROM loader",
  options: { stub: false },
  require: (facts, skip) =>
    skip(!facts.canReset && facts.stubWasRunning, "a stub is running and this backend cannot be reset"),
};

export const STUB: LoaderChoice = {
  name: "stub",
  options: {},
  require: (facts, skip) => {
    skip(facts.chip.stubs.length === 0, `there is no stub for the ${facts.chip.name}`);
    skip(facts.secureDownload, "Secure Download Mode runs no stub");
  },
};

/** To be called inside `describe`. */
export function benchFor(backend: Backend, area: Scratch): Bench {
  let facts: Facts | undefined;
  beforeAll(async () => {
    facts = await lookAt(backend, area);
  });
  const skipIn =
    (context: TestContext): Skip =>
    (condition, reason) => {
      if (condition) context.skip(`conformance: ${reason}`);
    };
  return {
    backend,
    facts: () => {
      if (facts === undefined) throw new Error("nobody has looked at the backend yet");
      return facts;
    },
    it: (name, run) => vitestIt(name, (context) => run(skipIn(context))),
  };
}
