import { runInNewContext } from "node:vm";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";
// @ts-expect-error A tool without types.
import { plainExports } from "../../tools/build/plain-exports.mjs";

/** What a file of the programs exports that is built of this source. */
async function exportsOf(source: string): Promise<Record<string, unknown>> {
  const bundle = await rolldown({
    input: "source",
    plugins: [
      { name: "source", resolveId: (id) => (id === "source" ? "\0source" : null), load: () => source },
      plainExports,
    ],
  });
  const { output } = await bundle.generate({ format: "cjs", minify: true });
  await bundle.close();
  return runInNewContext(`((exports) => { ${output[0].code}; return exports; })({})`) as Record<string, unknown>;
}

const isPlain = (exported: object, name: string): boolean =>
  "value" in (Object.getOwnPropertyDescriptor(exported, name) ?? {});

it("what never changes is given as it is", async () => {
  const exported = await exportsOf(
    "export const one = 1; export function two() { return one + 1; } export class Three {}",
  );
  expect(["one", "two", "Three"].map((name) => isPlain(exported, name))).toEqual([true, true, true]);
  expect([exported["one"], (exported["two"] as () => number)()]).toEqual([1, 2]);
});

it.each([
  ["n = 5", 5],
  ["n += 4", 5],
  ["n++", 2],
  ["[n] = [7]", 7],
  ["({ of: n = 8 } = {})", 8],
  ["for (n of [9]);", 9],
  ["for (n in { six: 6 });", "six"],
])("what is changed later by %s is seen to change", async (change, later) => {
  const exported = await exportsOf(`export let n = 1; export function change() { ${change} }`);
  expect(exported["n"]).toBe(1);
  (exported["change"] as () => void)();
  expect(exported["n"]).toBe(later);
});
