import { html, nothing, type TemplateResult } from "lit";
import type { ProgressEvent } from "../../src/index.ts";
import type { Activity } from "../device/device.ts";
import type { Say } from "../texts/texts.ts";
import { durationText, sizeText } from "./amounts.ts";
import type { Page } from "./page-element.ts";

/** What is being done, how far it is, and the button that stops it. */
export function activityBar({ say, device }: Page, activity: Activity): TemplateResult {
  const { progress, isCancelled, isAway } = activity;
  const what = activity.step ?? activity.what;
  const percent = progress === null ? null : percentOf(progress);
  return html`
    <div class="activity">
      <div class="activity-words">
        <strong>${say(what)}</strong>
        <span role="status">${isAway ? say("board-away") : nothing}</span>
        <span>${isAway || progress === null ? nothing : progressWords(say, progress)}</span>
      </div>
      <div
        class="bar"
        role="progressbar"
        aria-label=${say(what)}
        aria-valuemin="0"
        aria-valuemax="100"
        aria-valuenow=${percent ?? nothing}
        aria-valuetext=${progress === null ? nothing : progressWords(say, progress)}
      >
        <div class="bar-done" .style=${`inline-size: ${percent ?? 0}%`}></div>
      </div>
      <button type="button" ?disabled=${isCancelled} @click=${() => device.cancel()}>
        ${say(isCancelled ? "cancelling" : "cancel")}
      </button>
      <p class="unseen" aria-live="polite">${percent === null ? nothing : `${say(what)}: ${tenth(percent)} %`}</p>
    </div>
  `;
}

/** Ten steps, so that who hears the page is not told of each percent. */
const tenth = (percent: number): number => Math.floor(percent / 10) * 10;

export function percentOf({ overallDone, overallTotal }: ProgressEvent): number {
  return overallTotal === 0 ? 0 : Math.min(100, Math.floor((overallDone / overallTotal) * 100));
}

function progressWords(say: Say, progress: ProgressEvent): string {
  const { overallDone, overallTotal, bytesPerSecond, file } = progress;
  const words = [file ?? "", say("of", { done: sizeText(overallDone), total: sizeText(overallTotal) })];
  if (bytesPerSecond !== null && bytesPerSecond > 0) {
    words.push(`${sizeText(Math.round(bytesPerSecond))}/s`);
    words.push(say("left", { time: durationText((overallTotal - overallDone) / bytesPerSecond) }));
  }
  return words.filter((word) => word !== "").join(", ");
}
