import { isEspError } from "../../../index.ts";
import type { InstallState } from "../../../install.ts";
import type { Say } from "../texts/texts.ts";
import { type Content, h } from "./dom.ts";
import { boardPicture } from "./pictures.ts";
import type { Action, View } from "./shell.ts";

/** What the library says of why no chip answered. */
interface Diagnosis {
  readonly likely: string;
  readonly advice: readonly string[];
  readonly heard: readonly string[];
  readonly tried: readonly string[];
}

/** The sentences of the library are English, whatever the language of the page. */
const english = (text: string): HTMLElement => h("span", { lang: "en" }, text);

/** A person has stopped it, or something went wrong: why, what to do, and what is on the board now. */
export function failureView(
  say: Say,
  error: unknown,
  { state, actions }: { readonly state: InstallState | null; readonly actions: readonly Action[] },
): View {
  if (isEspError(error, "operation.aborted"))
    return { title: say("stopped"), body: h("div", { role: "alert" }, stateOf(say, state)), actions };
  return {
    title: say("failed"),
    body: [
      h("div", { role: "alert" }, reasonOf(error), stateOf(say, state)),
      helpOf(say, error),
      detailsOf(say, error),
    ],
    actions,
  };
}

function reasonOf(error: unknown): Content {
  const message = error instanceof Error ? error.message : String(error);
  const hint = isEspError(error) ? error.hint : undefined;
  return [
    h("p", { class: "bad" }, h("span", { class: "mark", "aria-hidden": "true" }, "✕"), english(message)),
    hint !== undefined && h("p", {}, english(hint)),
  ];
}

/** What is written and what is not: told after every end that is none. */
export function stateOf(say: Say, state: InstallState | null): Content {
  if (state === null || !state.isTouched) return h("p", {}, h("strong", {}, say("nothingChanged")));
  const { written, unproved, unfinished, untouched } = state;
  const line = (key: "written" | "unproved" | "unfinished" | "untouched", names: readonly string[]): Content =>
    names.length > 0 && h("li", {}, say(key, { names: names.join(", ") }));
  return [
    h("p", {}, h("strong", {}, say("changed"))),
    h(
      "ul",
      {},
      line("written", written),
      line("unproved", unproved),
      line("unfinished", unfinished === null ? [] : [unfinished]),
      line("untouched", untouched),
    ),
  ];
}

function diagnosisOf(error: unknown): Diagnosis | null {
  return isEspError(error, "connect.*") ? ((error.details["diagnosis"] as Diagnosis | undefined) ?? null) : null;
}

function helpOf(say: Say, error: unknown): Content {
  if (isEspError(error, "port.busy")) return h("p", {}, say("otherHelp"));
  const diagnosis = diagnosisOf(error);
  if (diagnosis === null) return null;
  return [h("ul", {}, ...diagnosis.advice.map((advice) => h("li", {}, english(advice)))), boardPicture(say, "boot")];
}

function detailsOf(say: Say, error: unknown): Content {
  if (!isEspError(error)) return null;
  const diagnosis = diagnosisOf(error);
  const lines = [error.code, ...(diagnosis?.heard ?? []), ...(diagnosis?.tried ?? [])];
  return h("details", {}, h("summary", {}, say("details")), h("pre", { lang: "en", tabindex: 0 }, lines.join("\n")));
}
