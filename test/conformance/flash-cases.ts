import { describe, expect } from "vitest";
import {
  eraseFlash,
  eraseRegion,
  type FlashFile,
  readFlash,
  readFlashId,
  readFlashSfdp,
  readFlashStatus,
  type Session,
  verifyFlash,
  type WriteFlashOptions,
  writeFlash,
  writeFlashStatus,
} from "../../src/index.ts";
import { live } from "../support/chip/live.ts";
import { codeOf } from "../support/outcome.ts";
import { withSession } from "./backend.ts";
import type { Bench, LoaderChoice, Skip } from "./bench.ts";
import { compressible, isBlank, mixed, random, same } from "./scratch-data.ts";

interface WriteCase {
  readonly name: string;
  /** Addresses count from the start of the scratch area. */
  readonly files: readonly FlashFile[];
  readonly options?: WriteFlashOptions;
}

const WRITES: readonly WriteCase[] = [
  { name: "a file that compresses", files: [{ address: 0, data: compressible(30_000) }] },
  { name: "a file that does not compress", files: [{ address: 0x8000, data: random(20_000) }] },
  { name: "a plain file", files: [{ address: 0, data: mixed(20_001) }], options: { compress: "never" } },
  { name: "compressed data", files: [{ address: 0x1000, data: mixed(20_002, 2) }], options: { compress: "always" } },
  { name: "a file in the middle of a sector", files: [{ address: 0x3104, data: mixed(9_001, 3) }] },
  { name: "one byte", files: [{ address: 0x5000, data: Uint8Array.of(0x5a) }] },
  { name: "five bytes", files: [{ address: 0x6000, data: Uint8Array.of(1, 2, 3, 4, 5) }] },
  { name: "one byte less than a sector", files: [{ address: 0x7000, data: random(0xfff, 4) }] },
  { name: "one sector", files: [{ address: 0x8000, data: random(0x1000, 5) }] },
  { name: "one byte more than a block", files: [{ address: 0x9000, data: mixed(0x4001, 6) }] },
  {
    name: "several files, not in order",
    files: [
      { address: 0x20000, data: mixed(5_000, 7) },
      { address: 0x10000, data: random(3_000, 8) },
      { address: 0x14104, data: compressible(4_096) },
    ],
  },
  {
    name: "an empty file beside another",
    files: [
      { address: 0x2000, data: new Uint8Array(0) },
      { address: 0x4000, data: mixed(1_000, 9) },
    ],
  },
];

