import { describe, expect, it } from "vitest";
import * as bundle from "../../src/bundle.ts";
import * as chips from "../../src/chips.ts";
import * as cli from "../../src/cli.ts";
import * as compat from "../../src/compat.ts";
import * as crash from "../../src/crash.ts";
import * as efuse from "../../src/efuse.ts";
import * as filesystem from "../../src/filesystem.ts";
import * as image from "../../src/image.ts";
import * as improv from "../../src/improv.ts";
import * as library from "../../src/index.ts";
import * as install from "../../src/install.ts";
import * as node from "../../src/node.ts";
import * as nvs from "../../src/nvs.ts";
import * as partition from "../../src/partition.ts";
import * as portConformance from "../../src/port-conformance.ts";
import * as secure from "../../src/secure.ts";
import * as virtual from "../../src/virtual.ts";
import * as web from "../../src/web.ts";
import * as webusb from "../../src/webusb.ts";
import { BUNDLE } from "../support/right-calls/bundle.ts";
import { CHIP_CALLS } from "../support/right-calls/chips.ts";
import { CRASH } from "../support/right-calls/crash.ts";
import { EFUSES } from "../support/right-calls/efuse.ts";
import { FILESYSTEM } from "../support/right-calls/filesystem.ts";
import { CLI, COMPAT, NODE, PORT_CONFORMANCE, VIRTUAL, WEB, WEBUSB } from "../support/right-calls/hosts.ts";
import { IMAGE } from "../support/right-calls/image.ts";
import { IMPROV } from "../support/right-calls/improv.ts";
import { INSTALL } from "../support/right-calls/install.ts";
import { LIBRARY } from "../support/right-calls/library.ts";
import { NVS } from "../support/right-calls/nvs.ts";
import { PARTITION } from "../support/right-calls/partition.ts";
import { SECURE } from "../support/right-calls/secure.ts";
import { isWhole, type RightCall, type RightCalls } from "../support/right-calls/types.ts";
import { WRONG_VALUES } from "../support/wrong-values.ts";

/**
 * Every function of every door, with wrong values in place of each argument and of each part of it, one at a time.
 * Whatever it does, it must end, and only an `EspError` may leave it; and nothing but bytes is taken for bytes.
 */

/** They look at errors, of whatever kind these are. */
const EXEMPT: ReadonlySet<string> = new Set([
  "EspError",
  "isEspError",
  "serialiseError",
  "reviveError",
  // Errors of esptool-js by their names there.
  "ESPError",
  "TimeoutError",
  "UnsupportedCommandError",
  "UnexpectedChipIdError",
  "UnexpectedChipMagicError",
  "MissingChipIdError",
]);

const DOORS: readonly (readonly [string, object, RightCalls])[] = [
  ["esptool-ts", library, LIBRARY],
  ["esptool-ts/image", image, IMAGE],
  ["esptool-ts/chips", chips, CHIP_CALLS],
  ["esptool-ts/crash", crash, CRASH],
  ["esptool-ts/efuse", efuse, EFUSES],
  ["esptool-ts/secure", secure, SECURE],
  ["esptool-ts/nvs", nvs, NVS],
  ["esptool-ts/partition", partition, PARTITION],
  ["esptool-ts/filesystem", filesystem, FILESYSTEM],
  ["esptool-ts/bundle", bundle, BUNDLE],
  ["esptool-ts/install", install, INSTALL],
  ["esptool-ts/improv", improv, IMPROV],
  ["esptool-ts/virtual", virtual, { ...VIRTUAL, ...EFUSES }],
  ["esptool-ts/node", node, NODE],
  ["esptool-ts/web", web, WEB],
  ["esptool-ts/webusb", webusb, WEBUSB],
  ["esptool-ts/port-conformance", portConformance, PORT_CONFORMANCE],
  ["esptool-ts/cli", cli, CLI],
  ["esptool-ts/compat", compat, COMPAT],
];

type Callable = (...args: readonly unknown[]) => unknown;
type Path = readonly (string | number)[];

const DEEPEST = 5;

/** The places of a value that can be exchanged: of a list the first. */
function placesIn(value: unknown, depth = 0): Path[] {
  if (typeof value !== "object" || value === null || isWhole(value) || depth === DEEPEST) return [];
  const keys = Array.isArray(value) && depth > 0 ? [0].slice(0, value.length) : Object.keys(value);
  return keys.flatMap((key) => {
    const part: unknown = Reflect.get(value, key);
    return [[key], ...placesIn(part, depth + 1).map((path) => [key, ...path])];
  });
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => Reflect.get(part as object, key), value);
}

/** A copy as far as the path goes. */
function exchanged(value: unknown, path: Path, wrong: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return wrong;
  const copy: object = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, key, exchanged(Reflect.get(value as object, key), rest, wrong));
  return copy;
}

function invoke(callable: Callable, { isClass }: RightCall, args: readonly unknown[]): unknown {
  return isClass === true ? Reflect.construct(callable, args) : callable(...args);
}

/** What went wrong with a call, or null. */
async function trouble(callable: Callable, call: RightCall, args: readonly unknown[]): Promise<string | null> {
  try {
    const result = await invoke(callable, call, args);
    await call.after?.(result as never);
    return null;
  } catch (error) {
    if (!library.isEspError(error)) return `threw ${String(error)}`;
    return error.code === "internal" ? `an internal error: ${error.message}` : error.code;
  }
}

const isBad = (outcome: string | null): boolean => outcome !== null && /^(threw|an internal)/.test(outcome);

async function complaints(callable: Callable, call: RightCall): Promise<string[]> {
  const found: string[] = [];
  const places = placesIn(await call.args());
  for (const path of places)
    for (const [kind, make] of Object.entries(WRONG_VALUES)) {
      const args = await call.args();
      const right = valueAt(args, path);
      const outcome = await trouble(callable, call, exchanged(args, path, make()) as readonly unknown[]);
      const where = path.join(".");
      if (isBad(outcome)) found.push(`${where} is ${kind}: ${outcome}`);
      // An option may be left out; nothing else may stand for bytes.
      const mayBeOther =
        call.alsoOther?.includes(where) === true || (kind === "a Blob" && call.files?.includes(where) === true);
      const mustRefuse = right instanceof Uint8Array && kind !== "nothing" && !mayBeOther;
      if (mustRefuse && outcome !== "argument.invalid") found.push(`${where} is ${kind}: ${outcome ?? "was taken"}`);
    }
  return found;
}

describe.each(DOORS)("%s", (_name, door, calls) => {
  const functions = Object.entries(door).filter(([name, value]) => typeof value === "function" && !EXEMPT.has(name));

  it("is known, every function of it", () => {
    expect(functions.map(([name]) => name).filter((name) => calls[name] === undefined)).toEqual([]);
  });

  it.each(functions)("%s ends, and throws nothing but an EspError", { timeout: 600_000 }, async (name, value) => {
    const call = calls[name];
    if (call === undefined) return;
    const callable = value as Callable;
    expect(isBad(await trouble(callable, call, await call.args()))).toBe(false);
    expect(await complaints(callable, call)).toEqual([]);
  });
});
