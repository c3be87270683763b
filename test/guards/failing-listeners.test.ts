import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { burnEfuses, efuseDevice, planBurn, readEfuses } from "../../src/efuse.ts";
import {
  connect,
  connectRepeatedly,
  disconnect,
  type EspEvent,
  eraseNand,
  monitorPipeline,
  readFlash,
  systemClock,
  verifyFlash,
  writeFlash,
  writeNand,
} from "../../src/index.ts";
import { type ServeEvent, serveRfc2217, serveVirtual } from "../../src/node.ts";
import { INSTANT_TIMING, type VirtualChip, virtualChip, virtualEfuses } from "../../src/virtual.ts";
import { until } from "../support/port/ports.ts";

/** Promises that were rejected and that nobody looked after. */
const unhandled: unknown[] = [];
const note = (reason: unknown): void => void unhandled.push(reason);
beforeEach(() => void process.on("unhandledRejection", note));
afterEach(async () => {
  await new Promise<void>((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", note);
  expect(unhandled.splice(0)).toEqual([]);
});

type Listener = (event: EspEvent) => unknown;
type Failure = (type: string) => unknown;

/** The ways in which a listener fails. */
const FAILURES: Readonly<Record<string, Failure>> = {
  throws: (type) => {
    throw new Error(`cannot bear ${type}`);
  },
  "returns a promise that rejects": async (type) => {
    throw new Error(`cannot bear ${type}`);
  },
  "throws what is no error": () => {
    throw Object.create(null);
  },
};

interface Run {
  readonly types: readonly string[];
  readonly warnings: readonly EspEvent[];
  readonly state: unknown;
}

/** Does the work with a listener that fails at each event of one type; what it heard, and what came of it. */
async function run(
  work: (listener: Listener) => Promise<unknown>,
  failsAt: (event: EspEvent) => boolean,
  fail: Failure,
): Promise<Run> {
  const types = new Set<string>();
  const warnings: EspEvent[] = [];
  const state = await work((event) => {
    if (event.type === "warning" && event.code === "listener.failed") {
      warnings.push(event);
      return undefined;
    }
    types.add(event.type);
    return failsAt(event) ? fail(event.type) : undefined;
  });
  return { types: [...types], warnings, state };
}

const data = Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7) ^ (index >> 8));

async function flash(listener: Listener): Promise<unknown> {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  const session = await connect(chip.port, { baudRate: 460_800, onEvent: listener, trace: true });
  const file = { address: 0x10000, data, name: "app" };
  const { files } = await writeFlash(session, [file]);
  const { matched } = await verifyFlash(session, [file]);
  const read = await readFlash(session, { address: 0x10000, sizeBytes: data.length });
  await disconnect(session);
  return { files: files.map(({ verified }) => verified), matched, read: read.data, ...statesOf(chip) };
}

function statesOf(chip: VirtualChip) {
  return { flash: chip.flash.read(0, 0x20000), efuses: [...chip.silicon.efuses].sort(), resets: chip.log.length };
}

async function burn(listener: Listener): Promise<unknown> {
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  const session = await connect(chip.port, { stub: false, onEvent: listener });
  const device = efuseDevice(session);
  const key = { kind: "raw", bytes: data.subarray(0, 32) } as const;
  const plan = planBurn(await readEfuses(device), [{ kind: "key", block: "BLOCK_KEY0", key, purpose: "USER" }]);
  const { steps } = await burnEfuses(device, plan);
  await disconnect(session);
  return { steps: steps.length, ...statesOf(chip) };
}

async function nand(listener: Listener): Promise<unknown> {
  const chip = virtualChip("esp32s3", { silicon: { nand: { badBlocks: [1] } }, timing: INSTANT_TIMING });
  const session = await connect(chip.port, { plugins: ["nand"], onEvent: listener });
  const options = { spiConnection: "12,13,11,9,10" };
  await writeNand(session, [{ address: 0, data, name: "app" }], options);
  const first = chip.nand?.read(0, 2048);
  await eraseNand(session, { address: 0x40000, sizeBytes: 0x20000 }, options);
  await disconnect(session, { reset: "no-reset" });
  return first;
}

