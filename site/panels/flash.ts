import { html, nothing, type TemplateResult } from "lit";
import type { FlashBundle, FlashPlan } from "../../src/bundle.ts";
import type { Session } from "../../src/index.ts";
import type { FetchLike, InstallResult } from "../../src/install.ts";
import type { Partition } from "../../src/partition.ts";
import { chipName } from "../device/chip-names.ts";
import { chipTable, forgetTable, startedPartition } from "../device/chip-table.ts";
import { droppedTree } from "../device/dropped-tree.ts";
import {
  bundleOf,
  placedAt,
  planFor,
  trackWrite,
  type WriteState,
  type WriteTrack,
  writeBundle,
} from "../device/write-bundle.ts";
import { addressText, sizeText } from "../parts/amounts.ts";
import type { Dropped } from "../parts/dropped-files.ts";
import { fileDrop } from "../parts/file-drop.ts";
import { sessionOf } from "../parts/needs-board.ts";
import { PageElement } from "../parts/page-element.ts";
import { writeLeft } from "../parts/write-left.ts";
import type { Say, TextKey } from "../texts/texts.ts";

/** What matters of the board to what is written. */
interface Board {
  readonly partitions: readonly Partition[] | null;
  readonly started: Partition | null;
}

async function boardOf(session: Session, signal: AbortSignal): Promise<Board> {
  return { partitions: await chipTable(session, signal), started: await startedPartition(session, signal) };
}

/** Firmware onto the board: what was dropped, what will happen, and what was done. */
export class FlashPanel extends PageElement {
  static override properties = {
    ...PageElement.properties,
    bundle: { state: true },
    board: { state: true },
    overwriteAll: { state: true },
    result: { state: true },
    left: { state: true },
  };
  declare bundle: FlashBundle | null;
  /** Null: there is none, or it was not asked yet. */
  declare board: Board | null;
  declare overwriteAll: boolean;
  declare result: InstallResult | null;
  /** What a write that came to no end has left on the board; null: it came to its end, or there was none. */
  declare left: WriteState | null;
  #track: WriteTrack | null = null;
  /** The board that was asked. */
  #asked: Session | null = null;
  #dropped: Dropped | null = null;
  /** The board with which it was read last. */
  #readFor: Session | null = null;

  constructor() {
    super();
    this.bundle = null;
    this.board = null;
    this.overwriteAll = false;
    this.result = null;
    this.left = null;
  }

