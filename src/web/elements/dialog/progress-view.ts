import type { Say } from "../texts/texts.ts";
import { type Content, h, put } from "./dom.ts";
import type { Shell } from "./shell.ts";

export interface ProgressView {
  readonly body: Content;
  /** What is done now; no numbers: for as long as it takes. */
  phase(text: string): void;
  /** In bytes. */
  at(done: number, total: number): void;
}

/** The last that was said to screen readers is this much behind at most. */
const SAID_EVERY_PERCENT = 10;

/** A bar with what is done, how fast, and how long it will take still. */
export function progressView({ say, announce }: Pick<Shell, "say" | "announce">, hint: string): ProgressView {
  const what = h("p", {});
  const fill = h("div");
  const bar = h("div", { class: "bar waiting", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
  const numbers = h("p", { class: "quiet" });
  let said = 0;
  let since: { readonly ms: number; readonly done: number } | null = null;
  return {
    body: [what, bar, numbers, h("p", { class: "quiet" }, hint)],
    phase: (text) => {
      if (what.textContent === text) return;
      put(what, text);
      bar.setAttribute("aria-label", text);
      announce(text);
    },
    at: (done, total) => {
      const percent = total === 0 ? 100 : Math.min(100, Math.floor((done * 100) / total));
      bar.classList.remove("waiting");
      bar.setAttribute("aria-valuenow", String(percent));
      // By the object model, which a policy for styles does not forbid.
      fill.style.inlineSize = `${percent}%`;
      if (since === null || done < since.done) since = { ms: performance.now(), done };
      put(numbers, numbersOf(say, { done, total, since }));
      if (percent < said + SAID_EVERY_PERCENT) return;
      said = percent - (percent % SAID_EVERY_PERCENT);
      announce(say("percent", { percent: said }));
    },
  };
}

function numbersOf(
  say: Say,
  {
    done,
    total,
    since,
  }: { readonly done: number; readonly total: number; readonly since: { readonly ms: number; readonly done: number } },
): string {
  const kilobytes = (bytes: number): string => Math.round(bytes / 1024).toLocaleString();
  const so = say("progress", { done: kilobytes(done), total: kilobytes(total) });
  const seconds = (performance.now() - since.ms) / 1000;
  const perSecond = (done - since.done) / seconds;
  // What is said of the first moment would be wrong.
  if (seconds < 1 || !(perSecond > 0)) return so;
  const left = Math.ceil((total - done) / perSecond);
  const wait = left < 90 ? say("seconds", { count: left }) : say("minutes", { count: Math.round(left / 60) });
  return `${so} · ${say("rate", { rate: kilobytes(perSecond), left: wait })}`;
}
