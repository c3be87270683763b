import { html, nothing, type TemplateResult } from "lit";
import { eraseRegion, readFlash, readFlashId, type Session, writeFlash } from "../../src/index.ts";
import { type Partition, subtypeName, typeName } from "../../src/partition.ts";
import { chipTable, forgetTable } from "../device/chip-table.ts";
import { addressText, sizeText } from "../parts/amounts.ts";
import { askFirst } from "../parts/ask-first.ts";
import type { Dropped } from "../parts/dropped-files.ts";
import { fileDrop } from "../parts/file-drop.ts";
import { needsBoard, sessionOf } from "../parts/needs-board.ts";
import { PageElement } from "../parts/page-element.ts";
import { partitionMap } from "../parts/partition-map.ts";
import { saveFile } from "../parts/save-file.ts";

interface Layout {
  readonly session: Session;
  readonly partitions: readonly Partition[] | null;
  readonly flashBytes: number | null;
}

/** The flash of the board by its partitions: seen to scale, saved, written, erased; and all of it as one file. */
export class PartitionsPanel extends PageElement {
  static override properties = { ...PageElement.properties, layout: { state: true }, chosen: { state: true } };
  declare layout: Layout | null;
  /** The name of the partition that a file is wanted for. */
  declare chosen: string | null;
  #asked: Session | null = null;

  constructor() {
    super();
    this.layout = null;
    this.chosen = null;
  }

  protected override deviceChanged(): void {
    const { state } = this.page.device;
    if (sessionOf(state) !== this.layout?.session) this.layout = null;
    if (state.kind === "ready" && this.#asked !== state.session) void this.#look(state.session);
  }

  async #look(session: Session): Promise<void> {
    this.#asked = session;
    this.layout = await this.page.device.run({
      what: "asking-board",
      act: async (_session, signal) => ({
        session,
        partitions: await chipTable(session, signal),
        flashBytes: session.secureDownload ? null : (await readFlashId(session, { signal })).sizeBytes,
      }),
    });
  }

  async #save(name: string, range: { readonly address: number; readonly sizeBytes: number }): Promise<void> {
    const read = await this.page.device.run({
      what: "reading",
      act: (session, signal) => readFlash(session, range, { signal }),
    });
    if (read !== null) saveFile(name, read.data);
  }

  async #erase({ name, address, sizeBytes }: Partition): Promise<void> {
    const { say, device } = this.page;
    if (!(await askFirst(say, say("ask-erase", { name, size: sizeText(sizeBytes) }), say("erase")))) return;
    await device.run({
      what: "erasing",
      changesFlash: true,
      act: (session, signal) => eraseRegion(session, { address, sizeBytes }, { signal }),
    });
  }

  async #write(
    { name, address, sizeBytes }: Pick<Partition, "name" | "address" | "sizeBytes">,
    { files }: Dropped,
  ): Promise<void> {
    const { say, device } = this.page;
    const [file] = files;
    if (file === undefined) return;
    this.chosen = null;
    if (file.data.length > sizeBytes) {
      device.fail(new Error(say("does-not-fit", { file: file.name, name, size: sizeText(sizeBytes) })));
      return;
    }
    if (!(await askFirst(say, say("ask-write", { file: file.name, name }), say("write")))) return;
    await device.run({
      what: "writing",
      changesFlash: true,
      act: async (session, signal) => {
        forgetTable(session);
        return await writeFlash(session, [{ address, data: file.data, name: file.name }], { signal });
      },
    });
    const session = sessionOf(device.state);
    // A backup brings its own table.
    if (session !== null && address === 0) await this.#look(session);
  }

  override render(): TemplateResult {
    const { page, layout } = this;
    const { say } = page;
    if (sessionOf(page.device.state) === null) return needsBoard(page);
    if (layout === null) return html`<p>${say("loading")}</p>`;
    const { partitions, flashBytes } = layout;
    return html`
      ${partitions === null ? html`<p class="empty">${say("no-table")}</p>` : this.#table(partitions, flashBytes)}
      ${flashBytes === null ? nothing : this.#whole(flashBytes)}
    `;
  }

  #table(partitions: readonly Partition[], flashBytes: number | null): TemplateResult {
    const { say, device } = this.page;
    const isBusy = device.state.kind !== "ready";
    return html`
      ${partitionMap(say, partitions, flashBytes)}
      <div class="scroll" tabindex="0" role="region" aria-label=${say("view-partitions")}>
        <table>
          <thead>
            <tr>
              <th scope="col">${say("column-name")}</th>
              <th scope="col">${say("column-kind")}</th>
              <th scope="col">${say("column-address")}</th>
              <th scope="col">${say("column-size")}</th>
              <th scope="col">${say("column-actions")}</th>
            </tr>
          </thead>
          <tbody>
            ${partitions.map((partition) => this.#row(partition, isBusy))}
          </tbody>
        </table>
      </div>
    `;
  }

  #row(partition: Partition, isBusy: boolean): TemplateResult {
    const { say } = this.page;
    const { name, type, subtype, address, sizeBytes } = partition;
    const isChosen = this.chosen === name;
    return html`
      <tr>
        <th scope="row">${name}</th>
        <td>${typeName(type)} ${subtypeName(type, subtype)}</td>
        <td><code>${addressText(address)}</code></td>
        <td>${sizeText(sizeBytes)}</td>
        <td class="actions">
          <button type="button" ?disabled=${isBusy} aria-label=${say("save-named", { name })} @click=${() => void this.#save(`${name}.bin`, partition)}>
            ${say("save")}
          </button>
          <button
            type="button"
            ?disabled=${isBusy}
            aria-expanded=${isChosen}
            aria-label=${say("write-named", { name })}
            @click=${() => {
              this.chosen = isChosen ? null : name;
            }}
          >
            ${say("write")}
          </button>
          <button type="button" class="danger" ?disabled=${isBusy} aria-label=${say("erase-named", { name })} @click=${() => void this.#erase(partition)}>
            ${say("erase")}
          </button>
        </td>
      </tr>
      ${
        isChosen
          ? html`<tr>
              <td colspan="5">
                ${fileDrop(this.page, {
                  label: say("file-for", { name }),
                  multiple: false,
                  taken: (dropped) => void this.#write(partition, dropped),
                })}
              </td>
            </tr>`
          : nothing
      }
    `;
  }

  #whole(flashBytes: number): TemplateResult {
    const { say, device } = this.page;
    const whole = { name: say("whole-flash"), address: 0, sizeBytes: flashBytes };
    return html`
      <h3>${say("backup")}</h3>
      <p>${say("backup-words", { size: sizeText(flashBytes) })}</p>
      <button type="button" ?disabled=${device.state.kind !== "ready"} @click=${() => void this.#save("flash-backup.bin", whole)}>
        ${say("backup-save")}
      </button>
      ${fileDrop(this.page, {
        label: say("backup-restore"),
        multiple: false,
        taken: (dropped) => void this.#write(whole, dropped),
      })}
    `;
  }
}
