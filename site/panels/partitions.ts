import { html, nothing, type TemplateResult } from "lit";
import { eraseRegion, readFlash, readFlashId, type Session, writeFlash } from "../../src/index.ts";
import { type Partition, subtypeName, typeName } from "../../src/partition.ts";
import { chipTable, forgetTable } from "../device/chip-table.ts";
import { addressText, sizeText } from "../parts/amounts.ts";
import { askFirst } from "../parts/ask-first.ts";
import type { Dropped } from "../parts/dropped-files.ts";
import { fileDrop } from "../parts/file-drop.ts";
import { LookingPanel } from "../parts/looking-panel.ts";
import { needsBoard, sessionOf } from "../parts/needs-board.ts";
import { partitionMap } from "../parts/partition-map.ts";
import { saveFile } from "../parts/save-file.ts";

interface Layout {
  readonly session: Session;
  readonly partitions: readonly Partition[] | null;
  readonly flashBytes: number | null;
}

type Place = Pick<Partition, "name" | "address" | "sizeBytes">;

/** The flash of the board by its partitions: seen to scale, saved, written, erased; and all of it as one file. */
export class PartitionsPanel extends LookingPanel<Layout> {
  static override properties = { ...LookingPanel.properties, chosen: { state: true } };
  /** The name of the partition that a file is wanted for. */
  declare chosen: string | null;

  constructor() {
    super();
    this.chosen = null;
  }

  protected override forget(): void {
    super.forget();
    this.chosen = null;
  }

  protected override async read(session: Session, signal: AbortSignal): Promise<Layout> {
    return {
      session,
      partitions: await chipTable(session, signal),
      flashBytes: session.secureDownload ? null : (await readFlashId(session, { signal })).sizeBytes,
    };
  }

  async #save(layout: Layout, name: string, range: Place): Promise<void> {
    const read = await this.runFor(layout, {
      what: "reading",
      act: (session, signal) => readFlash(session, range, { signal }),
    });
    if (read !== null) saveFile(name, read.data);
  }

  async #erase(layout: Layout, { name, address, sizeBytes }: Partition): Promise<void> {
    const { say } = this.page;
    if (!(await askFirst(say, say("ask-erase", { name, size: sizeText(sizeBytes) }), say("erase")))) return;
    await this.runFor(layout, {
      what: "erasing",
      changesFlash: true,
      act: async (session, signal) => {
        forgetTable(session);
        return await eraseRegion(session, { address, sizeBytes }, { signal });
      },
    });
  }

  async #write(layout: Layout, { name, address, sizeBytes }: Place, { files }: Dropped): Promise<void> {
    const { say, device } = this.page;
    const [file] = files;
    if (file === undefined) return;
    this.chosen = null;
    if (file.data.length > sizeBytes) {
      device.fail(new Error(say("does-not-fit", { file: file.name, name, size: sizeText(sizeBytes) })));
      return;
    }
    if (!(await askFirst(say, say("ask-write", { file: file.name, name }), say("write")))) return;
    await this.runFor(layout, {
      what: "writing",
      changesFlash: true,
      act: async (session, signal) => {
        forgetTable(session);
        return await writeFlash(session, [{ address, data: file.data, name: file.name }], { signal });
      },
    });
    const session = sessionOf(device.state);
    // A backup brings its own table.
    if (session === layout.session && address === 0) await this.look(session);
  }

  override render(): TemplateResult {
    const { page, found: layout } = this;
    const { say } = page;
    if (sessionOf(page.device.state) === null) return needsBoard(page);
    if (layout === null) return this.waiting();
    const { partitions, flashBytes } = layout;
    return html`
      ${partitions === null ? html`<p class="empty">${say("no-table")}</p>` : this.#table(layout, partitions)}
      ${flashBytes === null ? nothing : this.#whole(layout, flashBytes)}
    `;
  }

  #table(layout: Layout, partitions: readonly Partition[]): TemplateResult {
    const { say, device } = this.page;
    const isBusy = device.state.kind !== "ready";
    return html`
      ${partitionMap(say, partitions, layout.flashBytes)}
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
            ${partitions.map((partition) => this.#row(layout, partition, isBusy))}
          </tbody>
        </table>
      </div>
    `;
  }

  #row(layout: Layout, partition: Partition, isBusy: boolean): TemplateResult {
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
          <button type="button" ?disabled=${isBusy} aria-label=${say("save-named", { name })} @click=${() => void this.#save(layout, `${name}.bin`, partition)}>
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
          <button type="button" class="danger" ?disabled=${isBusy} aria-label=${say("erase-named", { name })} @click=${() => void this.#erase(layout, partition)}>
            ${say("erase")}
          </button>
        </td>
      </tr>
      ${
        isChosen
          ? html`<tr>
              <td colspan="5" class="wide">
                ${fileDrop(this.page, {
                  label: say("file-for", { name }),
                  multiple: false,
                  taken: (dropped) => void this.#write(layout, partition, dropped),
                })}
              </td>
            </tr>`
          : nothing
      }
    `;
  }

  #whole(layout: Layout, flashBytes: number): TemplateResult {
    const { say, device } = this.page;
    const whole = { name: say("whole-flash"), address: 0, sizeBytes: flashBytes };
    return html`
      <h3>${say("backup")}</h3>
      <p>${say("backup-words", { size: sizeText(flashBytes) })}</p>
      <button type="button" ?disabled=${device.state.kind !== "ready"} @click=${() => void this.#save(layout, "flash-backup.bin", whole)}>
        ${say("backup-save")}
      </button>
      ${fileDrop(this.page, {
        label: say("backup-restore"),
        multiple: false,
        taken: (dropped) => void this.#write(layout, whole, dropped),
      })}
    `;
  }
}
