import { basename } from "node:path";
import type { BinaryLogReader } from "../../crash.ts";
import { type Port, systemClock } from "../../index.ts";
import { CLI_SESSION, type RunCommand, type RunContext } from "../context.ts";
import { readInput, writeError } from "../host/user-files.ts";
import { LineGoals } from "../monitor/line-goals.ts";
import { type Decoding, MonitorSession } from "../monitor/monitor-session.ts";
import { reportTeller } from "../monitor/report-teller.ts";
import { harmlessText } from "../show/harmless-text.ts";
import { fittedText } from "../show/screen/wrap-text.ts";
import { decodingEngine } from "./explain/decoding-thread.ts";
import { Explainer } from "./explain/explainer.ts";
import { openProgram } from "./explain/open-program.ts";
import { openWantedPort } from "./wanted-port.ts";

export const run: RunCommand = async (context) =>
  await readyToWatch(context, async (watch) => {
    const port = await monitoredPort(context);
    await watch(port);
    return { port: port.info.path };
  });

/**
 * Work at whose end a port is watched, with all at hand that the watching needs: what is wrong with its options is said before
 * the work begins.
 */
export async function readyToWatch<Result>(
  context: RunContext,
  work: (watch: (port: Port) => Promise<void>) => Promise<Result>,
): Promise<Result> {
  await checkLog(context);
  new LineGoals(context.options);
  const binaryLog = await binaryLogOf(context);
  const decoding = await decodingOf(context);
  try {
    return await work(async (port) => {
      const stop = stayAlive();
      try {
        await new MonitorSession(context, port, decoding, binaryLog).run();
      } finally {
        stop();
      }
    });
  } finally {
    decoding?.explaining.close();
  }
}

/** Null: crashes are not explained. The programs of the line are opened before the port is: nothing waits for them later. */
async function decodingOf(context: RunContext): Promise<(Decoding & { readonly explaining: Explainer }) | null> {
  const { options } = context;
  if (options.text("decode") === "off" || options.flag("hex")) return null;
  const [engine, tell] = await Promise.all([decodingEngine(), reportTeller()]);
  const explaining = new Explainer(context, engine);
  try {
    await explaining.openGiven();
    return { explaining, tell };
  } catch (error) {
    explaining.close();
    throw error;
  }
}

/**
 * Null where the log is text. Texts of frames are needed while bytes come in, so these programs are opened here, too; nothing of them is
 * looked up. Throws `file.*`, `image.invalid`, `image.truncated`.
 */
async function binaryLogOf(context: RunContext): Promise<BinaryLogReader | null> {
  const { host, options } = context;
  if (!options.flag("binary-log") || options.flag("hex")) return null;
  const { binaryLogReader } = await import("../../crash.ts");
  const programs = await Promise.all(
    options.list("elf").map(async (file) => ({ file, program: await openProgram(await readInput(host, file), file) })),
  );
  const infosOf = (isBootloader: boolean) =>
    programs.flatMap(({ file, program }) =>
      "machine" in program && /bootloader/i.test(basename(file)) === isBootloader ? [program] : [],
    );
  return binaryLogReader({ programs: infosOf(false), bootloaders: infosOf(true) });
}

/** Before hours are spent on what could not be kept. */
async function checkLog({ host, options }: RunContext): Promise<void> {
  const path = options.text("log");
  if (path === undefined) return;
  try {
    await host.files.append(path, new Uint8Array(0));
  } catch (cause) {
    throw writeError(path, cause);
  }
}

/** What there is to say about the choice of the port goes to stderr: stdout is the device's alone. */
async function monitoredPort(context: RunContext): Promise<Port> {
  const { host, options, emit } = context;
  const isText = !options.flag("json") && !options.flag("silent");
  const say = (text: string): void => {
    if (isText) host.stderr.write(`${fittedText(`--- ${harmlessText(text)}`, host.stderr)}\n`);
  };
  return await openWantedPort({
    ...context,
    host: { ...host, openPort: (text, settings) => host.openPort(inRealTime(text), settings) },
    print: say,
    emit: (event) => {
      if (options.flag("json")) emit(event);
      else if (event.type === "note" && event.session === CLI_SESSION) say(event.message);
    },
  });
}

/** A virtual chip whose time passes only while somebody waits for it would stand still here. */
export function inRealTime(text: string): string {
  return /^\s*virtual:/i.test(text) && !/,\s*realtime\b/i.test(text) ? `${text},realtime=1` : text;
}

/** A port on which nothing happens, with no keyboard, must not let the program end. */
function stayAlive(): () => void {
  let cancel: () => void = () => {};
  const again = (): void => {
    cancel = systemClock.after(60_000, again);
  };
  again();
  return () => cancel();
}
