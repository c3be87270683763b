import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeReply, encodeRequest } from "../../core/wire/packet.ts";
import { slipEncode } from "../../core/wire/slip.ts";
import { createFaults, type Faults, type Passage } from "./faults.ts";

function faulty(): Faults {
  return createFaults({ unplugAfter: () => {} });
}

const reply = (opcode: number, data: number[] = [0, 0, 0, 0]): Uint8Array<ArrayBuffer> =>
  slipEncode(encodeReply({ opcode, value: 0, data: Uint8Array.from(data) }));
const request = (opcode: number): Uint8Array<ArrayBuffer> =>
  slipEncode(encodeRequest({ opcode, checksum: 0, data: Uint8Array.of(1, 2, 3) }));

function joined({ pieces }: Passage): number[] {
  return pieces.flatMap(({ bytes }) => [...bytes]);
}

describe("a wire without faults", () => {
  it("changes nothing and counts frames, however they are cut", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 60 }), (cuts) => {
        const { plan, counts } = faulty();
        for (let index = 0; index < 3; index++) plan.fromHost(request(0x0a));
        const stream = [...new TextEncoder().encode("rst:0x1\r\n"), ...reply(0x0a), ...reply(0x0a), ...reply(0x77)];
        const seen: number[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          seen.push(...joined(plan.fromChip(Uint8Array.from(stream.slice(at, at + cut)))));
          at += cut;
        }
        expect(seen).toEqual(stream);
        // The reply to 0x77, which nobody asked for, is no reply.
        expect(counts).toMatchObject({ requests: 3, replies: 2 });
      }),
    );
  });
});

describe("faults at a byte", () => {
  const bytes = Uint8Array.from({ length: 10 }, (_, index) => index);

  it("lose, change, double, insert and delay", () => {
    const { plan, controls } = faulty();
    controls.atChipByte(1, { do: "drop", count: 2 });
    controls.atChipByte(4, { do: "corrupt", mask: 0xf0 });
    controls.atChipByte(5, { do: "duplicate", count: 2 });
    controls.atChipByte(7, { do: "insert", bytes: Uint8Array.of(0xaa, 0xbb) });
    controls.atChipByte(9, { do: "delay", ms: 30 });
    const passage = plan.fromChip(bytes);
    expect(joined(passage)).toEqual([0, 3, 0xf4, 5, 5, 5, 6, 0xaa, 0xbb, 7, 8, 9]);
    expect(passage.pieces.map(({ delayMs }) => delayMs)).toEqual([0, 30]);
    expect(passage.unplugged).toBe(false);
    expect(joined(plan.fromChip(bytes))).toEqual([...bytes]);
  });

  it("go on over the end of a transmission", () => {
    const { plan, controls } = faulty();
    controls.atHostByte(8, { do: "drop", count: 5 });
    expect(joined(plan.fromHost(bytes))).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(joined(plan.fromHost(bytes))).toEqual([3, 4, 5, 6, 7, 8, 9]);
  });

  it("pull the cable after the byte", () => {
    const { plan, controls } = faulty();
    controls.unplugAfterHostBytes(13);
    expect(plan.fromHost(bytes).unplugged).toBe(false);
    const passage = plan.fromHost(bytes);
    expect(joined(passage)).toEqual([0, 1, 2]);
    expect(passage.unplugged).toBe(true);
  });

  it("do not touch the other direction", () => {
    const { plan, controls } = faulty();
    controls.atHostByte(0, { do: "drop", count: 5 });
    expect(joined(plan.fromChip(bytes))).toEqual([...bytes]);
  });
});

