import { EspError } from "../../core/errors.ts";
import { shieldListener } from "../../core/shield-listener.ts";

export type ServedProtocol = "tcp" | "rfc2217";

/** What a server of ports tells the program around it. */
export type ServeEvent =
  | { readonly kind: "listening"; readonly protocol: ServedProtocol; readonly address: string; readonly port: number }
  | { readonly kind: "client-connected"; readonly protocol: ServedProtocol; readonly client: string }
  /** Somebody else has the port, or it cannot be opened. */
  | {
      readonly kind: "client-refused";
      readonly protocol: ServedProtocol;
      readonly client: string;
      readonly error: EspError;
    }
  | {
      readonly kind: "client-left";
      readonly protocol: ServedProtocol;
      readonly client: string;
      /** It was sent away, because nothing had been said for too long. */
      readonly reason?: "idle" | undefined;
    }
  | { readonly kind: "baud-rate"; readonly baudRate: number }
  | { readonly kind: "lines"; readonly dtr: boolean; readonly rts: boolean }
  /** The server reset the chip itself, into its download mode or to run its program. */
  | { readonly kind: "reset"; readonly into: "download" | "program" }
  /** Something that the client asked for did not work; the client stays. */
  | { readonly kind: "failed"; readonly error: EspError }
  | { readonly kind: "port-lost"; readonly error: EspError };

/** What it throws, or what its promise rejects with, disturbs nothing: it is told once, as `failed` with `listener.failed`. */
export type ServeListener = (event: ServeEvent) => void;

/** A listener that cannot disturb the server. */
export function safeServeListener(listener: ServeListener | undefined): ServeListener {
  return shieldListener(listener, (reason, { kind }) => ({
    kind: "failed",
    error: new EspError("listener.failed", `The listener for events failed at '${kind}': ${reason}.`, {
      details: { event: kind },
    }),
  }));
}
