import { macAddresses, type Session } from "../../../index.ts";
import type {
  BuildChoice,
  DeviceSecurity,
  EraseChoice,
  InstallDecision,
  InstallDevice,
  InstallManifest,
  InstallPlan,
  RunningFirmware,
} from "../../../install.ts";
import type { Say } from "../texts/texts.ts";
import { type Content, h } from "./dom.ts";
import type { Action, View } from "./shell.ts";

/** What may be done, each with its plan or with why it is not possible. */
export type Offers = Readonly<Record<EraseChoice, InstallPlan | Error>>;

export interface Choosing {
  readonly manifest: InstallManifest;
  readonly session: Session;
  readonly device: InstallDevice;
  readonly choice: BuildChoice;
  readonly running: RunningFirmware | null;
  readonly decision: InstallDecision;
  readonly offers: Offers;
}

/** `install` with one of the plans, or another build of the manifest. */
export type Chosen = { readonly plan: InstallPlan } | { readonly index: number };

const CONNECTIONS = { uart: "byAdapter", "serial-jtag": "bySerialJtag", otg: "byOtg" } as const;
const GUARDS = ["secureBoot", "flashEncryption", "secureDownload"] as const;
const ORDER: readonly EraseChoice[] = ["keep-settings", "erase-settings", "erase-all"];
const WORDS = {
  "keep-settings": ["keepSettings", "keepSettingsHow"],
  "erase-settings": ["eraseSettings", "eraseSettingsHow"],
  "erase-all": ["eraseAll", "eraseAllHow"],
} as const;

/** The board as it is, and what an install may do to it. */
export function chooseView(
  say: Say,
  choosing: Choosing,
  answer: (chosen: Chosen) => void,
  more: readonly Action[],
): View {
  const { manifest, decision, offers, device } = choosing;
  const isBoardKnown = device.partitions !== null;
  let chosen = preferred(decision, offers);
  const act = (): void => {
    const plan = offers[chosen];
    if (!(plan instanceof Error)) answer({ plan });
  };
  return {
    title: titleOf(say, manifest),
    body: [
      identity(say, choosing),
      manifest.notes !== null && h("p", {}, manifest.notes),
      variants(say, choosing, (index) => answer({ index })),
      h(
        "fieldset",
        {},
        h("legend", {}, say("eraseTitle")),
        ...warningsOf(offers).map((text) => h("p", { class: "quiet", lang: "en" }, text)),
        !isBoardKnown && h("p", { class: "quiet" }, say("boardUnknown")),
        ...ORDER.map((erase) =>
          choiceOf(say, erase, offers[erase], erase === chosen, () => {
            chosen = erase;
          }),
        ),
      ),
    ],
    actions: [
      ...more,
      {
        label: actionLabel(say, decision, manifest),
        isPrimary: true,
        isDisabled: offers[chosen] instanceof Error,
        act,
      },
    ],
  };
}

/** What is odd about the firmware, and does not keep it from being installed: each sentence once. */
export function warningsOf(offers: Offers): string[] {
  const plans = Object.values(offers).flatMap((offer) => (offer instanceof Error ? [] : [offer]));
  return [...new Set(plans.flatMap(({ warnings }) => warnings.map(({ message }) => message)))];
}

/** What the button says that does it. */
export function actionLabel(
  say: Say,
  { action }: Pick<InstallDecision, "action">,
  { version }: Pick<InstallManifest, "version">,
): string {
  if (action !== "update") return say("install");
  return version === null ? say("updateUnnamed") : say("update", { version });
}

export function titleOf(say: Say, manifest: Pick<InstallManifest, "name"> | null): string {
  return say("title", { name: manifest?.name ?? say("firmware") });
}

/** Keeping is what an update does; what a new install does is said by the manifest, unless it cannot be done. */
function preferred({ erase }: InstallDecision, offers: Offers): EraseChoice {
  const wanted: EraseChoice = erase === "all" ? "erase-all" : "keep-settings";
  const isPossible = (one: EraseChoice): boolean => !(offers[one] instanceof Error);
  return isPossible(wanted) ? wanted : (ORDER.find(isPossible) ?? wanted);
}

function identity(say: Say, { session, device, running, manifest }: Choosing): Content {
  const { identity: facts, chip } = session;
  const { mac } = macAddresses(session);
  const rows: readonly (readonly [string, Content])[] = [
    [say("chip"), facts?.description ?? chip.name],
    [say("features"), facts?.features.join(", ") ?? null],
    [say("flash"), device.flashBytes === null ? say("unknown") : `${device.flashBytes / 0x10_0000} MB`],
    [say("mac"), mac],
    [say("connection"), say(CONNECTIONS[session.usbMode])],
    [say("security"), device.security === undefined ? null : securityWords(say, device.security)],
    [say("running"), running === null ? null : `${running.firmware} ${running.version}`],
    [say("install"), [manifest.name ?? say("firmware"), " ", manifest.version ?? ""]],
  ];
  return h(
    "dl",
    {},
    ...rows.flatMap(([name, value]) => (value === null ? [] : [h("dt", {}, name), h("dd", {}, value)])),
  );
}

/** What is switched on in the chip for good. */
export function securityWords(say: Say, security: DeviceSecurity): string {
  const active = GUARDS.filter((guard) => security[guard]);
  return active.length === 0 ? say("noSecurity") : active.map((guard) => say(guard)).join(", ");
}

/** Builds for this chip, where there are several that fit or may. */
function variants(say: Say, { choice }: Choosing, pick: (index: number) => void): Content {
  const fitting = choice.builds.filter(({ misfit }) => misfit === null || misfit === "unknown");
  if (fitting.length < 2) return null;
  const options = fitting.map(({ build }) =>
    h(
      "option",
      { value: build.index, selected: build.index === choice.build.index },
      build.label ?? [build.chipFamily, build.flashSizeMB && `${build.flashSizeMB} MB`].filter(Boolean).join(", "),
    ),
  );
  const select = h("select", { id: "variant", onchange: () => pick(Number(select.value)) }, ...options);
  return [h("label", { class: "field", for: "variant" }, say("variant")), select];
}

function choiceOf(
  say: Say,
  erase: EraseChoice,
  offer: InstallPlan | Error,
  isChosen: boolean,
  choose: () => void,
): HTMLElement {
  const [label, how] = WORDS[erase];
  const isPossible = !(offer instanceof Error);
  const input = h("input", {
    type: "radio",
    name: "erase",
    value: erase,
    checked: isChosen && isPossible,
    disabled: !isPossible,
    onchange: choose,
  });
  const consequences = isPossible ? consequencesOf(say, offer) : say("notPossible", { reason: offer.message });
  return h(
    "label",
    { class: "choice" },
    input,
    h("span", {}, say(label)),
    h("small", {}, `${say(how)} ${consequences}`.trim()),
  );
}

function consequencesOf(say: Say, { kept, lost, isBoardKnown }: InstallPlan): string {
  if (!isBoardKnown) return "";
  const names = lost.map(({ name }) => name);
  return [
    kept.length > 0 && say("kept", { names: kept.join(", ") }),
    names.length > 0 && say("lost", { names: names.join(", ") }),
  ]
    .filter((sentence) => sentence !== false)
    .join(" ");
}
