/** A write that the chip cannot prove says why, for each way in which flash fails. */
import { expect, it } from "vitest";
import { connect, disconnect, type EspError, writeFlash } from "../../src/index.ts";
import { createNorFlash } from "../../src/virtual/flash/nor-flash.ts";
import { virtualChip } from "../../src/virtual.ts";
import { seededRandom } from "../support/mutation.ts";
import { errorOf } from "../support/outcome.ts";

const random = seededRandom(3);
const data = Uint8Array.from({ length: 20_000 }, () => random(256));
const ADDRESS = 0x10000;

type Chip = ReturnType<typeof virtualChip>;

async function failureOf(prepare: (chip: Chip) => void, address = ADDRESS, flashSize?: string): Promise<EspError> {
  const chip = virtualChip("esp32c3");
  prepare(chip);
  const session = await connect(chip.port);
  try {
    await writeFlash(session, [{ address, data, name: "app.bin" }], { skip: false, flashSize });
  } catch (error) {
    return error as EspError;
  } finally {
    await disconnect(session);
  }
  throw new Error("the write succeeded");
}

it("nothing was programmed", async () => {
  const error = await failureOf((chip) => {
    chip.flash.program = () => {};
  });
  expect(error).toMatchObject({ code: "flash.write-empty", details: { mismatch: { kind: "erased" } } });
});

it("the flash is write-protected", async () => {
  const error = await failureOf((chip) => {
    chip.flash.registers.status[0] |= 0x1c;
    chip.flash.storeStatus();
    chip.flash.program = () => {};
    chip.flash.erase = () => {};
    chip.flash.place(ADDRESS, new Uint8Array(20_000).fill(0x5a));
  });
  expect(error).toMatchObject({ code: "flash.verify-failed", details: { status: 0x1c } });
  expect(error.message).toContain("write-protected");
});

it("old contents were not erased", async () => {
  const error = await failureOf((chip) => {
    chip.flash.place(
      ADDRESS,
      Uint8Array.from({ length: 20_000 }, () => random(256)),
    );
    chip.flash.erase = () => {};
  });
  expect(error).toMatchObject({ code: "flash.verify-failed", details: { mismatch: { kind: "not-erased" } } });
  expect(error.message).toContain("not erased");
});

it("single bits are wrong", async () => {
  const error = await failureOf((chip) => {
    const program = chip.flash.program.bind(chip.flash);
    chip.flash.program = (address, bytes, completed) => {
      program(address, bytes, completed);
      chip.flash.place(0x11234, Uint8Array.of((data[0x1234] ?? 0) ^ 0x08));
    };
  });
  expect(error).toMatchObject({
    code: "flash.verify-failed",
    details: { firstBadAddress: 0x11000, mismatch: { kind: "single-bits", bits: 1 }, jedecId: expect.any(Number) },
  });
});

it("contents that are everywhere the same are not taken for a smaller flash", async () => {
  const error = await failureOf((chip) => {
    chip.flash.place(0, new Uint8Array(0x20_0000).fill(0x5a));
    chip.flash.program = () => {};
    chip.flash.erase = () => {};
  }, 0x11_0000);
  expect(error).toMatchObject({ code: "flash.verify-failed", details: { mirroredAtBytes: null } });
});

it("the flash is smaller than it was said to be, and how large it is", async () => {
  const small = createNorFlash({ sizeBytes: 1024 * 1024, jedecId: [0xef, 0x40, 0x16] });
  const error = await failureOf((chip) => {
    const { read, program, erase } = small;
    chip.flash.read = read.bind(small);
    chip.flash.program = (address, bytes, completed) => {
      program.call(small, address, bytes, completed);
      // What another file wrote over it, a megabyte before.
      small.place(0x1_2000, Uint8Array.of(0x12, 0x34, 0x56, 0x78));
    };
    chip.flash.erase = erase.bind(small);
  }, 0x11_0000);
  expect(error).toMatchObject({ code: "flash.verify-failed", details: { mirroredAtBytes: 1024 * 1024 } });
  expect(error.message).toContain("has 1MB");
});

