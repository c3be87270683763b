import type { Inbox } from "./inbox.ts";
import type { Port } from "./port.ts";

/**
 * A port that is open already, for its next user: `open` opens nothing but changes the baud rate if another one is
 * wanted, and delivers what has arrived meanwhile. Once closed it is the port that it was.
 */
export function handedOverPort(port: Port, inbox: Inbox, baudRate: number): Port {
  let isWaiting = true;
  let currentBaud = baudRate;
  return {
    info: port.info,
    clock: port.clock,
    get capabilities() {
      return port.capabilities;
    },
    open: async (options, sink) => {
      if (!isWaiting) return await port.open(options, sink);
      isWaiting = false;
      if (inbox.lostBecause !== null) {
        await port.close();
        return await port.open(options, sink);
      }
      if (port.capabilities.baud && options.baudRate !== currentBaud) await port.setBaudRate(options.baudRate);
      inbox.deliverTo(sink);
    },
    close: async () => {
      isWaiting = false;
      await port.close();
    },
    write: (bytes) => port.write(bytes),
    setBaudRate: async (rate) => {
      await port.setBaudRate(rate);
      currentBaud = rate;
    },
    setLines: (lines) => port.setLines(lines),
  };
}