  protected override deviceChanged(): void {
    const session = sessionOf(this.page.device.state);
    if (session !== this.#asked) this.board = null;
    if (session !== null && session !== this.#asked) this.#forgetWrite();
    if (this.bundle !== null) void this.#look();
    else if (session !== null && session !== this.#readFor && this.#dropped !== null) void this.#read(this.#dropped);
  }

  /** A release by its address: it is got for the board that is there. */
  async #fetch(event: Event): Promise<void> {
    event.preventDefault();
    const { device } = this.page;
    const url = String(new FormData(event.currentTarget as HTMLFormElement).get("url") ?? "").trim();
    const { port } = device;
    if (url === "" || port === null) return;
    this.#forgetWrite();
    this.#dropped = null;
    this.bundle = await device.run({
      what: "downloading",
      act: async (session, signal) => {
        const { manifestTree } = await import("../device/manifest-tree.ts");
        const get: FetchLike = (from, options) => fetch(from, options);
        return await bundleOf(
          await manifestTree(session, { url, page: location.href, fetch: get, port, signal }),
          session.chip.id,
        );
      },
    });
    if (this.bundle !== null) void this.#lookAnew();
  }

  #take = (dropped: Dropped): void => {
    this.page.device.dismissError();
    this.#forgetWrite();
    this.#dropped = dropped;
    void this.#read(dropped);
  };

  /** What it is may depend on the board: of a program it says which chip it is for. */
  async #read(dropped: Dropped): Promise<void> {
    const { device } = this.page;
    this.#readFor = sessionOf(device.state);
    try {
      const bundle = await bundleOf(droppedTree(dropped), this.#readFor?.chip.id);
      // Something else was dropped while a large folder was read.
      if (dropped !== this.#dropped) return;
      this.bundle = bundle;
      void this.#lookAnew();
    } catch (error) {
      if (dropped !== this.#dropped) return;
      this.bundle = null;
      device.fail(error);
    }
  }

  /** What the board has, so that what will be lost can be told before. */
  async #look(): Promise<void> {
    const { device } = this.page;
    if (device.state.kind !== "ready" || this.#asked === device.state.session) return;
    this.#asked = device.state.session;
    this.board = await device.run({ what: "asking-board", act: boardOf });
  }

  /** After a write, which may have brought another table. */
  async #lookAnew(): Promise<void> {
    if (this.page.device.state.kind === "ready") this.#asked = null;
    await this.#look();
  }

  /** What was done to another board, or with other files, says nothing any more. */
  #forgetWrite(): void {
    this.result = null;
    this.left = null;
    this.#track = null;
  }

  async #write(bundle: FlashBundle, plan: FlashPlan): Promise<void> {
    this.#forgetWrite();
    this.result = await this.page.device.run({
      what: "writing",
      changesFlash: true,
      hear: (event) => this.#track?.onEvent(event),
      act: async (session, signal) => {
        forgetTable(session);
        this.#track = await trackWrite(bundle, plan);
        return await writeBundle(session, { bundle, plan, signal });
      },
    });
    this.left = this.result === null ? (this.#track?.state() ?? null) : null;
    // There may be another table now. To ask would take away what is said of a failure, so that is done with the next file.
    if (this.result !== null) void this.#lookAnew();
  }

  override render(): TemplateResult {
    const { page, bundle } = this;
    const { say } = page;
    return html`
      <p>${say("flash-words")}</p>
      ${fileDrop(page, { label: say("flash-drop"), multiple: true, taken: this.#take })}
      <form class="row fields" @submit=${(event: Event) => void this.#fetch(event)}>
        <label class="grow">
          ${say("manifest-url")}
          <input name="url" type="url" required ?disabled=${page.device.state.kind !== "ready"} />
        </label>
        <button type="submit" ?disabled=${page.device.state.kind !== "ready"}>${say("manifest-get")}</button>
      </form>
      ${bundle === null ? nothing : this.#plan(bundle)} ${this.result === null ? nothing : this.#done(this.result)}
      ${this.left === null ? nothing : writeLeft(page, this.left)}
    `;
  }

  #plan(dropped: FlashBundle): TemplateResult {
    const bundle = placedAt(dropped, this.board?.started ?? null);
    const { page } = this;
    const { say, device } = page;
    const { plan, error } = planFor(bundle, {
      overwriteAll: this.overwriteAll,
      before: this.board?.partitions ?? undefined,
    });
    if (plan === null)
      return html`<p class="warning" role="alert" lang="en">${error?.message} ${error?.hint ?? nothing}</p>`;
    const isWrongChip =
      device.state.kind === "ready" && bundle.chip !== null && bundle.chip !== device.state.session.chip.id;
    return html`
      <h3>${say("plan")}</h3>
      <p>${bundle.chip === null ? nothing : say("plan-chip", { chip: chipName(bundle.chip) })}</p>
      ${bundle.problems.map(({ message, hint }) => html`<p class="warning" lang="en">${message} ${hint}</p>`)}
      <div class="scroll" tabindex="0" role="region" aria-label=${say("plan")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${say("column-name")}</th>
              <th scope="col">${say("column-address")}</th>
              <th scope="col">${say("column-size")}</th>
              <th scope="col">${say("column-file")}</th>
            </tr>
          </thead>
          <tbody>
            ${plan.files.map(
              ({ name, address, data, path }) => html`<tr>
                <th scope="row">${name}</th>
                <td>${address === null ? say("by-table") : html`<code>${addressText(address)}</code>`}</td>
                <td>${sizeText(data.length)}</td>
                <td>${path}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${namesLine(say, "plan-left", "", namesLeft(plan))}
      ${namesLine(say, "plan-lost", "warning", namesLost(plan, "written"))}
      ${namesLine(say, "plan-moved", "warning", namesLost(plan, "moved"))}
      <div><label class="choice">
        <input
          type="checkbox"
          .checked=${this.overwriteAll}
          @change=${(event: Event) => {
            this.overwriteAll = (event.target as HTMLInputElement).checked;
          }}
        />
        ${say("overwrite-all")}
      </label></div>
      ${isWrongChip && bundle.chip !== null ? html`<p class="warning" role="alert">${say("wrong-chip", { chip: chipName(bundle.chip) })}</p>` : nothing}
      <button
        type="button"
        class="primary"
        ?disabled=${device.state.kind !== "ready" || isWrongChip}
        @click=${() => void this.#write(bundle, plan)}
      >
        ${say("write")}
      </button>
      ${device.state.kind === "away" ? html`<p>${say("needs-board")}</p>` : nothing}
    `;
  }

  #done({ files }: InstallResult): TemplateResult {
    const { say, show } = this.page;
    const proved = files.filter(({ verified }) => verified === "md5");
    return html`
      <section class="done" role="status">
        <h3>${say(proved.length === files.length ? "written-proved" : "written")}</h3>
        <ul>
          ${files.map(
            ({ name, sizeBytes, elapsedMs }) =>
              html`<li>${name}: ${sizeText(sizeBytes)}, ${(elapsedMs / 1000).toFixed(1)} s</li>`,
          )}
        </ul>
        <button type="button" @click=${() => show("console")}>${say("watch-it")}</button>
      </section>
    `;
  }
}

function namesLine(
  say: Say,
  key: TextKey,
  className: string,
  names: readonly string[],
): TemplateResult | typeof nothing {
  return names.length === 0 ? nothing : html`<p class=${className}>${say(key, { names: names.join(", ") })}</p>`;
}

/** What a new table has elsewhere does not stay, although nothing is written there. */
function namesLeft({ left, lost }: FlashPlan): string[] {
  return left.map(({ name }) => name).filter((name) => !lost.some((one) => one.name === name));
}

function namesLost({ lost }: FlashPlan, why: "written" | "moved"): string[] {
  return lost.filter((one) => (one.why === "moved") === (why === "moved")).map(({ name }) => name);
}
