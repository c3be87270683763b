import { progressWords } from "../texts/progress-words.ts";
import { type Content, h, put } from "./dom.ts";
import type { Shell } from "./shell.ts";

export interface ProgressView {
  readonly body: Content;
  /** What is done now; no numbers: for as long as it takes. */
  phase(text: string): void;
  /** In bytes. */
  at(done: number, total: number): void;
  /** All of it is done. */
  full(): void;
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
  let whole = 0;
  const view: ProgressView = {
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
      const nowMs = performance.now();
      if (since === null || done < since.done) since = { ms: nowMs, done };
      whole = total;
      put(numbers, progressWords(say, { done, total, since, nowMs }));
      if (percent < said + SAID_EVERY_PERCENT) return;
      said = percent - (percent % SAID_EVERY_PERCENT);
      announce(say("percent", { percent: said }));
    },
    full: () => view.at(whole, whole),
  };
  return view;
}
