import { html, nothing, type TemplateResult } from "lit";
import { efuseDevice, readEfuses, type SummaryRecord, summaryRecords, warningLines } from "../../src/efuse.ts";
import type { Session } from "../../src/index.ts";
import { LookingPanel } from "../parts/looking-panel.ts";
import { needsBoard, sessionOf } from "../parts/needs-board.ts";

interface Summary {
  readonly session: Session;
  readonly records: readonly SummaryRecord[];
  readonly warnings: readonly string[];
}

/** The one-time-programmable memory of the chip, read only: what is burned cannot be taken back, and no page burns it. */
export class EfusesPanel extends LookingPanel<Summary> {
  static override properties = { ...LookingPanel.properties, wanted: { state: true } };
  /** Text that a row has to have. */
  declare wanted: string;

  constructor() {
    super();
    this.wanted = "";
  }

  protected override async read(session: Session): Promise<Summary> {
    const state = await readEfuses(efuseDevice(session));
    return { session, records: Object.values(summaryRecords(state)), warnings: warningLines(state) };
  }

  override render(): TemplateResult {
    const { page, found: summary } = this;
    const { say } = page;
    if (sessionOf(page.device.state) === null) return needsBoard(page);
    if (summary === null) return this.waiting();
    const wanted = this.wanted.toLowerCase();
    const records = summary.records.filter(({ name, description }) =>
      `${name} ${description}`.toLowerCase().includes(wanted),
    );
    return html`
      <p>${say("efuses-words")}</p>
      ${summary.warnings.map((line) => (line.trim() === "" ? nothing : html`<p class="warning" lang="en">${line}</p>`))}
      <label>
        ${say("search")}
        <input
          type="search"
          .value=${this.wanted}
          @input=${(event: Event) => {
            this.wanted = (event.target as HTMLInputElement).value;
          }}
        />
      </label>
      <p class="unseen" aria-live="polite">${say("rows", { count: records.length })}</p>
      <div class="scroll" tabindex="0" role="region" aria-label=${say("view-efuses")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${say("column-name")}</th>
              <th scope="col">${say("column-meaning")}</th>
              <th scope="col">${say("column-value")}</th>
              <th scope="col">${say("column-access")}</th>
            </tr>
          </thead>
          <tbody>
            ${records.map(
              ({ name, description, value, readable, writeable }) => html`<tr>
                <th scope="row">${name}</th>
                <td class="wide" lang="en">${description}</td>
                <td><code>${String(value)}</code></td>
                <td>${say(readable ? (writeable ? "access-read-write" : "access-read") : writeable ? "access-write" : "access-none")}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
    `;
  }
}
