import { type Check, optional } from "../check/check.ts";
import { checkMilliseconds } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkSignal } from "../check/signal.ts";
import { checkFunction } from "../check/values.ts";
import { type Clock, systemClock } from "../clock.ts";
import { type AbortSignalLike, isEspError } from "../errors.ts";
import { checkClock } from "../port/check-port.ts";
import { callSafely } from "../shield-listener.ts";
import { textOfBytes } from "./encode-frame.ts";
import type { ImprovConnection, ImprovDeviceInfo, ImprovDeviceState, ImprovNetwork } from "./improv-answers.ts";
import { ImprovExchange, type SendBytes } from "./improv-exchange.ts";
import { type ImprovState, LONGEST_DATA, LONGEST_PASSWORD, LONGEST_SSID } from "./improv-frame.ts";
import {
  connectionQuestion,
  DETECT_MS,
  infoQuestion,
  nameQuestion,
  scanQuestion,
  stateQuestion,
  wifiQuestion,
} from "./improv-questions.ts";
import { improvReader } from "./improv-reader.ts";

export interface ImprovClientOptions {
  /** Sends to the device, as `write` of a monitor does; false when it is away. */
  readonly write: SendBytes;
  /** The time of the port; real time unless given. */
  readonly clock?: Clock | undefined;
  /** Each state that the device tells, asked for or not. */
  readonly onState?: ((state: ImprovState) => void) | undefined;
}

export interface ImprovAskOptions {
  readonly signal?: AbortSignalLike | undefined;
}

export interface ImprovStateOptions extends ImprovAskOptions {
  /** How long to ask, once a second. Default 1500; a device that has just been written needs 10 000. */
  readonly timeoutMs?: number | undefined;
}

export interface WifiCredentials {
  /** 1 to 32 bytes. */
  readonly ssid: string;
  /** Up to 64 bytes; left out for an open network. It is sent, and stands in no event and no error. */
  readonly password?: string | undefined;
}

/** Where bytes go through: those of frames stay, the log goes on. */
export interface ImprovStage {
  push(bytes: Uint8Array): void;
  flush(): void;
}

/**
 * A conversation with firmware that speaks Improv. One question is asked at a time; the next waits. All throw
 * `improv.timeout` when nothing comes, `improv.refused` when the device says no, `port.lost` when it is away, and
 * `operation.aborted`.
 */
export interface ImprovClient {
  /** Where all that comes from the device has to go through; `next` gets the log. For the option `through` of a monitor. */
  through(next: (bytes: Uint8Array) => void): ImprovStage;
  /** Whether it speaks Improv, and has a Wi-Fi. */
  state(options?: ImprovStateOptions): Promise<ImprovDeviceState>;
  info(options?: ImprovAskOptions): Promise<ImprovDeviceInfo>;
  /** The networks that the device sees, the strongest first, each name once. */
  scan(options?: ImprovAskOptions): Promise<ImprovNetwork[]>;
  /** Has it join a network, which takes up to 45 s; the addresses are of web pages only. Throws `improv.cannot-connect`, too. */
  provision(credentials: WifiCredentials, options?: ImprovAskOptions): Promise<readonly string[]>;
  /** Its host name; given one, it is set before. */
  hostName(name?: string, options?: ImprovAskOptions): Promise<string>;
  /** The name for people; given one, it is set before. */
  deviceName(name?: string, options?: ImprovAskOptions): Promise<string>;
  connection(options?: ImprovAskOptions): Promise<ImprovConnection>;
  /** Ends what is asked, with `operation.aborted`. */
  close(): void;
}

const checkOptions: Check<ImprovClientOptions> = shape<ImprovClientOptions>({
  write: checkFunction,
  clock: optional(checkClock),
  onState: optional(checkFunction),
});
const checkAsk: Check<ImprovAskOptions> = shape<ImprovAskOptions>({ signal: optional(checkSignal) });
const checkState: Check<ImprovStateOptions> = shape<ImprovStateOptions>({
  signal: optional(checkSignal),
  timeoutMs: optional(checkMilliseconds),
});
const checkCredentials: Check<WifiCredentials> = shape<WifiCredentials>({
  ssid: textOfBytes(1, LONGEST_SSID),
  password: optional(textOfBytes(0, LONGEST_PASSWORD)),
});
const checkNewName = optional(textOfBytes(1, LONGEST_DATA - 2));

/**
 * Talks to firmware that can be given a Wi-Fi over the serial line. It shares the line with the log: all bytes of the device go
 * through it, and what is no frame goes on.
 *
 * @example
 * const improv = improvClient({ write: (bytes) => running.write(bytes), clock: port.clock });
 * const running = await monitor(port, { through: improv.through, onLine: ({ text }) => console.log(text) });
 * const { state } = await improv.state();
 */
export function improvClient(options: ImprovClientOptions): ImprovClient {
  const { write, clock = systemClock, onState } = checkOptions(options, "options");
  const exchange = new ImprovExchange(async (bytes) => await write(bytes), clock);
  /** An attempt to join a network was given up, and the device has not said how it ended. */
  let isOpenAttempt = false;
  const signalOf = (asked: ImprovAskOptions): AbortSignalLike | undefined => checkAsk(asked, "options").signal;
  return {
    through: (next) => {
      const deliver: (bytes: Uint8Array) => void = checkFunction(next, "next");
      return improvReader(
        {
          text: deliver,
          frame: (frame) => {
            exchange.hear(frame);
            if (frame.type === "state")
              callSafely(
                () => onState?.(frame.name),
                () => {},
              );
          },
        },
        { clock },
      );
    },
    state: async (asked = {}) => {
      const { signal, timeoutMs = DETECT_MS } = checkState(asked, "options");
      return await exchange.ask(() => stateQuestion(timeoutMs), signal);
    },
    info: async (asked = {}) => await exchange.ask(infoQuestion, signalOf(asked)),
    scan: async (asked = {}) => await exchange.ask(scanQuestion, signalOf(asked)),
    provision: async (credentials, asked = {}) => {
      const { ssid, password = "" } = checkCredentials(credentials, "credentials");
      const question = (): ReturnType<typeof wifiQuestion> => {
        const mayBeLate = isOpenAttempt;
        isOpenAttempt = true;
        return wifiQuestion(ssid, password, mayBeLate);
      };
      try {
        const urls = await exchange.ask(question, signalOf(asked));
        isOpenAttempt = false;
        return urls;
      } catch (error) {
        if (isEspError(error, "improv.cannot-connect") || isEspError(error, "improv.refused")) isOpenAttempt = false;
        throw error;
      }
    },
    hostName: async (name, asked = {}) => await askName("host-name", name, asked),
    deviceName: async (name, asked = {}) => await askName("device-name", name, asked),
    connection: async (asked = {}) => await exchange.ask(connectionQuestion, signalOf(asked)),
    close: () => exchange.close(),
  };

  async function askName(
    command: "host-name" | "device-name",
    name: string | undefined,
    asked: ImprovAskOptions,
  ): Promise<string> {
    const wanted = checkNewName(name, "name");
    return await exchange.ask(() => nameQuestion(command, wanted), signalOf(asked));
  }
}
