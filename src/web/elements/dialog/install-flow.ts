import { connect, disconnect, EspError, type EspEvent, isEspError, type Port, type Session } from "../../../index.ts";
import {
  chooseInstallBuild,
  decideInstall,
  downloadInstallManifest,
  downloadInstallParts,
  type FetchLike,
  type FoundManifest,
  type InstallPlan,
  type InstallState,
  improvWaits,
  planInstall,
  readInstallDevice,
  runInstall,
  trackInstall,
} from "../../../install.ts";
import { keepAwake } from "../../../web.ts";
import type { DeviceFirmware, DialogRequest } from "../install-request.ts";
import { lineRate } from "../line-rate.ts";
import { askForPort } from "./ask-port.ts";
import { type Chosen, chooseView, type Offers, titleOf } from "./choose-view.ts";
import { failureView } from "./failure-view.ts";
import type { Flow } from "./flow.ts";
import { progressView } from "./progress-view.ts";
import { DialogClosed, type Shell } from "./shell.ts";

/** From the port to firmware that runs; as often as a person wants to try. Rejects with `DialogClosed`. */
export async function installFlow(shell: Shell, request: DialogRequest): Promise<void> {
  const { say } = shell;
  // The list of ports wants the click to be fresh, so nothing is awaited before it; the manifest comes meanwhile.
  let manifest = askForManifest(shell, request);
  let port: Port | null = null;
  let state: InstallState | null = null;
  for (;;) {
    try {
      port ??= await askForPort(shell);
      shell.show({ title: titleOf(say, null), body: say("loading") });
      const found = await manifest;
      await attempt({ shell, request, port, found }, (now) => {
        // What an attempt before has left on the board is there until another one changes it.
        if (now.isTouched) state = now;
      });
      return;
    } catch (error) {
      if (error instanceof DialogClosed || shell.signal.aborted) throw new DialogClosed();
      const isPortGone = isEspError(error, "port.missing") || isEspError(error, "port.permission");
      await shell.ask<void>((answer) =>
        failureView(say, error, {
          state,
          actions: [
            { label: say("close"), act: () => shell.close() },
            { label: say("again"), isPrimary: true, act: () => answer() },
          ],
        }),
      );
      if (isPortGone) port = null;
      manifest = askForManifest(shell, request);
    }
  }
}

function askForManifest({ signal }: Shell, { manifest }: DialogRequest): Promise<FoundManifest> {
  const asked = downloadInstallManifest({ url: manifest ?? "", page: location.href, fetch: fetchFile, signal });
  // It is awaited later; what is wrong is told then.
  asked.catch(() => {});
  return asked;
}

const fetchFile: FetchLike = (url, options) => fetch(url, options);

/** One way from a closed port to the end. `tell` is told how far the install has come whenever that changes. */
async function attempt(flow: Flow, tell: (state: InstallState) => void): Promise<void> {
  const { shell, port, found } = flow;
  const { say } = shell;
  const work = new AbortController();
  const stop = (): void => work.abort();
  shell.signal.addEventListener("abort", stop);
  const showWork = (title: string, hint: string) => {
    const view = progressView(shell, hint);
    shell.show({
      title,
      body: view.body,
      isBusy: true,
      actions: [
        {
          label: say("stop"),
          act: () => {
            view.phase(say("stopping"));
            stop();
          },
        },
      ],
    });
    return view;
  };
  const title = titleOf(say, found.manifest);
  let hear: (event: EspEvent) => void = () => {};
  let session: Session | null = null;
  try {
    const connecting = showWork(title, say("connectingHow"));
    connecting.phase(say("connecting"));
    const running = await runningFirmware(flow, work.signal);
    const baudRate = lineRate(found.manifest) ?? undefined;
    session = await connect(port, { baudRate, signal: work.signal, onEvent: (event) => hear(event) });
    const lost = new Promise<never>((_resolve, reject) => {
      hear = (event) => {
        if (event.type === "session.lost") reject(unplugged(event));
      };
    });
    // It is looked at while a person chooses; what is at work then tells it itself.
    lost.catch(() => {});
    const showPreparing = () => showWork(title, "");
    const plan = await choosePlan(flow, { session, running, signal: work.signal, lost, showWork: showPreparing });
    const track = trackInstall(plan);
    const view = showWork(title, say("keepOpen"));
    hear = (event) => {
      track.onEvent(event);
      tell(track.state());
      showEvent(event, plan, shell, view);
    };
    // Loaded before something is erased: the page may be replaced meanwhile.
    const { finish } = await import("./finish.ts");
    const letSleep = keepAwake();
    try {
      const { files } = await runInstall(session, plan, { signal: work.signal });
      hear = () => {};
      view.phase(say("restarting"));
      // It is installed: what goes wrong from here on is told beside that.
      const left = await disconnect(session, { reset: "hard-reset", keepOpen: true }).catch((error: Error) => error);
      session = null;
      letSleep();
      await finish({ ...flow, left, files, signal: work.signal });
    } finally {
      letSleep();
    }
  } finally {
    shell.urge(null);
    shell.signal.removeEventListener("abort", stop);
    if (session !== null) await disconnect(session).catch(() => {});
  }
}