it.each([
  ["behind", [ADDRESS, 0x11_0000]],
  ["before", [0x11_0000, ADDRESS]],
])(
  "a later file landed on an earlier one that was right by then, written %s it",
  async (_where, [one = 0, two = 0]) => {
    // The flash says that it has 4 MB.
    const chip = virtualChip("esp32c3", {
      silicon: { flash: { sizeBytes: 1024 * 1024, jedecId: [0xef, 0x40, 0x16] } },
    });
    const session = await connect(chip.port);
    const files = [
      { address: one, data, name: "one.bin" },
      { address: two, data: data.slice().reverse(), name: "two.bin" },
    ];
    const error = await errorOf(writeFlash(session, files));
    expect(error).toMatchObject({
      code: "flash.verify-failed",
      details: { file: "one.bin", firstBadAddress: one, mirroredAtBytes: 1024 * 1024 },
    });
    expect(error.message).toContain("'two.bin' was written over 'one.bin' at");
    expect(error.message).toContain("the flash has 1MB");
    await disconnect(session);
  },
);

it("a later file landed in a sector of an earlier one, which was erased for it", async () => {
  const chip = virtualChip("esp32c3", {
    silicon: { flash: { sizeBytes: 1024 * 1024, jedecId: [0xef, 0x40, 0x16] } },
  });
  const session = await connect(chip.port);
  const part = data.slice(0, 0x800);
  const files = [
    { address: ADDRESS + 0x800, data: part, name: "one.bin" },
    { address: 0x10_0000 + ADDRESS, data: part.slice().reverse(), name: "two.bin" },
  ];
  const error = await errorOf(writeFlash(session, files));
  expect(error).toMatchObject({ code: "flash.verify-failed", details: { mirroredAtBytes: 1024 * 1024 } });
  expect(error.message).toContain("'two.bin' was written over 'one.bin'");
  await disconnect(session);
});

it("files that would share a place in a smaller flash are right in one that is as large as it says", async () => {
  const chip = virtualChip("esp32c3");
  const session = await connect(chip.port);
  const other = data.slice().reverse();
  const { files } = await writeFlash(session, [
    { address: ADDRESS, data },
    { address: 0x11_0000, data: other },
  ]);
  expect(files.map(({ verified }) => verified)).toEqual(["md5", "md5"]);
  await disconnect(session);
});

it.each(["program", "erase"] as const)(
  "a sector that the flash does not %s is not taken for trouble of the line",
  async (operation) => {
    const chip = virtualChip("esp32c3", {
      contents: [{ address: 0x2_0000, bytes: data.slice(0, 4096) }],
    });
    chip.faults.failSector(0x2_0000, operation);
    const rates: string[] = [];
    let resumed = 0;
    const session = await connect(chip.port, {
      onEvent: (event) => {
        if (event.type === "write.resumed") resumed++;
        if (event.type === "baud.changed") rates.push(`${event.baudRate}`);
        if (event.type === "note" && event.code.startsWith("baud.")) rates.push(event.code);
      },
    });
    const large = Uint8Array.from({ length: 200_000 }, () => random(256));
    const error = await errorOf(writeFlash(session, [{ address: ADDRESS, data: large }], { skip: false }));
    expect(error).toMatchObject({ code: "flash.write-failed", details: { address: 0x2_0000 } });
    expect(error.remedies).toEqual(["read-flash-status"]);
    expect(rates).toEqual(["2000000"]);
    // It is tried three times, which is enough to see that it is the same each time.
    expect(resumed).toBe(3);
    await disconnect(session);
  },
);

it.each([
  ["stub", "erase"],
  ["stub", "program"],
  ["rom", "program"],
] as const)("%s: a sector that the flash does not %s twice is written at the third time", async (loader, operation) => {
  const chip = virtualChip("esp32c3", { contents: [{ address: 0x2_0000, bytes: data.slice(0, 4096) }] });
  const session = await connect(chip.port, { stub: loader === "stub" });
  chip.faults.failSector(0x2_0000, operation, { times: 2 });
  const large = Uint8Array.from({ length: 80_000 }, () => random(256));
  const { files } = await writeFlash(session, [{ address: ADDRESS, data: large }], { skip: false });
  expect(files.map(({ verified }) => verified)).toEqual(["md5"]);
  await disconnect(session);
});

it("a ROM's word for a block that the flash did not take points to the flash chip, too", async () => {
  const chip = virtualChip("esp32c3");
  chip.faults.failSector(0x1_2000, "program");
  const session = await connect(chip.port, { stub: false });
  const error = await errorOf(writeFlash(session, [{ address: ADDRESS, data }], { skip: false }));
  expect(error).toMatchObject({ code: "flash.write-failed", remedies: ["read-flash-status"] });
  await disconnect(session);
});
