import { describe, expect, it } from "vitest";
import { EspError, type Port, type PortSink } from "../../src/index.ts";
import { type PortBench, portCases } from "../../src/port-conformance.ts";
import { delegatePort } from "../support/port/delegate-port.ts";
import { transportBench } from "../support/port/port-benches.ts";

/** Each rule must be able to find the port that breaks it: here is one for every rule. */

/** A wrong port is given up on after this; what it does not do in that time it never does. */
const PATIENCE_MS = 50;

type Change = (port: Port) => Partial<Port>;

/** The right port, wrong in one way. */
const change =
  (make: Change): (() => PortBench) =>
  () => {
    const bench = transportBench();
    return { ...bench, port: delegatePort(bench.port, make(bench.port)) };
  };

const sinkOf =
  (make: (sink: PortSink) => PortSink): Change =>
  (port) => ({ open: (options, sink) => port.open(options, make(sink)) });

const closed = (): EspError => new EspError("port.closed", "Closed.");

/** A port with one buffer for all that comes. */
function oneBuffer(sink: PortSink): PortSink {
  const buffer = new Uint8Array(1024);
  return {
    data: (bytes) => {
      buffer.set(bytes);
      sink.data(buffer.subarray(0, bytes.length));
    },
    lost: (error) => sink.lost(error),
  };
}

/** Takes the right port's errors for nothing. */
const swallow =
  (code: string, instead: () => Promise<void> = async () => undefined): Change =>
  (port) => {
    const quiet = (work: Promise<void>): Promise<void> =>
      work.catch((error: EspError) => {
        if (error.code !== code) throw error;
        return instead();
      });
    return {
      write: (bytes) => quiet(port.write(bytes)),
      setBaudRate: (rate) => quiet(port.setBaudRate(rate)),
      setLines: (lines) => quiet(port.setLines(lines)),
    };
  };

const hang = (): Promise<void> => new Promise(() => {});

const WRONG: Readonly<Record<string, Change>> = {
  "says what it is before it is opened": () => ({ info: { path: "" } }),
  "does nothing before it is opened": swallow("port.closed"),
  "refuses a second open, and the first goes on": (port) => ({
    open: (options, sink) => port.open(options, sink).catch(() => {}),
  }),
  "refuses an open while it is being opened": (port) => {
    let isOpening = false;
    return {
      open: async (options, sink) => {
        if (isOpening) return;
        isOpening = true;
        await port.open(options, sink);
        isOpening = false;
      },
    };
  },
  "can be closed while it is being opened, and opened again after that": (port) => ({
    open: async (options, sink) => {
      await Promise.resolve();
      await port.open(options, sink);
    },
  }),
  "delivers all bytes, in order, of every value": sinkOf((sink) => ({
    // Software flow control is left on.
    data: (bytes) => sink.data(bytes.filter((byte) => byte !== 0x11 && byte !== 0x13)),
    lost: (error) => sink.lost(error),
  })),
  "leaves the arrays alone that it has delivered": sinkOf(oneBuffer),
  "writes all bytes, in the order of the calls, of every value": (port) => ({
    write: async (bytes) => {
      // What is large takes longer, and nobody waits for it.
      if (bytes.length > 100) await new Promise((resolve) => setImmediate(resolve));
      await port.write(bytes);
    },
  }),
  "writes a part of a larger array as that part": (port) => ({
    write: (bytes) => port.write(new Uint8Array(bytes.buffer)),
  }),
  "changes its baud rate and goes on, where it has one": (port) => ({
    setBaudRate: async () => {
      await port.close();
    },
  }),
  "sets its lines, or says that it has none and goes on": () => ({
    setLines: async () => {
      throw new EspError("port.lines-unsupported", "None.");
    },
  }),
  "can be closed at any time, however often, and tells no loss": (port) => {
    let sink: PortSink | null = null;
    return {
      open: (options, given) => {
        sink = given;
        return port.open(options, given);
      },
      close: async () => {
        await port.close();
        sink?.lost(closed());
      },
    };
  },
  "does nothing after it was closed": swallow("port.closed"),
  "can be opened again, and speaks to the new sink alone": (port) => {
    let first: PortSink | null = null;
    return {
      open: (options, sink) => {
        first ??= sink;
        return port.open(options, first);
      },
    };
  },
  "ends what waits when it is closed": swallow("port.closed", hang),
  "gives a write up after a time": swallow("port.write-timeout", hang),
  "tells once that the device is lost, and does nothing after that": sinkOf((sink) => ({
    data: (bytes) => sink.data(bytes),
    lost: (error) => {
      sink.lost(error);
      sink.lost(error);
    },
  })),
  "ends what waits when the device is lost": swallow("port.lost", hang),
  "can be opened again when the device is back": (port) => {
    let isLost = false;
    return {
      open: async (options, sink) => {
        if (isLost) throw new EspError("port.busy", "Still open.");
        await port.open(options, {
          data: (bytes) => sink.data(bytes),
          lost: (error) => {
            isLost = true;
            sink.lost(error);
          },
        });
      },
    };
  },
};

describe("each rule", () => {
  const names = portCases(transportBench).map(({ name }) => name);

  it("has a port that breaks it", () => {
    expect(Object.keys(WRONG).sort()).toEqual([...names].sort());
  });

  it.each(Object.entries(WRONG))("finds a port that does not keep it: %s", async (rule, make) => {
    const found = portCases(change(make), { patienceMs: PATIENCE_MS }).find(({ name }) => name === rule);
    await expect(found?.run()).rejects.toThrow("breaks the rule");
  });

  it("is shown by the port that keeps it", async () => {
    for (const { run } of portCases(transportBench)) expect(await run()).toBe("passed");
  });
});
