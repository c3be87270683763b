import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeNegotiation, encodeSubnegotiation, escapeTelnet, type TelnetEvent, TelnetParser } from "./telnet.ts";
import { TelnetOptions } from "./telnet-options.ts";

/** Events with the cuts between pieces of data taken out. */
function parse(pieces: readonly Uint8Array[]): unknown[] {
  const parser = new TelnetParser();
  const events: (Exclude<TelnetEvent, { kind: "data" }> | { kind: "data"; bytes: number[] })[] = [];
  for (const event of pieces.flatMap((piece) => parser.push(piece))) {
    const last = events.at(-1);
    if (event.kind !== "data") events.push(event);
    else if (last?.kind === "data") (last.bytes as number[]).push(...event.bytes);
    else events.push({ kind: "data", bytes: [...event.bytes] });
  }
  return events;
}

function cut(stream: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((place) => place % (stream.length + 1)).sort((a, b) => a - b), stream.length];
  return at.slice(1).map((end, index) => stream.subarray(at[index], end));
}

/** Bytes that mean something are frequent, or the interesting states would never be reached. */
const byte = fc.oneof(fc.constantFrom(0xff, 0xff, 0xfa, 0xf0, 0xfb, 0xfd, 44), fc.integer({ min: 0, max: 255 }));
const stream = fc.array(byte, { maxLength: 200 }).map((bytes) => Uint8Array.from(bytes));

describe("TelnetParser", () => {
  it("gives the same events wherever any stream is cut", () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), (bytes, places) => {
        expect(parse(cut(bytes, places))).toEqual(parse([bytes]));
      }),
      { numRuns: 2000 },
    );
  });

  it("reads back what was written", () => {
    fc.assert(
      fc.property(stream, stream, fc.nat(255), (data, value, option) => {
        const wire = Uint8Array.from([
          ...escapeTelnet(data),
          ...encodeSubnegotiation(option, value),
          ...encodeNegotiation("will", option),
        ]);
        expect(parse([wire])).toEqual([
          ...(data.length > 0 ? [{ kind: "data", bytes: [...data] }] : []),
          { kind: "subnegotiation", option, bytes: value },
          { kind: "negotiation", verb: "will", option },
        ]);
      }),
    );
  });

  it("drops an overlong subnegotiation and goes on", () => {
    const wire = Uint8Array.from([...encodeSubnegotiation(44, new Uint8Array(100_000)), 1, 2]);
    expect(parse([wire])).toEqual([
      { kind: "overlong", option: 44 },
      { kind: "data", bytes: [1, 2] },
    ]);
  });

  it("goes on after a subnegotiation without an end", () => {
    expect(parse([Uint8Array.of(0xff, 0xfa, 44, 1, 2, 0xff, 0xfb, 3, 65)])).toEqual([
      { kind: "negotiation", verb: "will", option: 3 },
      { kind: "data", bytes: [65] },
    ]);
  });
});

describe("TelnetOptions", () => {
  it("answers a request once and an answer never", () => {
    const options = new TelnetOptions([44]);
    expect(options.answer({ verb: "will", option: 44 })).toEqual({ verb: "do", option: 44 });
    expect(options.answer({ verb: "will", option: 44 })).toBeUndefined();
    expect(options.answer({ verb: "wont", option: 44 })).toEqual({ verb: "dont", option: 44 });
    expect(options.answer({ verb: "wont", option: 44 })).toBeUndefined();
    expect(options.answer({ verb: "do", option: 1 })).toEqual({ verb: "wont", option: 1 });
    expect(options.answer({ verb: "dont", option: 1 })).toBeUndefined();
  });

  it("takes the peer's answers to its own offers without a word", () => {
    const options = new TelnetOptions([0]);
    expect(options.offers()).toEqual([
      { verb: "will", option: 0 },
      { verb: "do", option: 0 },
    ]);
    expect(options.answer({ verb: "do", option: 0 })).toBeUndefined();
    expect(options.answer({ verb: "wont", option: 0 })).toBeUndefined();
  });

  it("never talks for ever with a copy of itself", () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), (aOffers, bOffers) => {
        const a = new TelnetOptions([0, 3, 44]);
        const b = new TelnetOptions([0, 44]);
        let toB = aOffers ? a.offers() : [];
        let toA = bOffers ? b.offers() : [];
        let rounds = 0;
        while (toA.length + toB.length > 0) {
          rounds += 1;
          expect(rounds).toBeLessThan(10);
          const answersToA = toB.flatMap((message) => b.answer(message) ?? []);
          const answersToB = toA.flatMap((message) => a.answer(message) ?? []);
          toA = answersToA;
          toB = answersToB;
        }
      }),
    );
  });
});
