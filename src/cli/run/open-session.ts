import {
  type AfterMode,
  type Attempts,
  type BeforeMode,
  type ConnectOptions,
  EspError,
  type Port,
  type Session,
} from "../../index.ts";
import { type ConfigSettings, readSettings } from "../config/config-settings.ts";
import { CLI_SESSION, type RunContext } from "../context.ts";
import type { OptionValues } from "../line/option-values.ts";
import { hostMemory } from "./host-memory.ts";
import { listenForChip, mayListen } from "./listen.ts";
import { isNand } from "./nand.ts";
import { openWantedPort } from "./wanted-port.ts";

/**
 * A session as line, environment and configuration say, opened as often as they say; what is `fixed` is not theirs to
 * say. `seen` hears of each port that is tried. Throws `config.invalid`, `argument.invalid`, and what finding the port and connecting throw.
 */
export async function openSession(
  context: RunContext,
  fixed: Partial<ConnectOptions> = {},
  seen: (port: Port) => void = () => {},
): Promise<Session> {
  const settings = readSettings(context.config);
  const openPortAttempts = attemptsOf(context, settings);
  sayWhatIsIgnored(context, settings);
  const { connectRepeatedly } = await import("../../index.ts");
  const makePort = portMaker(context, seen);
  const connecting = { ...connectOptions(context, settings), ...fixed };
  const waitSeconds = context.options.number("wait");
  try {
    return await connectRepeatedly(makePort, {
      ...connecting,
      ...(waitSeconds === undefined
        ? { openPortAttempts: attemptsOrUnlimited(openPortAttempts) }
        : { openPortAttempts: "unlimited", ...(waitSeconds > 0 && { patienceMs: waitSeconds * 1000 }) }),
    });
  } catch (error) {
    if (waitSeconds !== undefined || !mayListen(context, error)) throw error;
    return await listenForChip(context, makePort, connecting, error);
  }
}

/** The port anew each time, with what there is to say of it once; but a virtual chip, which would be another one each time. */
function portMaker(context: RunContext, seen: (port: Port) => void): () => Promise<Port> {
  const isVirtual = context.options.text("port")?.trim().toLowerCase().startsWith("virtual:") === true;
  let made: Port | undefined;
  let times = 0;
  return async () => {
    if (made !== undefined && isVirtual) return made;
    made = await openWantedPort(times++ === 0 ? context : { ...context, print: () => {} });
    seen(made);
    return made;
  };
}

// The declaration of the options allows these words only.
export const afterMode = (options: OptionValues): AfterMode => options.text("after") as AfterMode;

function connectOptions(context: RunContext, settings: ConfigSettings): ConnectOptions {
  const { spec, options, emit, signal } = context;
  const { limits, customResetSequence, customHardResetSequence } = settings;
  const resetDelayMs = settings.resetDelayMs ?? emulatedChipDelay(context);
  const configured = options.given("connect-attempts") ? undefined : settings.connectAttempts;
  return {
    chip: options.text("chip") as NonNullable<ConnectOptions["chip"]>,
    baudRate: options.number("baud") ?? "auto",
    before: options.text("before") as BeforeMode,
    after: afterMode(options),
    stub: !options.flag("no-stub"),
    plugins: isNand(options) ? ["nand"] : (spec.device?.plugins ?? []),
    connectAttempts: attemptsOrUnlimited(configured ?? options.number("connect-attempts") ?? 7),
    limits,
    ...(resetDelayMs !== undefined && { resetDelayMs }),
    ...(customResetSequence !== undefined && { customResetSequence }),
    ...(customHardResetSequence !== undefined && { customHardResetSequence }),
    memory: hostMemory(context),
    trace: options.flag("trace"),
    onEvent: emit,
    signal,
  };
}

/** On the command line and in files, as in the reference, 0 or less is as often as it takes. */
const attemptsOrUnlimited = (count: number): Attempts => (count > 0 ? count : "unlimited");

/** An ESP32 in an FPGA, which is what `ESPTOOL_ENV_FPGA` says, takes seconds to start (fact sheet 2.3). */
const EMULATED_CHIP_DELAY_MS = 7000;

function emulatedChipDelay({ host, options }: RunContext): number | undefined {
  const isEmulated = host.env["ESPTOOL_ENV_FPGA"]?.trim() === "1" && options.text("chip") === "esp32";
  return isEmulated ? EMULATED_CHIP_DELAY_MS : undefined;
}

const VARIABLE = "ESPTOOL_OPEN_PORT_ATTEMPTS";

/** How often the port is opened: the environment counts more than the file. 0: until it works. */
function attemptsOf({ host, options, emit }: RunContext, settings: ConfigSettings): number {
  const text = host.env[VARIABLE] ?? "";
  if (text !== "" && !/^\d{1,9}$/.test(text)) {
    throw new EspError("argument.invalid", `Invalid value '${text}' for ${VARIABLE}: it is not a whole number.`, {
      hint: "Write how often the port is to be opened, such as 10, or 0 for as often as it takes.",
      details: { name: VARIABLE, value: text },
    });
  }
  const attempts = text === "" ? (settings.openPortAttempts ?? 1) : Number(text);
  if (attempts === 1 || options.text("port") !== undefined) return attempts;
  const source = text === "" ? "The configuration option open_port_attempts" : VARIABLE;
  emit({
    session: CLI_SESSION,
    type: "warning",
    code: "config.attempts-without-port",
    message: `${source} can only be used with --port; it is ignored.`,
  });
  return 1;
}

function sayWhatIsIgnored({ options, emit }: RunContext, settings: ConfigSettings): void {
  if (options.text("stub-version") === "1") {
    emit({
      session: CLI_SESSION,
      type: "warning",
      code: "stub.no-legacy",
      message: "The legacy flasher stub is not part of this package; the current one is used.",
    });
  }
  if (settings.setsWriteBlockAttempts && options.flag("verbose")) {
    emit({
      session: CLI_SESSION,
      type: "note",
      code: "config.write-block-attempts",
      message:
        "The configuration option write_block_attempts is ignored: a block is never sent again blindly, a write is " +
        "resumed where the chip's digests show that flash is good.",
    });
  }
}
