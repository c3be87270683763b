import { html, nothing, type TemplateResult } from "lit";
import { type EspEvent, renderEvent } from "../../src/index.ts";
import type { JournalEntry } from "../device/journal.ts";
import { PageElement } from "../parts/page-element.ts";
import { saveFile } from "../parts/save-file.ts";

/** More lines at once would take longer to draw than anybody reads. */
const MOST_SHOWN = 500;

/** What the library told while it worked, down to the bytes where that was asked for. */
export class TracePanel extends PageElement {
  override render(): TemplateResult {
    const { say, device } = this.page;
    const { entries, forgotten } = device.journal;
    const shown = entries.slice(-MOST_SHOWN);
    return html`
      <label class="choice">
        <input
          type="checkbox"
          .checked=${device.tracesBytes}
          @change=${(event: Event) => {
            device.tracesBytes = (event.target as HTMLInputElement).checked;
          }}
        />
        ${say("trace-bytes")}
      </label>
      <div class="row">
        <button type="button" ?disabled=${entries.length === 0} @click=${() => saveFile("trace.txt", textOf(entries))}>
          ${say("save")}
        </button>
        <button
          type="button"
          ?disabled=${entries.length === 0}
          @click=${() => {
            device.journal.clear();
            this.requestUpdate();
          }}
        >
          ${say("clear")}
        </button>
      </div>
      ${
        entries.length > shown.length || forgotten > 0
          ? html`<p>${say("trace-last", { count: shown.length, all: entries.length + forgotten })}</p>`
          : nothing
      }
      ${
        shown.length === 0
          ? html`<p class="empty">${say("trace-empty")}</p>`
          : html`<pre class="log" tabindex="0" role="log" aria-live="off" aria-label=${say("view-trace")}>${shown.map(lineOf).join("\n")}</pre>`
      }
    `;
  }
}

function textOf(entries: readonly JournalEntry[]): string {
  return `${entries.map(lineOf).join("\n")}\n`;
}

function lineOf({ atMs, event }: JournalEntry): string {
  return `${new Date(atMs).toISOString().slice(11, 23)} ${wordsOf(event)}`;
}

function wordsOf(event: EspEvent): string {
  return renderEvent(event) ?? event.type;
}
