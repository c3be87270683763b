import { mutated, type Random } from "../../test/support/mutation.ts";

const STRANGE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  2 ** 32,
  2 ** 53,
  "",
  "0x",
  "0x8000",
  "0xffffffff",
  "-1",
  "../../x.bin",
  "/etc/hostname",
  "C:\\x.bin",
  "https://example.org/x.bin",
  "a\0b",
  "true",
  "esp32c3",
  "ESP32-C3",
  [],
  [[]],
  {},
  { toString: 1 },
  "x".repeat(3000),
];

/** JSON with one to three values exchanged, doubled or left out, and now and then what is none any more. */
export function mutatedJson(random: Random, seeds: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const seed = seeds[random(seeds.length)] ?? new Uint8Array();
  if (random(3) === 0) return mutated(random, [seed]);
  let value: unknown = JSON.parse(new TextDecoder().decode(seed));
  for (let changes = 1 + random(3); changes > 0; changes--) value = changedOnce(random, value);
  return new TextEncoder().encode(JSON.stringify(value));
}

/** Mostly for another value. */
const EXCHANGES: readonly ((random: Random, parent: object, key: string) => void)[] = [
  (_, parent, key) => Reflect.deleteProperty(parent, key),
  (_, parent, key) => Reflect.set(parent, Array.isArray(parent) ? parent.length : `${key}x`, Reflect.get(parent, key)),
  ...Array.from(
    { length: 3 },
    () => (random: Random, parent: object, key: string) => Reflect.set(parent, key, STRANGE[random(STRANGE.length)]),
  ),
];

function changedOnce(random: Random, value: unknown): unknown {
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
  if (keys.length === 0 || random(12) === 0) return STRANGE[random(STRANGE.length)];
  const key = keys[random(keys.length)] ?? "";
  const copy: object = Array.isArray(value) ? [...value] : { ...(value as object) };
  const old: unknown = Reflect.get(copy, key);
  const isLeaf = typeof old !== "object" || old === null;
  if (!isLeaf && random(6) > 0) Reflect.set(copy, key, changedOnce(random, old));
  else EXCHANGES[random(EXCHANGES.length)]?.(random, copy, key);
  return Array.isArray(copy) ? copy.filter((_, index) => index in copy) : copy;
}
