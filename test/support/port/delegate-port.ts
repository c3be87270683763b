import type { Port } from "../../../src/index.ts";

/** The same port, some of it replaced. */
export function delegatePort(port: Port, changes: Partial<Port>): Port {
  return {
    info: port.info,
    clock: port.clock,
    get capabilities() {
      return port.capabilities;
    },
    open: (options, sink) => port.open(options, sink),
    close: () => port.close(),
    write: (data) => port.write(data),
    setBaudRate: (rate) => port.setBaudRate(rate),
    setLines: (lines) => port.setLines(lines),
    ...changes,
  };
}
