import { expect, it } from "vitest";
import { connect, disconnect, patchFlash } from "../../src/index.ts";
import { editNvs, makeNvs, type NvsEdit } from "../../src/nvs.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { startFirmware } from "../support/nvs/firmware.ts";
import { codeOf } from "../support/outcome.ts";

const ADDRESS = 0x9000;
const SIZE = 0x4000;
const image = makeNvs(
  [
    { namespace: "wifi", key: "ssid", type: "string", value: "home" },
    { namespace: "wifi", key: "cert", type: "blob", value: new Uint8Array(1500).fill(7) },
    { namespace: "app", key: "count", type: "u32", value: 41 },
  ],
  { sizeBytes: SIZE },
).image;
const EDITS: NvsEdit[] = [
  { kind: "set", entry: { namespace: "app", key: "count", type: "u32", value: 42 } },
  { kind: "set", entry: { namespace: "wifi", key: "cert", type: "blob", value: new Uint8Array(200).fill(9) } },
];

function board() {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  chip.flash.place(ADDRESS, image);
  return chip;
}

async function edit(chip: ReturnType<typeof board>, steps = editNvs(image, EDITS).steps): Promise<void> {
  const session = await connect(chip.port, { chip: "esp32c3" });
  await patchFlash(session, { address: ADDRESS, before: image, steps });
  await disconnect(session);
}

it("an edit on the chip programs and erases nothing else, and firmware finds the new values", async () => {
  const chip = board();
  await edit(chip);
  const now = chip.flash.read(ADDRESS, SIZE);
  expect(now).toEqual(editNvs(image, EDITS).image);
  const found = startFirmware(now);
  expect(found.get("app/count")).toEqual(new Set(["4:2a000000"]));
  expect(found.get("wifi/ssid")).toEqual(new Set([`33:${Buffer.from("home\0").toString("hex")}`]));
  expect([...chip.flash.counters.erasesPerSector.keys()]).toEqual([]);
});

it("is refused when flash is not what it was planned for", async () => {
  const chip = board();
  chip.flash.place(ADDRESS + 100, Uint8Array.of(0));
  expect(await codeOf(edit(chip))).toBe("flash.changed-meanwhile");
});

it.each<[string, (address: number) => boolean]>([
  ["the new value does not take", (address) => address % 0x1000 >= 0x40],
  ["nothing takes", () => true],
])("ends before the old value is given up when %s", async (_, fails) => {
  const chip = board();
  const program = chip.flash.program.bind(chip.flash);
  chip.flash.program = (address, bytes, completed) => {
    if (!fails(address)) program(address, bytes, completed);
  };
  expect(await codeOf(edit(chip))).toBe("flash.verify-failed");
  const found = startFirmware(chip.flash.read(ADDRESS, SIZE));
  for (const name of ["app/count", "wifi/cert"]) expect(found.get(name)).toEqual(startFirmware(image).get(name));
});

it("is no success when its last step does not take", async () => {
  const { steps } = editNvs(image, EDITS);
  const last = steps.at(-1);
  const chip = board();
  const program = chip.flash.program.bind(chip.flash);
  chip.flash.program = (address, bytes, completed) => {
    if (address !== ADDRESS + (last?.offset ?? 0) || bytes.length > 4) program(address, bytes, completed);
  };
  expect(await codeOf(edit(chip, steps))).toBe("flash.verify-failed");
});

it("survives a cut of the line after any byte: as before or after for each key", async () => {
  const { steps } = editNvs(image, EDITS);
  const before = startFirmware(image);
  const after = startFirmware(editNvs(image, EDITS).image);
  const seen = new Set<string>();
  for (let cut = 1, isDone = false; !isDone; cut += 331) {
    const chip = board();
    const session = await connect(chip.port, { chip: "esp32c3" });
    chip.faults.unplugAfterHostBytes(cut);
    isDone = await patchFlash(session, { address: ADDRESS, before: image, steps }).then(
      () => true,
      () => false,
    );
    const now = chip.flash.read(ADDRESS, SIZE);
    const found = startFirmware(now);
    for (const name of before.keys()) {
      const values = [...(found.get(name) ?? [])];
      expect(values).toHaveLength(1);
      for (const value of values) expect([...(before.get(name) ?? []), ...(after.get(name) ?? [])]).toContain(value);
    }
    seen.add(String([...(found.get("app/count") ?? [])]) + String([...(found.get("wifi/cert") ?? [])].join().length));
    // And what was left is mended by the same edit.
    expect(startFirmware(editNvs(now, EDITS).image)).toEqual(after);
  }
  // Cuts before, between and behind the two edits.
  expect(seen.size).toBe(3);
});