describe.each(Object.entries({ flash, burn, nand }))("a listener while working on %s", (_name, work) => {
  it.each(Object.keys(FAILURES))("that %s disturbs nothing, at no event", async (way) => {
    const fail = FAILURES[way] as Failure;
    const quiet = await run(work, () => false, fail);
    expect(quiet.types.length).toBeGreaterThan(4);
    for (const type of quiet.types) {
      const { state, warnings, types } = await run(work, (event) => event.type === type, fail);
      expect([type, state]).toEqual([type, quiet.state]);
      expect([type, types]).toEqual([type, quiet.types]);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toMatchObject({ type: "warning", code: "listener.failed", details: { event: type } });
    }
  });

  it("that throws at everything, the complaint included, is left alone", async () => {
    const quiet = await work(() => undefined);
    expect(
      await work(() => {
        throw new Error("no");
      }),
    ).toEqual(quiet);
  });
});

describe("other listeners", () => {
  it("of a connection that is tried repeatedly complain once", async () => {
    const chip = virtualChip("esp32c3");
    let attempts = 0;
    const { warnings, types } = await run(
      async (onEvent) => {
        chip.unplug();
        const makePort = async () => {
          if (++attempts === 3) chip.replug();
          return chip.port;
        };
        await disconnect(await connectRepeatedly(makePort, { openPortAttempts: "unlimited", onEvent }));
      },
      ({ type }) => type === "connect.retrying" || type === "connect.started",
      FAILURES["throws"] as Failure,
    );
    expect(types).toContain("stub.running");
    expect(warnings).toHaveLength(1);
  });

  it("of an eFuse device of one's own cannot stop a burn", async () => {
    const efuses = virtualEfuses("esp32c3");
    const told: string[] = [];
    const device = {
      ...efuses,
      chip: "esp32c3" as const,
      chipRevision: efuses.revision,
      emit: (event: { type: string; code?: string }) => {
        told.push(event.code ?? event.type);
        throw new Error("no");
      },
    };
    const plan = planBurn(await readEfuses(device), [{ kind: "field", field: "WDT_DELAY_SEL", value: "1" }]);
    const { steps, state } = await burnEfuses(device, plan);
    expect(steps).toHaveLength(1);
    expect(state?.blocks.get(0)?.bits).toBe(plan.steps[0]?.bits);
    expect(told).toEqual(["efuse.burning", "listener.failed", "efuse.burned", "efuse.rereading"]);
  });

  it("of servers disturb no client", async () => {
    for (const fail of Object.values(FAILURES)) {
      const heard: ServeEvent[] = [];
      const onEvent = (event: ServeEvent): unknown => {
        heard.push(event);
        return event.kind === "failed" ? undefined : fail(event.kind);
      };
      const server = await serveVirtual({ chip: "esp32c3", tcp: { port: 0 }, rfc2217: { port: 0 }, onEvent });
      const shared = await serveRfc2217({ port: virtualChip("esp32c3", { clock: "real" }).port, tcpPort: 0, onEvent });
      const { portFromString } = await import("../../src/node.ts");
      for (const url of [
        `socket://127.0.0.1:${server.tcp?.port}`,
        `rfc2217://127.0.0.1:${server.rfc2217?.port}`,
        `rfc2217://127.0.0.1:${shared.port}`,
      ]) {
        const session = await connect(await portFromString(url), { stub: false });
        expect(session.chip.id).toBe("esp32c3");
        await disconnect(session);
        const count = heard.length;
        await until(() => heard.slice(0, count + 1).some(({ kind }) => kind === "client-left"));
      }
      await shared.close();
      await server.close();
      // One complaint for each server.
      const complaints = heard.filter((event) => event.kind === "failed" && event.error.code === "listener.failed");
      expect(complaints).toHaveLength(2);
    }
  });

  it("of lines are told of once when they fail", () => {
    const remarks: string[] = [];
    const lines: string[] = [];
    const pipeline = monitorPipeline({
      clock: systemClock,
      view: "text",
      processors: [
        () => {
          throw new Error("no");
        },
        ({ text }) => [`seen ${text}`],
      ],
      sink: { piece: () => {}, line: ({ text }) => lines.push(text), remark: (text) => remarks.push(text) },
    });
    pipeline.push(new TextEncoder().encode("one\ntwo\n"));
    pipeline.flush();
    expect(lines).toEqual(["one", "two"]);
    expect(remarks).toEqual(["What looks at the lines failed: no.", "seen one", "seen two"]);
  });
});
