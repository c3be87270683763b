import { describe, expect, it } from "vitest";
import { reply, type Script, scriptedPort } from "../../../test/support/port/scripted-port.ts";
import { createVirtualClock } from "../../virtual/time/virtual-clock.ts";
import { concatBytes } from "../bytes/words.ts";
import { isEspError } from "../errors.ts";
import type { EventBody } from "../events.ts";
import { DEFAULT_LIMITS } from "../wire/command.ts";
import { GET_SECURITY_INFO, READ_REG, SPI_FLASH_MD5 } from "../wire/commands.ts";
import { Link } from "./link.ts";

async function linkTo(script: Script, trace = false) {
  const clock = createVirtualClock();
  const port = scriptedPort(clock, script);
  const events: EventBody[] = [];
  const link = new Link({ port, limits: DEFAULT_LIMITS, emit: (event) => events.push(event), trace });
  await link.open(115200);
  return { link, port, clock, events };
}

const at = (bytes: Uint8Array<ArrayBuffer>, afterMs = 1) => ({ afterMs, bytes });
const code = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return "no error";
  } catch (error) {
    return isEspError(error) ? error.code : `not an EspError: ${String(error)}`;
  }
};
const read = (link: Link) => link.exchange(READ_REG, { address: 0x40001000 });

describe("an exchange", () => {
  it("returns the value of the answer, with either status length", async () => {
    for (const status of [
      [0, 0],
      [0, 0, 0, 0],
    ]) {
      const { link } = await linkTo(() => [at(reply(0x0a, { value: 0xf01d83, status }))]);
      expect(await read(link)).toBe(0xf01d83);
    }
  });

  it("waits for an answer that comes in single bytes", async () => {
    const bytes = reply(0x0a, { value: 7 });
    const { link } = await linkTo(() => [...bytes].map((byte, index) => at(Uint8Array.of(byte), index * 10)));
    expect(await read(link)).toBe(7);
  });

  it("skips the late answer to another command", async () => {
    const { link } = await linkTo(() => [
      at(reply(0x13, { data: new Array(16).fill(1) })),
      at(reply(0x0a, { value: 3 }), 2),
    ]);
    expect(await read(link)).toBe(3);
  });

  it("keeps a boot log before the answer as evidence", async () => {
    const log = new TextEncoder().encode("boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n");
    const { link } = await linkTo(() => [at(concatBytes([log, reply(0x0a, { value: 3 })]))]);
    expect(await read(link)).toBe(3);
    expect(link.noise.bytes).toEqual(log);
  });

  it("times out after the command's own time and marks the link", async () => {
    const { link, clock } = await linkTo(() => []);
    const before = clock.now();
    expect(await code(read(link))).toBe("link.timeout");
    // The command's own time, and the little that its bytes take on the line.
    expect(clock.now() - before).toBeGreaterThanOrEqual(3000);
    expect(clock.now() - before).toBeLessThan(3010);
    expect(link.suspect).toBe(true);
    const start = clock.now();
    const request = { address: 0, sizeBytes: 1 << 20, reserved1: 0, reserved2: 0 };
    expect(await code(link.exchange(SPI_FLASH_MD5, request))).toBe("link.timeout");
    // Fact sheet section 10: MD5 of 1 MiB may take 8.388608 s.
    expect(clock.now() - start).toBeGreaterThanOrEqual(8388.608);
    expect(clock.now() - start).toBeLessThan(8400);
  });

  it("tells a status from an unknown command", async () => {
    const status = await linkTo(() => [at(reply(0x0a, { status: [1, 7, 0, 0] }))]);
    await expect(read(status.link)).rejects.toMatchObject({
      code: "link.status",
      message: expect.stringContaining("(wrong checksum)"),
      details: { status: 0x0107 },
    });
    const stub = await linkTo(() => [at(reply(0x0a, { status: [0xff, 0] }))]);
    await expect(read(stub.link)).rejects.toMatchObject({
      code: "link.unsupported-command",
      details: { command: "READ_REG", opcode: 0x0a, status: 0xff00 },
    });
  });

  it("takes the ROM's refusal, which repeats the opcode before, and all its copies", async () => {
    const refusal = reply(0x08, { value: 0x20120707, status: [1, 5, 0, 0] });
    const { link, port } = await linkTo(({ opcode }) =>
      opcode === 0x14
        ? Array.from({ length: 8 }, (_, index) => at(refusal, 1 + index))
        : [at(reply(0x0a, { value: 5 }))],
    );
    expect(await code(link.exchange(GET_SECURITY_INFO, {}))).toBe("link.unsupported-command");
    expect(await read(link)).toBe(5);
    expect(port.requests).toHaveLength(2);
  });

  it("rejects an answer of the wrong length", async () => {
    const { link } = await linkTo(() => [at(reply(0x0a, { data: [1, 2, 3], status: [0, 0, 0, 0] }))]);
    expect(await code(read(link))).toBe("link.reply-short");
  });

  it("names a crash of the application", async () => {
    const text = new TextEncoder().encode("Guru Meditation Error: Core 0 panic'ed (LoadProhibited). \r\n\xc0");
    const { link } = await linkTo(() => [at(text)]);
    await expect(read(link)).rejects.toMatchObject({
      code: "link.panic",
      message: expect.stringContaining("LoadProhibited"),
    });
  });

  it("ends when the port is lost, but not before what came earlier is used", async () => {
    const { link, port, clock } = await linkTo(() => [at(reply(0x0a, { value: 9 }))]);
    clock.after(1, () => port.lose());
    expect(await read(link)).toBe(9);
    expect(await code(read(link))).toMatch(/^port\./);
  });

  it("ends at once when the signal fires", async () => {
    const { link, clock } = await linkTo(() => []);
    const controller = new AbortController();
    clock.after(10, () => controller.abort());
    const before = clock.now();
    expect(await code(link.withSignal(controller.signal, () => read(link)))).toBe("operation.aborted");
    expect(clock.now() - before).toBe(10);
    expect(link.signal).toBeUndefined();
  });

  it("shows the traffic when tracing", async () => {
    const answer = concatBytes([Uint8Array.of(0x41, 0xc0), reply(0x0a), Uint8Array.of(0xc0, 0x42)]);
    const { link, events } = await linkTo(() => [at(answer)], true);
    await read(link);
    link.discard();
    await link.send(READ_REG, { address: 0 });
    expect(events.map((event) => event.type === "trace" && event.what)).toEqual([
      "command",
      "write",
      "read",
      "invalid",
      "frame",
      "remaining",
      "command",
      "write",
    ]);
    expect(events[0]).toMatchObject({ name: "READ_REG", opcode: 0x0a, waitsForReply: true, timeoutMs: 3000 });
    expect(events[4]).toEqual({ type: "trace", what: "frame", bytes: reply(0x0a).slice(1, -1) });
    expect(events[6]).toMatchObject({ waitsForReply: false });
  });

  it("says nothing of the traffic when not", async () => {
    const { link, events } = await linkTo(() => [at(reply(0x0a))]);
    await read(link);
    expect(events).toEqual([]);
  });
});
