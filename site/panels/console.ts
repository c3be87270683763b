import { html, nothing, type TemplateResult } from "lit";
import {
  type CrashReader,
  type CrashReport,
  crashReader,
  crashText,
  type DebugInfo,
  debugInfo,
} from "../../src/crash.ts";
import { isEspError, type Monitor, type MonitorLine, monitor } from "../../src/index.ts";
import { type ConsoleLog, consoleLog } from "../device/console-log.ts";
import type { Dropped } from "../parts/dropped-files.ts";
import { fileDrop } from "../parts/file-drop.ts";
import { PageElement } from "../parts/page-element.ts";
import { saveFile } from "../parts/save-file.ts";

/** 74880 is what the ESP8266's boot loader prints at. */
const RATES = [9600, 74880, 115200, 230400, 460800, 921600, 1500000, 2000000] as const;

/** What the program on the board prints, and what its crashes mean. */
export class ConsolePanel extends PageElement {
  static override properties = {
    ...PageElement.properties,
    running: { state: true },
    paused: { state: true },
    times: { state: true },
    wanted: { state: true },
    baudRate: { state: true },
    programs: { state: true },
  };
  declare running: Monitor | null;
  declare paused: boolean;
  declare times: boolean;
  declare wanted: string;
  declare baudRate: number;
  declare programs: readonly { readonly name: string; readonly info: DebugInfo }[];
  readonly #log: ConsoleLog = consoleLog();
  #reader: CrashReader = crashReader();
  #drawn = 0;

  constructor() {
    super();
    this.running = null;
    this.paused = false;
    this.times = false;
    this.wanted = "";
    this.baudRate = 115200;
    this.programs = [];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    void this.#stop();
  }

  async #start(): Promise<void> {
    const { device } = this.page;
    const port = await device.lend();
    if (port === null) return;
    if (!this.isConnected) return device.giveBack();
    try {
      this.running = await monitor(port, {
        baudRate: this.baudRate,
        reset: true,
        onLine: (line) => this.#take(line),
      });
    } catch (error) {
      device.giveBack();
      device.fail(error);
      return;
    }
    void this.running.ended.then((error) => {
      this.running = null;
      device.giveBack();
      if (error !== null) device.fail(error);
    });
    // Another view was opened meanwhile: nobody is left to stop it.
    if (!this.isConnected) await this.#stop();
  }

  async #stop(): Promise<void> {
    await this.running?.close();
  }

  #take({ text, atMs }: MonitorLine): void {
    this.#log.add({ kind: "device", text, atMs });
    for (const report of this.#reader.push(`${text}\n`)) this.#explain(report);
    this.#draw();
  }

  #explain(report: CrashReport): void {
    for (const text of crashText(report)) this.#log.add({ kind: "explained", text, atMs: null });
  }

  /** A device may print thousands of lines a second: they are drawn once a frame. */
  #draw(): void {
    if (this.#drawn !== 0) return;
    this.#drawn = requestAnimationFrame(() => {
      this.#drawn = 0;
      if (!this.paused) this.requestUpdate();
    });
  }

  protected override updated(): void {
    const log = this.querySelector(".log");
    if (log !== null && !this.paused) log.scrollTop = log.scrollHeight;
  }

  #takeElf = ({ files }: Dropped): void => {
    try {
      const added = files.map(({ name, data }) => ({ name, info: debugInfo(data) }));
      this.programs = [...this.programs, ...added];
      this.#reader = crashReader({ programs: this.programs.map(({ info }) => info) });
      // What crashed before the ELF file was there is explained now.
      const reports = [...this.#reader.push(this.#log.deviceText()), ...this.#reader.finish()];
      for (const report of reports) this.#explain(report);
      this.requestUpdate();
    } catch (error) {
      this.page.device.fail(error);
    }
  };

  async #send(event: Event): Promise<void> {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const text = String(new FormData(form).get("line") ?? "");
    form.reset();
    try {
      await this.running?.write(new TextEncoder().encode(`${text}\n`));
    } catch (error) {
      this.page.device.fail(isEspError(error) ? error : new Error(String(error)));
    }
  }

  override render(): TemplateResult {
    const { page, running } = this;
    const { say, device } = page;
    const canStart = device.state.kind === "ready" || (device.state.kind === "away" && device.state.port !== null);
    return html`
      <div class="row">
        ${
          running === null
            ? html`<button type="button" class="primary" ?disabled=${!canStart} @click=${() => void this.#start()}>
                ${say("console-start")}
              </button>`
            : html`<button type="button" @click=${() => void this.#stop()}>${say("console-stop")}</button>
                <button type="button" @click=${() => void running.reset()}>${say("console-reset")}</button>`
        }
        <label>
          ${say("baud-rate")}
          <select
            ?disabled=${running !== null}
            @change=${(event: Event) => {
              this.baudRate = Number((event.target as HTMLSelectElement).value);
            }}
          >
            ${RATES.map((rate) => html`<option value=${rate} ?selected=${rate === this.baudRate}>${rate}</option>`)}
          </select>
        </label>
        ${this.#toggle("paused", say("console-pause"))} ${this.#toggle("times", say("console-times"))}
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
        <button type="button" @click=${() => saveFile("console.txt", this.#log.text({ times: this.times }))}>${say("save")}</button>
        <button
          type="button"
          @click=${() => {
            this.#log.clear();
            this.requestUpdate();
          }}
        >
          ${say("clear")}
        </button>
      </div>
      ${canStart || running !== null ? nothing : html`<p class="empty">${say("needs-board")}</p>`}
      <div class="log" tabindex="0" role="log" aria-live="off" aria-label=${say("view-console")}>${this.#log
        .last({ containing: this.wanted })
        .map(
          ({ kind, text, atMs }) =>
            html`<div class="line line-${kind}">${this.times && atMs !== null ? `${(atMs / 1000).toFixed(3)} ` : nothing}${text}</div>`,
        )}</div>
      <form class="row" @submit=${(event: Event) => void this.#send(event)}>
        <label class="grow">
          <span class="unseen">${say("console-line")}</span>
          <input name="line" autocomplete="off" placeholder=${say("console-line")} ?disabled=${running === null} />
        </label>
        <button type="submit" ?disabled=${running === null}>${say("console-send")}</button>
      </form>
      ${fileDrop(page, { label: say("console-elf"), multiple: true, taken: this.#takeElf })}
      ${this.programs.length === 0 ? nothing : html`<p>${say("console-elfs", { names: this.programs.map(({ name }) => name).join(", ") })}</p>`}
    `;
  }

  #toggle(name: "paused" | "times", text: string): TemplateResult {
    return html`<label class="choice">
      <input
        type="checkbox"
        .checked=${this[name]}
        @change=${(event: Event) => {
          this[name] = (event.target as HTMLInputElement).checked;
        }}
      />
      ${text}
    </label>`;
  }
}