/** Everything that is done to flash, through one kind of loader. */
export function flashCases(bench: Bench, loader: LoaderChoice): void {
  const { backend, facts, it } = bench;
  const at = (offset: number): number => facts().scratch.address + offset;
  const placed = (files: readonly FlashFile[]): FlashFile[] =>
    files.map((file) => ({ ...file, address: at(file.address) }));
  const run = async (
    skip: Skip,
    work: (session: Session, progress: (onProgress: () => void) => void) => Promise<void>,
  ): Promise<void> => {
    loader.require(facts(), skip);
    let notify = (): void => {};
    await withSession(
      backend,
      { ...loader.options, onEvent: ({ type }) => type === "progress" && notify() },
      (session) =>
        work(session, (onProgress) => {
          notify = onProgress;
        }),
    );
  };

  describe(`writing through the ${loader.name}`, () => {
    for (const { name, files, options } of WRITES)
      it(`puts ${name} into flash`, (skip) =>
        run(skip, async (session) => {
          skip(options?.compress === "always" && !takesCompressed(session), "this loader takes no compressed data");
          const result = await writeFlash(session, placed(files), { ...options, skip: false });
          expect(result.files.map(({ sizeBytes }) => sizeBytes)).toEqual(files.map(({ data }) => data.length));
          expect(result.files.map(({ skipped }) => skipped)).toEqual(files.map(({ data }) => data.length === 0));
          await expectInFlash(session, placed(files));
        }));

    it("erases nothing beside the sectors of the file", (skip) =>
      run(skip, async (session) => {
        skip(!canRead(session), "this loader cannot read flash");
        const around = mixed(0x3000, 10);
        await writeFlash(session, [{ address: at(0x30000), data: around }]);
        await writeFlash(session, [{ address: at(0x31000), data: random(100, 11) }]);
        const { data } = await readFlash(session, { address: at(0x30000), sizeBytes: 0x3000 });
        expect(same(data.subarray(0, 0x1000), around.subarray(0, 0x1000))).toBe(true);
        expect(same(data.subarray(0x2000), around.subarray(0x2000))).toBe(true);
        expect(isBlank(data.subarray(0x1000 + 100, 0x2000))).toBe(true);
      }));

    it("stops in the middle when it is told to, and goes on", (skip) =>
      run(skip, async (session, progress) => {
        const file = { address: at(0), data: random(60_000, 12) };
        const abort = new AbortController();
        progress(() => abort.abort());
        expect(await codeOf(writeFlash(session, [file], { signal: abort.signal }))).toBe("operation.aborted");
        progress(() => {});
        await writeFlash(session, [file]);
        await expectInFlash(session, [file]);
      }));
  });

  describe(`reading through the ${loader.name}`, () => {
    it("verifies, and shows a difference", (skip) =>
      run(skip, async (session) => {
        skip(live(session).traits.md5Reply === null, "this loader computes no digests");
        const data = mixed(9_000, 13);
        const file = { address: at(0x11000), data, name: "file" };
        await writeFlash(session, [file]);
        expect(await verifyFlash(session, [file])).toMatchObject({ matched: true });
        const changed = data.slice();
        changed[5_000] = (changed[5_000] ?? 0) ^ 0x10;
        const result = await verifyFlash(session, [{ ...file, data: changed }], { diff: canRead(session) });
        expect(result.matched).toBe(false);
        if (canRead(session))
          expect(result.files[0]?.differences).toMatchObject({ count: 1, firstAddress: at(0x11000) + 5_000 });
      }));

    it("reads the whole and any part", (skip) =>
      run(skip, async (session) => {
        skip(!canRead(session), "this loader cannot read flash");
        const data = mixed(9_001, 14);
        await writeFlash(session, [{ address: at(0x18000), data }]);
        for (const [from, to] of [
          [0, 9_001],
          [1, 2],
          [0xffd, 0x1004],
          [4_000, 9_000],
          [7, 7],
        ] as const) {
          const read = await readFlash(session, { address: at(0x18000) + from, sizeBytes: to - from });
          expect(same(read.data, data.subarray(from, to)), `${from} to ${to}`).toBe(true);
        }
      }));

    it("reads the same twice", (skip) =>
      run(skip, async (session) => {
        skip(!canRead(session), "this loader cannot read flash");
        const range = { address: 0, sizeBytes: loader.options.stub === false ? 0x800 : 0x8000 };
        expect(same((await readFlash(session, range)).data, (await readFlash(session, range)).data)).toBe(true);
      }));

    it("stops in the middle when it is told to, and goes on", (skip) =>
      run(skip, async (session, progress) => {
        skip(!canRead(session), "this loader cannot read flash");
        const range = { address: at(0), sizeBytes: 0x10000 };
        const abort = new AbortController();
        progress(() => abort.abort());
        expect(await codeOf(readFlash(session, range, { signal: abort.signal }))).toBe("operation.aborted");
        progress(() => {});
        const small = { address: at(0x100), sizeBytes: 0x300 };
        expect((await readFlash(session, small)).data).toHaveLength(0x300);
        await readFlashId(session);
      }));
  });

  describe(`erasing through the ${loader.name}`, () => {
    it("erases a region and nothing else", (skip) =>
      run(skip, async (session) => {
        skip(live(session).traits.canEraseRegion === null || !canRead(session), "this loader cannot erase regions");
        const data = random(0x4000, 15);
        await writeFlash(session, [{ address: at(0x38000), data }]);
        await eraseRegion(session, { address: at(0x39000), sizeBytes: 0x2000 });
        const read = (await readFlash(session, { address: at(0x38000), sizeBytes: 0x4000 })).data;
        expect(isBlank(read.subarray(0x1000, 0x3000))).toBe(true);
        expect(same(read.subarray(0, 0x1000), data.subarray(0, 0x1000))).toBe(true);
        expect(same(read.subarray(0x3000), data.subarray(0x3000))).toBe(true);
        expect(await codeOf(eraseRegion(session, { address: at(1), sizeBytes: 0x1000 }))).toBe("flash.unaligned");
      }));

    it("erases all of it", (skip) =>
      run(skip, async (session) => {
        const allowed = backend.isVirtual || process.env["ESPTOOL_TEST_ERASE"] === "1";
        skip(!allowed, "it would take all contents away; ESPTOOL_TEST_ERASE=1 allows it");
        skip(!live(session).traits.canEraseFlash, "this loader cannot erase the whole flash");
        await writeFlash(session, [{ address: at(0), data: random(1_000, 16) }]);
        await eraseFlash(session);
        expect(isBlank((await readFlash(session, { address: at(0), sizeBytes: 0x1000 })).data)).toBe(true);
      }));
  });

  describe(`asking the flash chip through the ${loader.name}`, () => {
    it("tells its id, the same one twice", (skip) =>
      run(skip, async (session) => {
        skip(session.secureDownload, "Secure Download Mode does not tell");
        const first = await readFlashId(session);
        expect(first.manufacturer).toBeGreaterThan(0);
        expect(first.sizeBytes).toBe(facts().flashBytes);
        expect(await readFlashId(session)).toEqual(first);
      }));

    it("tells its status", (skip) =>
      run(skip, async (session) => {
        skip(session.secureDownload, "Secure Download Mode does not tell");
        const low = await readFlashStatus(session, { sizeBytes: 1 });
        for (const byteCount of [1, 2, 3] as const)
          expect((await readFlashStatus(session, { sizeBytes: byteCount })) & 0xff).toBe(low & 0xff);
      }));

    it("takes a new status", (skip) =>
      run(skip, async (session) => {
        skip(!backend.isVirtual, "a real flash chip may be locked by it");
        skip(session.secureDownload, "Secure Download Mode does not allow it");
        const { before, after } = await writeFlashStatus(session, 0x0200, { sizeBytes: 2 });
        expect(after & 0x0200).toBe(0x0200);
        expect((await writeFlashStatus(session, before, { sizeBytes: 2 })).after).toBe(before);
      }));

    it("tells its parameters (SFDP)", (skip) =>
      run(skip, async (session) => {
        skip(session.secureDownload, "Secure Download Mode does not tell");
        const signature = await readFlashSfdp(session, { address: 0, sizeBytes: 4 });
        skip(isBlank(signature) || signature.every((byte) => byte === 0), "this flash chip has none");
        expect(String.fromCharCode(...signature)).toBe("SFDP");
        expect([...(await readFlashSfdp(session, { address: 1, sizeBytes: 2 }))]).toEqual([...signature.slice(1, 3)]);
      }));
  });
}

function canRead(session: Session): boolean {
  const { traits } = live(session);
  return traits.canReadFast || traits.canReadSlow;
}

function takesCompressed(session: Session): boolean {
  const { traits, secureDownload } = live(session);
  return traits.canCompress && !secureDownload;
}

/** By the chip's digests and by reading back, as far as the loader can do either. */
async function expectInFlash(session: Session, files: readonly FlashFile[]): Promise<void> {
  // Of an empty file there is nothing to compare.
  const written = files.filter(({ data }) => data.length > 0);
  if (live(session).traits.md5Reply !== null)
    expect(await verifyFlash(session, written)).toMatchObject({ matched: true });
  if (!canRead(session)) return;
  for (const { address, data } of written) {
    const read = await readFlash(session, { address, sizeBytes: data.length });
    expect(same(read.data, data), `${data.length} bytes at ${address}`).toBe(true);
  }
}