/** What Improv says of the firmware that runs; null: nothing, or it was not to be asked. */
async function runningFirmware({ port, found }: Flow, signal: AbortSignal): Promise<DeviceFirmware | null> {
  const { beforeMs } = improvWaits(found.manifest);
  if (beforeMs === 0) return null;
  const { askFirmware } = await import("./wifi-step.ts");
  return await askFirmware(port, { waitMs: beforeMs, baudRate: found.manifest.consoleBaud, signal });
}

interface Choice {
  readonly session: Session;
  readonly running: DeviceFirmware | null;
  readonly signal: AbortSignal;
  /** Rejects when the board goes away. */
  readonly lost: Promise<never>;
  readonly showWork: () => ReturnType<typeof progressView>;
}

/** Everything is got and held against the chip; then a person says what becomes of what is on it. */
async function choosePlan(
  { shell, port, found, request }: Flow,
  { session, running, signal, lost, showWork }: Choice,
): Promise<InstallPlan> {
  const { say } = shell;
  const { manifest } = found;
  const device = await readInstallDevice(session, port, { signal });
  let index: number | undefined;
  for (;;) {
    const choice = chooseInstallBuild(manifest, device, { index });
    const view = showWork();
    view.phase(say("preparing"));
    const parts = await downloadInstallParts(found, choice.build, {
      fetch: fetchFile,
      flashBytes: device.flashBytes,
      signal,
      onProgress: ({ done, total }) => {
        if (total !== null) view.at(done, total);
      },
    });
    const source = { build: choice.build, parts, preserve: manifest.preserve };
    const offer = (erase: InstallPlan["erase"]) =>
      planInstall(source, device, { erase }).catch((error: Error) => error);
    const offers: Offers = {
      "keep-settings": await offer("keep-settings"),
      "erase-settings": await offer("erase-settings"),
      "erase-all": await offer("erase-all"),
    };
    // What speaks against all of them is why nothing can be installed.
    const all = Object.values(offers);
    const [first] = all;
    if (first instanceof Error && all.every((one) => one instanceof Error)) throw first;
    const isSame = sameFirmware(found, running, request);
    const decision = decideInstall(manifest, running, isSame === undefined ? {} : { isSame });
    const choosing = { manifest, session, device, choice, running, decision, offers };
    const leave = { label: say("close"), act: () => shell.close() };
    const asked = shell.ask<Chosen>((answer) => chooseView(say, choosing, answer, [leave]));
    const chosen = await Promise.race([asked, lost]);
    if ("plan" in chosen) return chosen.plan;
    ({ index } = chosen);
  }
}

function unplugged({ code, message }: Extract<EspEvent, { type: "session.lost" }>): EspError {
  return new EspError(code, message, { hint: "Plug the board in, then try again." });
}

/** A page's own word; undefined: it has none. */
function sameFirmware(
  found: FoundManifest,
  running: DeviceFirmware | null,
  { checkSameFirmware }: DialogRequest,
): boolean | undefined {
  if (checkSameFirmware === null || checkSameFirmware === undefined || running === null) return undefined;
  const json = JSON.parse(found.text.replace(/^\uFEFF/, "")) as Record<string, unknown>;
  return checkSameFirmware(json, running) === true;
}

function showEvent(event: EspEvent, plan: InstallPlan, { say }: Shell, view: ReturnType<typeof progressView>): void {
  switch (event.type) {
    case "session.lost":
      view.phase(say("lostPort"));
      break;
    case "session.restored":
      view.phase(say("backPort"));
      break;
    case "erase.started":
      view.phase(say(event.what === "chip" ? "erasing" : "clearing"));
      break;
    case "write.file":
      view.phase(say("writing", { file: event.file, index: event.index + 1, count: event.count }));
      break;
    case "verify.started":
      view.phase(say("proving", { file: event.file }));
      break;
    case "progress":
      if (event.phase === "write") view.at(event.overallDone, event.overallTotal);
      break;
    case "verify.matched":
      if (plan.files.at(-1)?.name === event.file) view.full();
      break;
    default:
  }
}