describe("faults in a frame", () => {
  it("wait for a reply, through noise and requests", () => {
    const { plan, controls } = faulty();
    controls.corruptNextReply();
    const log = new TextEncoder().encode("waiting for download\r\n");
    expect(joined(plan.fromChip(log))).toEqual([...log]);
    expect(joined(plan.fromHost(request(0x0a)))).toEqual([...request(0x0a)]);
    const wrong = [...reply(0x0a)];
    wrong[2] = 0x2a;
    expect(joined(plan.fromChip(reply(0x0a)))).toEqual(wrong);
    expect(joined(plan.fromChip(reply(0x0a)))).toEqual([...reply(0x0a)]);
  });

  it("count occasions and know opcodes", () => {
    const { plan, controls } = faulty();
    controls.dropNextReply({ opcode: 0x13, skip: 1, times: 2 });
    const lengths = [0x13, 0x0a, 0x13, 0x0a, 0x13, 0x13].map((opcode) => joined(plan.fromChip(reply(opcode))).length);
    expect(lengths.map((length) => length > 0)).toEqual([true, true, false, true, false, true]);
  });

  it("lose a frame that comes in pieces up to its end and no further", () => {
    const { plan, controls } = faulty();
    controls.dropNextReply();
    const frame = reply(0x0a);
    expect(joined(plan.fromChip(frame.slice(0, 6)))).toEqual([]);
    expect(joined(plan.fromChip(frame.slice(6, 8)))).toEqual([]);
    expect(joined(plan.fromChip(Uint8Array.from([...frame.slice(8), 1, 2, 3])))).toEqual([1, 2, 3]);
  });

  it("lose a byte, delay and split a reply", () => {
    const { plan, controls } = faulty();
    controls.dropReplyByte(0);
    expect(joined(plan.fromChip(reply(0x0a)))).toEqual([...reply(0x0a).slice(1)]);
    controls.delayNextReply(500);
    expect(plan.fromChip(reply(0x0a)).pieces.map(({ delayMs }) => delayMs)).toEqual([500]);
    controls.splitNextReply(5, 20);
    const { pieces } = plan.fromChip(reply(0x0a));
    expect(pieces.map(({ bytes, delayMs }) => [bytes.length, delayMs])).toEqual([
      [5, 0],
      [reply(0x0a).length - 5, 20],
    ]);
  });

  it("hit data frames and requests", () => {
    const { plan, controls } = faulty();
    controls.corruptFrameByte(3, 0x01);
    expect(joined(plan.fromChip(slipEncode(Uint8Array.of(9, 9, 8, 9))))).toEqual([0xc0, 9, 9, 9, 9, 0xc0]);
    controls.dropNextRequest();
    expect(joined(plan.fromHost(request(0x0a)))).toEqual([]);
    controls.corruptNextRequest({ opcode: 0x0a });
    expect(joined(plan.fromHost(request(0x09)))).toEqual([...request(0x09)]);
    expect(joined(plan.fromHost(request(0x0a)))).not.toEqual([...request(0x0a)]);
  });

  it("are forgotten on demand", () => {
    const { plan, controls } = faulty();
    controls.dropNextReply();
    controls.atChipByte(0, { do: "drop", count: 100 });
    controls.soak(1, 2);
    controls.ignoreCommand(0x0a);
    controls.failSector(0, "erase");
    controls.brownOutAt("program", 0);
    controls.clear();
    expect(joined(plan.fromChip(reply(0x0a)))).toEqual([...reply(0x0a)]);
    expect(plan.ignoresCommand(0x0a)).toBe(false);
    expect(plan.failsSector(0, "erase")).toBe(false);
    expect(plan.brownsOutAt("program", 0)).toBe(false);
  });
});

describe("faults of the machine", () => {
  it("ignore the commands that were named, so often", () => {
    const { plan, controls } = faulty();
    controls.ignoreCommand(0x13, { skip: 1, times: 2 });
    expect([0x13, 0x0a, 0x13, 0x13, 0x13].map((opcode) => plan.ignoresCommand(opcode))).toEqual([
      false,
      false,
      true,
      true,
      false,
    ]);
  });

  it("are about sectors", () => {
    const { plan, controls } = faulty();
    controls.failSector(0x2345, "erase");
    expect([0x1fff, 0x2000, 0x2fff, 0x3000].map((at) => plan.failsSector(at, "erase"))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect(plan.failsSector(0x2000, "program")).toBe(false);
    expect(plan.failsSector(0x2000, "erase")).toBe(true);
    controls.brownOutAt("program", 0x5000);
    expect(plan.brownsOutAt("erase", 0x5000)).toBe(false);
    expect(plan.brownsOutAt("program", 0x5100)).toBe(true);
    expect(plan.brownsOutAt("program", 0x5100)).toBe(false);
  });
});

describe("a soak", () => {
  it("is the same for the same seed, and about as bad as asked", () => {
    const run = (seed: number): number[] => {
      const { plan, controls } = faulty();
      controls.soak(seed, 100);
      return Array.from({ length: 100 }, () => joined(plan.fromChip(new Uint8Array(1000).fill(0x55)))).flat();
    };
    const first = run(1);
    expect(run(1)).toEqual(first);
    expect(run(2)).not.toEqual(first);
    const changed = first.filter((byte) => byte !== 0x55).length;
    expect(changed).toBeGreaterThan(200);
    expect(changed).toBeLessThan(500);
  });
});
