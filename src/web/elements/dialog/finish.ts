import { isEspError, type Port, type WrittenFile } from "../../../index.ts";
import { type BootVerdict, watchBoot } from "../../../install.ts";
import { type Content, h, link } from "./dom.ts";
import type { Flow } from "./flow.ts";
import { boardPicture } from "./pictures.ts";

interface Finishing extends Flow {
  /** Open, as the chip was left; or why it could not be left as it should. */
  readonly left: Port | Error;
  readonly files: readonly WrittenFile[];
  readonly signal: AbortSignal;
}

const BOOT_WORDS = {
  runs: "bootRuns",
  silent: "bootSilent",
  "download-mode": "bootDownload",
  restarts: "bootRestarts",
  "no-program": "bootNoProgram",
} as const satisfies Readonly<Record<BootVerdict, string>>;

/** The firmware is seen to start, or not; then what comes next: Wi-Fi, the log, links. Until the dialog is closed. */
export async function finish(flow: Finishing): Promise<void> {
  const { shell, found, request, port } = flow;
  const { say } = shell;
  const { manifest } = found;
  const boot = await seeBoot(flow);
  for (;;) {
    const next = await shell.ask<"console" | "wifi">((answer) => ({
      title: say(unprovedOf(flow).length === 0 ? "done" : "installed"),
      body: [proof(flow), bootOf(flow, boot), links(flow)],
      actions: [
        { label: say("console"), act: () => answer("console") },
        ...(manifest.improvWaitSeconds === 0 ? [] : [{ label: say("wifi"), act: () => answer("wifi") }]),
        { label: say("close"), isPrimary: true, act: () => shell.close() },
      ],
    }));
    if (next === "console") {
      const { showConsole } = await import("./console.ts");
      await showConsole(shell, { port, baudRate: manifest.consoleBaud, elf: request.elf });
    } else {
      const { setUpWifi } = await import("./wifi-step.ts");
      await setUpWifi(shell, { port, manifest });
    }
  }
}

type Boot = BootVerdict | Error;

async function seeBoot({ left, found, shell, signal }: Finishing): Promise<Boot> {
  if (left instanceof Error) return left;
  const { consoleBaud } = found.manifest;
  try {
    const { verdict } = await watchBoot(left, { ...(consoleBaud !== null && { baudRate: consoleBaud }), signal });
    return verdict;
  } catch (error) {
    if (shell.signal.aborted || !isEspError(error)) throw error;
    return error;
  }
}

function unprovedOf({ files }: Pick<Finishing, "files">): WrittenFile[] {
  return files.filter(({ verified, sizeBytes }) => verified === "impossible" && sizeBytes > 0);
}

function proof({ shell: { say }, files }: Finishing): Content {
  const unproved = unprovedOf({ files });
  const count = files.length - unproved.length;
  const names = unproved.map(({ name }) => name).join(", ");
  return [
    count > 0 &&
      h("p", { class: "good" }, h("span", { class: "mark", "aria-hidden": "true" }, "✓"), say("doneHow", { count })),
    unproved.length > 0 && h("p", {}, say("unproved", { names })),
  ];
}

function bootOf({ shell: { say } }: Finishing, boot: Boot): Content {
  if (boot instanceof Error) return h("p", {}, say("bootUnseen", { reason: boot.message }));
  return [h("p", { role: "status" }, say(BOOT_WORDS[boot])), boot === "download-mode" && boardPicture(say, "reset")];
}

function links({ shell: { say }, found: { manifest } }: Finishing): Content {
  const { homeAssistantDomain: domain, fundingUrl } = manifest;
  const home = `https://my.home-assistant.io/redirect/config_flow_start/?domain=${domain ?? ""}`;
  return [
    domain !== null && h("p", {}, link(home, say("homeAssistant"))),
    fundingUrl !== null && h("p", {}, link(fundingUrl, say("funding"))),
  ];
}
