import type { Port } from "../port.ts";

/** A port that is closed, and the other end of it in hand. Each case gets a new one. */
export interface PortBench {
  readonly port: Port;
  /** The other end says this; the port is open. */
  say(bytes: Uint8Array): void | Promise<void>;
  /** All that the other end has received until now. */
  heard(): Uint8Array;
  /** Takes the device away, as when its cable is pulled. */
  lose(): void | Promise<void>;
  /** Brings the device back after that; left out where it cannot be. */
  restore?(): void | Promise<void>;
  /** From now on the other end takes nothing, so that writes hang; left out where it cannot be made to. */
  stall?(): void | Promise<void>;
  /** Lets time pass on the port's clock; left out for ports that live in real time. */
  pass?(ms: number): void | Promise<void>;
  /** Called after the port was closed. */
  dispose?(): void | Promise<void>;
}

export interface PortCaseOptions {
  /** How long anything that should happen may take, in real time. Default 10 000. */
  readonly patienceMs?: number | undefined;
  /** When a write has to have failed, in time of the port. Default 10 000. */
  readonly writeTimeoutMs?: number | undefined;
}

/** One rule that every port keeps. */
export interface PortCase {
  /** The rule. */
  readonly name: string;
  /** Resolves when the port keeps the rule, or when the bench cannot show that; throws what is wrong. */
  run(): Promise<"passed" | "not shown">;
}
