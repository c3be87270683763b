import { type ImprovClient, type ImprovNetwork, improvClient } from "../../../improv.ts";
import { isEspError, type Monitor, monitor, type Port } from "../../../index.ts";
import { type InstallManifest, improvWaits } from "../../../install.ts";
import type { DeviceFirmware } from "../install-request.ts";
import { type Content, h, link, put } from "./dom.ts";
import type { Action, Shell } from "./shell.ts";

interface Conversation {
  readonly improv: ImprovClient;
  readonly running: Monitor;
}

/** Improv over the port of the log, which is closed at the end. */
async function converse<Result>(
  port: Port,
  { baudRate, signal }: { readonly baudRate: number | null; readonly signal: AbortSignal },
  talk: (conversation: Conversation) => Promise<Result>,
): Promise<Result> {
  let running: Monitor | null = null;
  const improv = improvClient({ write: async (bytes) => (await running?.write(bytes)) ?? false, clock: port.clock });
  running = await monitor(port, {
    through: improv.through,
    signal,
    ...(baudRate !== null && { baudRate }),
  });
  try {
    return await talk({ improv, running });
  } finally {
    improv.close();
    await running.close();
  }
}

/** What runs on a board, as it says itself; null: it does not speak Improv, or not in this time. */
export async function askFirmware(
  port: Port,
  { waitMs, ...how }: { readonly waitMs: number; readonly baudRate: number | null; readonly signal: AbortSignal },
): Promise<DeviceFirmware | null> {
  return await converse(port, how, async ({ improv }) => {
    try {
      await improv.state({ timeoutMs: waitMs, signal: how.signal });
      const { firmware, version, name, chip } = await improv.info({ signal: how.signal });
      return { firmware, version, name, chipFamily: chip };
    } catch (error) {
      if (isEspError(error, "improv.*")) return null;
      throw error;
    }
  });
}

interface WifiStep {
  readonly port: Port;
  readonly manifest: InstallManifest;
}

/** Gives the board a Wi-Fi; comes back when that is done, or not wanted any more. */
export async function setUpWifi(shell: Shell, { port, manifest }: WifiStep): Promise<void> {
  const { say, signal } = shell;
  shell.show({ title: say("wifi"), body: h("p", { role: "status" }, say("wifiLooking")) });
  try {
    await converse(port, { baudRate: manifest.consoleBaud, signal }, async ({ improv }) => {
      const { urls } = await improv.state({ timeoutMs: improvWaits(manifest).afterMs, signal });
      const networks = await improv.scan({ signal }).catch(noNetworks);
      await joinNetwork(shell, { improv, manifest, networks, urls });
    });
  } catch (error) {
    if (signal.aborted || !isEspError(error)) throw error;
    const sentence = error.code === "improv.timeout" ? say("wifiNone") : error.message;
    await shell.ask<void>((answer) => ({
      title: say("wifi"),
      body: h("p", { role: "alert" }, sentence),
      actions: [{ label: say("back"), isPrimary: true, act: () => answer() }],
    }));
  }
}

/** A device that cannot scan can still be told a name. */
function noNetworks(error: unknown): readonly ImprovNetwork[] {
  if (isEspError(error, "improv.*")) return [];
  throw error;
}

interface Joining {
  readonly improv: ImprovClient;
  readonly manifest: InstallManifest;
  readonly networks: readonly ImprovNetwork[];
  readonly urls: readonly string[];
}

async function joinNetwork(shell: Shell, joining: Joining): Promise<void> {
  const { say, signal } = shell;
  const { improv, urls } = joining;
  let trouble: string | null = null;
  for (;;) {
    const asked: { readonly ssid: string; readonly password: string } | null = await shell.ask((answer) =>
      networkView(shell, { ...joining, trouble }, answer),
    );
    if (asked === null) return;
    shell.show({ title: say("wifi"), body: h("p", { role: "status" }, say("joining", { name: asked.ssid })) });
    try {
      const found = await improv.provision(asked, { signal });
      await shell.ask<void>((answer) => joinedView(shell, found.length > 0 ? found : urls, () => answer()));
      return;
    } catch (error) {
      if (!isEspError(error) || error.code === "operation.aborted") throw error;
      trouble = error.code === "improv.cannot-connect" ? say("joinFailed") : error.message;
    }
  }
}

function networkView(
  { say }: Shell,
  { networks, urls, trouble }: Joining & { readonly trouble: string | null },
  answer: (asked: { readonly ssid: string; readonly password: string } | null) => void,
) {
  const nameField = h("input", { id: "ssid", maxlength: 32, autocomplete: "off", spellcheck: "false" });
  const name = [h("label", { class: "field", for: "ssid" }, say("networkName")), nameField];
  const other = h("div", {}, networks.length === 0 && name);
  const select = h(
    "select",
    { id: "network", onchange: () => put(other, select.value === "" && name) },
    ...networks.map(({ ssid, rssiDbm, secured }) =>
      h("option", { value: ssid }, `${ssid}${secured ? " 🔒" : ""}${rssiDbm === undefined ? "" : ` (${rssiDbm} dBm)`}`),
    ),
    h("option", { value: "" }, say("otherNetwork")),
  );
  const password = h("input", { id: "password", type: "password", maxlength: 64, autocomplete: "off" });
  const join = (): void => {
    const ssid = select.value === "" ? nameField.value : select.value;
    if (ssid === "") nameField.focus();
    else answer({ ssid, password: password.value });
  };
  const actions: Action[] = [
    { label: say("back"), act: () => answer(null) },
    { label: say("join"), isPrimary: true, act: join },
  ];
  return {
    title: say("wifi"),
    body: [
      trouble !== null && h("p", { role: "alert", class: "bad" }, trouble),
      visits(say("visit"), urls),
      networks.length > 0 && [h("label", { class: "field", for: "network" }, say("network")), select],
      other,
      h("label", { class: "field", for: "password" }, say("password")),
      password,
    ],
    actions,
  };
}

function joinedView({ say }: Shell, urls: readonly string[], act: () => void) {
  return {
    title: say("wifi"),
    body: [h("p", { class: "good", role: "status" }, say("joined")), visits(say("visit"), urls)],
    actions: [{ label: say("back"), isPrimary: true, act }],
  };
}

function visits(label: string, urls: readonly string[]): Content {
  const [url] = urls;
  return url !== undefined && h("p", {}, link(url, label));
}
