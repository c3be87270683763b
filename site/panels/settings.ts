import { html, type TemplateResult } from "lit";
import { patchFlash, readFlash, type Session } from "../../src/index.ts";
import { editNvs, type NvsContents, type NvsEdit, type NvsStoredEntry, parseNvs } from "../../src/nvs.ts";
import type { Partition } from "../../src/partition.ts";
import { chipTable } from "../device/chip-table.ts";
import { askFirst } from "../parts/ask-first.ts";
import { LookingPanel } from "../parts/looking-panel.ts";
import { needsBoard, sessionOf } from "../parts/needs-board.ts";
import { isNvs } from "../parts/partition-kinds.ts";
import { firstRows } from "./first-rows.ts";

interface Settings {
  readonly session: Session;
  readonly partition: Partition | null;
  readonly contents: NvsContents | null;
}

interface Place {
  readonly settings: Settings;
  readonly partition: Partition;
}

/** The key-value store of the board. Values stay hidden until they are asked for: passwords are among them. */
export class SettingsPanel extends LookingPanel<Settings> {
  static override properties = { ...LookingPanel.properties, shown: { state: true } };
  /** Whether values are shown. */
  declare shown: boolean;

  constructor() {
    super();
    this.shown = false;
  }

  protected override forget(): void {
    super.forget();
    // Who let the values of one board be seen has said nothing of another.
    this.shown = false;
  }

  protected override async read(session: Session, signal: AbortSignal): Promise<Settings> {
    const partition = (await chipTable(session, signal))?.find(isNvs) ?? null;
    if (partition === null) return { session, partition, contents: null };
    const { data } = await readFlash(session, partition, { signal });
    return { session, partition, contents: parseNvs(data) };
  }

  async #edit(settings: Settings, partition: Partition, edit: NvsEdit): Promise<void> {
    const { device } = this.page;
    const done = await this.runFor(settings, {
      what: "writing",
      changesFlash: true,
      act: async (session, signal) => {
        const { data } = await readFlash(session, partition, { signal });
        const { steps } = editNvs(data, [edit]);
        return await patchFlash(session, { address: partition.address, before: data, steps }, { signal });
      },
    });
    const session = sessionOf(device.state);
    if (done !== null && session === settings.session) await this.look(session);
  }

  async #erase(settings: Settings, partition: Partition, { namespace, key }: NvsStoredEntry): Promise<void> {
    const { say } = this.page;
    const name = `${namespace}.${key}`;
    if (!(await askFirst(say, say("ask-erase-entry", { name }), say("erase")))) return;
    await this.#edit(settings, partition, { kind: "erase", namespace, key });
  }

  async #change(place: Place, entry: NvsStoredEntry, form: HTMLFormElement): Promise<void> {
    const { readNvsValue } = await import("../../src/nvs.ts");
    const { namespace, key, type } = entry;
    try {
      const value = readNvsValue(type, String(new FormData(form).get("value") ?? ""));
      await this.#edit(place.settings, place.partition, { kind: "set", entry: { ...value, namespace, key } });
    } catch (error) {
      this.page.device.fail(error);
    }
  }

  override render(): TemplateResult {
    const { page, found: settings } = this;
    const { say } = page;
    if (sessionOf(page.device.state) === null) return needsBoard(page);
    if (settings === null) return this.waiting();
    const { partition, contents } = settings;
    if (partition === null || contents === null) return html`<p class="empty">${say("no-nvs")}</p>`;
    return html`
      <label class="choice">
        <input
          type="checkbox"
          .checked=${this.shown}
          @change=${(event: Event) => {
            this.shown = (event.target as HTMLInputElement).checked;
          }}
        />
        ${say("show-values")}
      </label>
      ${contents.problems.map(({ message }) => html`<p class="warning" lang="en">${message}</p>`)}
      ${contents.entries.length === 0 ? html`<p class="empty">${say("nvs-empty")}</p>` : this.#table({ settings, partition }, contents)}
    `;
  }

  #table(place: Place, { entries }: NvsContents): TemplateResult {
    const { say } = this.page;
    const { rows, more } = firstRows(say, entries);
    return html`
      ${more}
      <div class="scroll" tabindex="0" role="region" aria-label=${say("view-settings")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${say("column-namespace")}</th>
              <th scope="col">${say("column-key")}</th>
              <th scope="col">${say("column-kind")}</th>
              <th scope="col">${say("column-value")}</th>
              <th scope="col">${say("column-actions")}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((entry) => this.#row(place, entry))}
          </tbody>
        </table>
      </div>
    `;
  }

  #row(place: Place, entry: NvsStoredEntry): TemplateResult {
    const { say, device } = this.page;
    const { namespace, key, type } = entry;
    const name = `${namespace}.${key}`;
    const isBusy = device.state.kind !== "ready";
    const change = (event: Event): void => {
      event.preventDefault();
      void this.#change(place, entry, event.currentTarget as HTMLFormElement);
    };
    const value = html`<form class="value" @submit=${change}>
      <input name="value" aria-label=${say("value-of", { name })} .value=${valueText(entry)} data-stored=${valueText(entry)} ?disabled=${isBusy} />
      <button type="submit" ?disabled=${isBusy} aria-label=${say("save-named", { name })}>${say("save-value")}</button>
    </form>`;
    return html`<tr>
      <td>${namespace}</td>
      <th scope="row">${key}</th>
      <td>${type}</td>
      <td class="wide">${!this.shown ? "••••••" : type === "blob" ? html`<code>${valueText(entry)}</code>` : value}</td>
      <td class="actions">
        <button type="button" class="danger" ?disabled=${isBusy} aria-label=${say("erase-named", { name })} @click=${() => void this.#erase(place.settings, place.partition, entry)}>
          ${say("erase")}
        </button>
      </td>
    </tr>`;
  }
}

/** The first bytes of a blob, the whole of anything else. */
function valueText(entry: NvsStoredEntry): string {
  if (entry.type !== "blob") return String(entry.value);
  const first = [...entry.value.subarray(0, 32)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return entry.value.length > 32 ? `${first} … (${entry.value.length})` : first;
}
