import { describe, expect, it } from "vitest";
import { type Found, startFirmware } from "../../../../test/support/nvs/firmware.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { generateNvsKeys } from "../crypt/nvs-keys.ts";
import { makeNvs } from "../make/make-nvs.ts";
import type { NvsEntry } from "../nvs-values.ts";
import { parseNvs } from "../read/parse-nvs.ts";
import { editNvs, type NvsEdit } from "./edit-nvs.ts";
import type { NvsStep } from "./nvs-step.ts";

const blank = (pages: number): Uint8Array => new Uint8Array(pages * 4096).fill(0xff);
const set = (entry: NvsEntry): NvsEdit => ({ kind: "set", entry });
const number = (key: string, value: number): NvsEntry => ({ namespace: "n", key, type: "u32", value });
const text = (key: string, length: number, letter = "x"): NvsEntry => ({
  namespace: "n",
  key,
  type: "string",
  value: letter.repeat(length),
});
const blob = (key: string, length: number, seed: number): NvsEntry => ({
  namespace: "n",
  key,
  type: "blob",
  value: Uint8Array.from({ length }, (_, index) => (index * 7 + seed) & 0xff),
});

/** A generator of numbers that are the same each time. */
function drawing(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function apply(image: Uint8Array, step: NvsStep): Uint8Array {
  const after = image.slice();
  if (step.kind === "erase") after.fill(0xff, step.offset, step.offset + 4096);
  else
    step.data.forEach((byte, index) => {
      after[step.offset + index] = (after[step.offset + index] ?? 0) & byte;
    });
  return after;
}

/** Power fails within a step: some of its bytes are done, from the first on or up to the last. */
function torn(image: Uint8Array, step: NvsStep, draw: (below: number) => number): Uint8Array[] {
  const done = apply(image, step);
  const length = step.kind === "erase" ? 4096 : step.data.length;
  const cut = step.offset + draw(length + 1);
  const first = image.slice();
  first.set(done.subarray(step.offset, cut), step.offset);
  if (step.kind === "program") {
    const bits = image.map((byte, at) => byte & ((done[at] ?? 0) | draw(256)));
    const within = image.slice();
    within.set(bits.subarray(step.offset, step.offset + length), step.offset);
    // Bits of one byte in any order; more than that no flash was seen to do.
    const byte = step.offset + draw(length);
    first[byte] = cut === byte ? (within[byte] ?? 0) : (first[byte] ?? 0);
    return [first];
  }
  const last = image.slice();
  last.fill(0xff, cut, step.offset + 4096);
  return [first, last];
}

it("an item over several words of states begins to count with its last word and stops with its last word", () => {
  const image = makeNvs([blob("k", 1500, 1)], { sizeBytes: 0x4000 }).image;
  const states = editNvs(image, [set(blob("k", 1500, 2))]).steps.filter(
    (step) => step.kind === "program" && step.offset % 4096 >= 32 && step.offset % 4096 < 64,
  );
  expect(states.length).toBeGreaterThan(6);
  // Within each run of steps on the states of one item the offsets go down.
  const ups = states.filter((step, index) => index > 0 && step.offset > (states[index - 1]?.offset ?? 0));
  expect(ups.length).toBeLessThanOrEqual(3);
});

/** For each key what firmware finds; of those that are edited the value before or after, of the others the same. */
function expectSafe(found: Found, before: Found, after: Found): void {
  for (const name of new Set([...before.keys(), ...after.keys(), ...found.keys()])) {
    const allowed = new Set([...(before.get(name) ?? []), ...(after.get(name) ?? [])]);
    const values = [...(found.get(name) ?? [])];
    if (before.has(name) && after.has(name)) expect(values, `${name} is there`).not.toEqual([]);
    for (const value of values) expect(allowed, `${name} has no other value`).toContain(value);
  }
}

function cutEverywhere(
  image: Uint8Array,
  edits: readonly NvsEdit[],
  { keys, draw }: { readonly keys: Uint8Array | null; readonly draw: (below: number) => number },
): Uint8Array {
  const options = keys === null ? {} : { keys };
  const edited = editNvs(image, edits, options);
  const before = startFirmware(image, keys);
  const after = startFirmware(edited.image, keys);
  let now = image;
  for (const step of edited.steps) {
    for (const left of [now, ...torn(now, step, draw)]) {
      expectSafe(startFirmware(left, keys), before, after);
      if (draw(8) > 0) continue;
      // And the same edit again ends where it should; what was to be erased may be gone by now.
      const sets = edits.filter(({ kind }) => kind === "set");
      const again = editNvs(left, sets, options);
      expectSafe(startFirmware(again.image, keys), sets.length < edits.length ? before : after, after);
    }
    now = apply(now, step);
  }
  expect(now).toEqual(edited.image);
  return edited.image;
}

function randomEntry(draw: (below: number) => number): NvsEntry {
  const key = `k${draw(12)}`;
  const kind = draw(6);
  if (kind < 2) return number(key, draw(1000));
  if (kind === 2) return { namespace: `m${draw(2)}`, key, type: "i64", value: BigInt(-draw(1000)) };
  if (kind === 3) return text(key, draw(200), "abcd"[draw(4)]);
  return blob(key, kind === 4 ? draw(100) : draw(3000), draw(256));
}

describe("an edit", () => {
  it("puts values of all types into a blank partition, and firmware finds them", () => {
    const entries = [number("a", 7), text("b", 300), blob("c", 5000, 1), blob("empty", 0, 0)];
    const { image, changedPages } = editNvs(blank(4), entries.map(set));
    expect(parseNvs(image)).toMatchObject({ entries, problems: [] });
    expect(startFirmware(image).get("n/a")).toEqual(new Set(["4:07000000"]));
    expect(startFirmware(image).size).toBe(4);
    expect(changedPages.map(({ offset }) => offset)).toEqual([0, 4096]);
  });
  it("changes the page of the entry alone, and does nothing where nothing changes", () => {
    const { image } = makeNvs([text("big", 3967), text("other", 3000), number("a", 1)], { sizeBytes: 0x6000 });
    const edited = editNvs(image, [set(number("a", 2))]);
    expect(edited.changedPages.map(({ offset }) => offset)).toEqual([0x2000]);
    expect(parseNvs(edited.image).problems).toEqual([]);
    expect(editNvs(edited.image, [set(number("a", 2)), set(text("big", 3967))]).steps).toEqual([]);
  });
  it("gives chunks of a blob other numbers in turn", () => {
    const first = editNvs(blank(4), [set(blob("b", 100, 1))]).image;
    const second = editNvs(first, [set(blob("b", 100, 2))]).image;
    const third = editNvs(second, [set(blob("b", 100, 3))]).image;
    const chunks = parseNvs(third).pages[0]?.items.filter(({ type }) => type === "blob-data");
    expect(chunks?.map(({ chunk, state }) => [chunk, state])).toEqual([
      [0, "erased"],
      [0x80, "erased"],
      [0, "written"],
    ]);
  });
  it("changes the type of a key, and v1 blobs to blobs in pieces", () => {
    const v1 = makeNvs([blob("b", 50, 1)], { sizeBytes: 0x3000, version: 1 }).image;
    const kept = parseNvs(editNvs(v1, [set(blob("b", 60, 1))]).image);
    expect(kept.pages[0]?.items.map(({ type }) => type)).toEqual(["u8", "blob-v1", "blob-v1"]);
    const { entries, problems } = parseNvs(editNvs(v1, [set(number("b", 1))]).image);
    expect({ entries: entries.length, type: entries[0]?.type, problems }).toEqual({
      entries: 1,
      type: "u32",
      problems: [],
    });
  });
  it("erases keys and namespaces", () => {
    const { image } = editNvs(blank(4), [number("a", 1), blob("b", 5000, 1)].map(set));
    const less = editNvs(image, [{ kind: "erase", namespace: "n", key: "b" }]).image;
    expect([...startFirmware(less).keys()]).toEqual(["n/a"]);
    const none = editNvs(image, [{ kind: "erase-namespace", namespace: "n" }]).image;
    expect(parseNvs(none)).toMatchObject({ entries: [], namespaces: [{ name: "n", index: 1 }], problems: [] });
    for (const edit of [
      { kind: "erase", namespace: "n", key: "z" },
      { kind: "erase-namespace", namespace: "z" },
    ] as const)
      expect(thrown(() => editNvs(image, [edit])).code).toBe("nvs.missing");
  });
  it("gathers room from pages with erased entries, over and over", () => {
    let image = blank(3);
    for (let value = 0; value < 1000; value++) image = editNvs(image, [set(number(`k${value % 5}`, value))]).image;
    expect(startFirmware(image).get("n/k4")).toEqual(new Set(["4:e7030000"]));
    expect(startFirmware(image).size).toBe(5);
  });
  it("is refused where there is no room, before anything is done", () => {
    const edits = Array.from({ length: 300 }, (_, index) => set(number(`k${index}`, index)));
    expect(thrown(() => editNvs(blank(3), edits)).code).toBe("nvs.full");
    expect(thrown(() => editNvs(blank(3), [set(blob("b", 9000, 1))])).code).toBe("nvs.full");
    expect(thrown(() => editNvs(blank(2), [])).code).toBe("nvs.bad-size");
    expect(thrown(() => editNvs(blank(3), [set(text("t", 4000))])).code).toBe("nvs.value-too-long");
    expect(editNvs(blank(3), [set(text("t", 3999))]).steps).not.toEqual([]);
  });
});

describe("power loss", () => {
  it.each([1, 3])("at any point leaves each key as before or after it: seed %i", (seed) => {
    const draw = drawing(seed);
    const keys = seed % 3 === 0 ? generateNvsKeys() : null;
    let image = blank(3);
    const options = keys === null ? {} : { keys };
    let movedPages = 0;
    for (let turn = 0; turn < 80 && movedPages < 2; turn++) {
      const entries = Array.from({ length: 1 + draw(2) }, () => randomEntry(draw));
      let edits: NvsEdit[] = entries
        .filter(({ key }, at) => entries.findIndex((one) => one.key === key) === at)
        .map(set);
      try {
        editNvs(image, edits, options);
      } catch {
        const [victim] = startFirmware(image, keys).keys();
        const [namespace = "", key = ""] = victim?.split("/") ?? [];
        edits = [{ kind: "erase", namespace, key }];
      }
      const edited = editNvs(image, edits, options);
      const moves = edited.steps.some(({ kind }) => kind === "erase");
      if (moves) movedPages++;
      image = moves || draw(9) === 0 ? cutEverywhere(image, edits, { keys, draw }) : edited.image;
    }
    expect(movedPages).toBe(2);
  });
});
