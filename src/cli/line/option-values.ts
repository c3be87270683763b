import { EspError } from "../../index.ts";
import type { OptionSpec, ValueSpec } from "../spec/types.ts";
import type { RawOptions } from "./build-program.ts";
import { type OnOldName, renewResetMode } from "./meant/old-names.ts";
import { parseValue } from "./value/parse-values.ts";

/** The options of one run by their long names, read and checked. */
export interface OptionValues {
  flag(name: string): boolean;
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  list(name: string): readonly string[];
  /** The user said so, on the line or by the environment. */
  given(name: string): boolean;
}

export interface ValueSources {
  /** What stood on the line; the later list wins. */
  readonly lines: readonly RawOptions[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onOldName: OnOldName;
}

type Value = true | string | number | readonly string[];

/** From the line, else the environment, else the default. Throws `argument.invalid`, `argument.unknown-chip`. */
export function readOptionValues(specs: readonly OptionSpec[], sources: ValueSources): OptionValues {
  const values = new Map<string, Value>();
  const given = new Set<string>();
  for (const spec of specs) {
    const found = findValue(spec, sources);
    if (found === undefined) continue;
    values.set(spec.name, found.value);
    if (found.given) given.add(spec.name);
  }
  const get = (name: string): Value | undefined => values.get(name);
  return {
    flag: (name) => get(name) === true,
    text: (name) => expectType(get(name), "string", name),
    number: (name) => expectType(get(name), "number", name),
    list: (name) => {
      const value = get(name);
      return Array.isArray(value) ? value : [];
    },
    given: (name) => given.has(name),
  };
}

/** A mismatch would be a run function that contradicts the declaration. */
function expectType(value: Value | undefined, type: "string", name: string): string | undefined;
function expectType(value: Value | undefined, type: "number", name: string): number | undefined;
function expectType(value: Value | undefined, type: string, name: string): unknown {
  if (value === undefined || typeof value === type) return value;
  throw new EspError("internal", `The option --${name} is not declared as a ${type}.`);
}

function findValue(spec: OptionSpec, sources: ValueSources): { value: Value; given: boolean } | undefined {
  const raw = sources.lines.findLast((line) => line[spec.name] !== undefined)?.[spec.name];
  if (raw === true) return { value: true, given: true };
  if (typeof raw === "string") return { value: read(raw, spec, `--${spec.name}`, sources), given: true };
  if (raw !== undefined) {
    return { value: raw.map((text) => String(read(text, spec, `--${spec.name}`, sources))), given: true };
  }
  const fromEnv = spec.env === undefined ? undefined : sources.env[spec.env];
  if (fromEnv !== undefined && fromEnv !== "") {
    // Of a switch the environment can say no more than yes or, with 0, nothing.
    if (spec.value === undefined) return fromEnv === "0" ? undefined : { value: true, given: true };
    return { value: read(fromEnv, spec, `--${spec.name} (from ${spec.env})`, sources), given: true };
  }
  if (spec.default === undefined) return undefined;
  return { value: read(spec.default, spec, `--${spec.name}`, sources), given: false };
}

function read(text: string, spec: OptionSpec, name: string, sources: ValueSources): string | number {
  const value: Pick<ValueSpec, "kind" | "choices"> = spec.value ?? { kind: "text" };
  const isResetMode = spec.name === "before" || spec.name === "after";
  const now = isResetMode ? renewResetMode(text, value.choices ?? [], `--${spec.name}`, sources.onOldName) : text;
  return parseValue(now, value, name);
}
