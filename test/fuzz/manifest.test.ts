import fc from "fast-check";
import { expect, it } from "vitest";
import { isEspError } from "../../src/index.ts";
import { chooseInstallBuild, decideInstall, improvWaits, parseInstallManifest } from "../../src/install.ts";
import { releaseManifest } from "../support/install/release.ts";

const TARGET = { chip: "esp32c3", serialType: "cdc", revision: 3, flashBytes: 0x40_0000, psramBytes: null } as const;

/** Everything that is done with the text of a manifest before something is fetched. */
function use(text: string): string {
  try {
    const manifest = parseInstallManifest(text);
    decideInstall(manifest, { firmware: "x", version: "y" });
    improvWaits(manifest);
    return `build ${chooseInstallBuild(manifest, TARGET).build.index}`;
  } catch (error) {
    if (!isEspError(error, "manifest.*")) throw error;
    return error.code;
  }
}

/** Any value in one place of a right manifest. */
function exchanged(value: unknown, path: readonly number[], wrong: unknown): unknown {
  const [at, ...rest] = path;
  if (at === undefined || typeof value !== "object" || value === null) return wrong;
  const keys = Object.keys(value);
  const key = keys[at % Math.max(keys.length, 1)] ?? "x";
  const copy: object = Array.isArray(value) ? [...value] : { ...value };
  Reflect.set(copy, key, exchanged(Reflect.get(value, key), rest, wrong));
  return copy;
}

it("a manifest of any kind is used, or refused as a manifest", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.nat(9), { maxLength: 6 }), fc.jsonValue(), (path, wrong) => {
      seen.add(use(JSON.stringify(exchanged(releaseManifest(), path, wrong))));
    }),
    { numRuns: 600 },
  );
  fc.assert(fc.property(fc.string(), (text) => void seen.add(use(text))));
  expect([...seen].sort()).toEqual(
    expect.arrayContaining(["build 0", "manifest.invalid", "manifest.not-supported", "manifest.unreadable"]),
  );
});
