import type { Port } from "../../../src/index.ts";
import { type VirtualChip, type VirtualChipOptions, virtualChip } from "../../../src/virtual.ts";
import type { EfuseChip } from "../efuse/efuse-file-device.ts";
import { delegatePort } from "./delegate-port.ts";

export interface Bench {
  /** An adapter's port: who sits on the adapter does not show. */
  readonly port: Port;
  readonly first: VirtualChip;
  readonly second: VirtualChip;
  /** Puts the second chip onto the adapter in place of the first; the port stays open and nothing is said. */
  exchange(): Promise<void>;
  /** Pulls the first one's cable; who opens the port again finds the second. */
  unplug(): void;
}

/** Two boards of the same kind, unless said otherwise, that differ by the last byte of their MAC address. */
export function exchangeBench(
  id: EfuseChip,
  options: {
    readonly first?: VirtualChipOptions;
    readonly second?: VirtualChipOptions;
    readonly secondId?: EfuseChip;
  } = {},
): Bench {
  const mac = (last: number): Uint8Array<ArrayBuffer> => Uint8Array.of(0x10, 0x20, 0x30, 0x41, 0x52, last);
  const first = virtualChip(id, { ...options.first, silicon: { mac: mac(1), ...options.first?.silicon } });
  const second = virtualChip(options.secondId ?? id, {
    boot: "download",
    ...options.second,
    clock: first.clock,
    silicon: { mac: mac(2), ...options.second?.silicon },
  });
  return { ...exchangeable(first, second), first, second };
}

export function exchangeable(first: VirtualChip, second: VirtualChip): Pick<Bench, "port" | "exchange" | "unplug"> {
  let current = first.port;
  let next = current;
  let opened: Parameters<Port["open"]> | null = null;
  const open = async (...[options, sink]: Parameters<Port["open"]>): Promise<void> => {
    opened = [options, sink];
    current = next;
    await current.open(options, sink);
  };
  return {
    port: delegatePort(first.port, {
      open,
      close: () => current.close(),
      write: (bytes) => current.write(bytes),
      setBaudRate: (rate) => current.setBaudRate(rate),
      setLines: (lines) => current.setLines(lines),
    }),
    exchange: async () => {
      if (opened === null) throw new Error("nobody has opened the port");
      await second.port.open(...opened);
      const before = current;
      next = second.port;
      current = next;
      await before.close();
    },
    unplug: () => {
      next = second.port;
      first.unplug();
    },
  };
}

/** What is burned in a chip, as it is in the silicon: no loader and no host in between. */
export function cellsOf({ silicon }: VirtualChip): ReadonlyMap<number, number> {
  return new Map([...silicon.efuses].filter(([, word]) => word !== 0).sort(([left], [right]) => left - right));
}
