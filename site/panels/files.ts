import { html, nothing, type TemplateResult } from "lit";
import { type FileSystemContents, type FileSystemEntry, isPlainPath, parseFileSystem } from "../../src/filesystem.ts";
import { readFlash, type Session } from "../../src/index.ts";
import type { Partition } from "../../src/partition.ts";
import { chipTable } from "../device/chip-table.ts";
import { sizeText } from "../parts/amounts.ts";
import { LookingPanel } from "../parts/looking-panel.ts";
import { needsBoard, sessionOf } from "../parts/needs-board.ts";
import { isForFiles } from "../parts/partition-kinds.ts";
import { saveFile } from "../parts/save-file.ts";
import { firstRows } from "./first-rows.ts";

interface Found {
  readonly session: Session;
  readonly partitions: readonly Partition[];
}

/** The file systems of the board: what is in them, each file to be saved. */
export class FilesPanel extends LookingPanel<Found> {
  static override properties = {
    ...LookingPanel.properties,
    opened: { state: true },
    contents: { state: true },
  };
  /** The partition that was read. */
  declare opened: Partition | null;
  declare contents: FileSystemContents | null;

  constructor() {
    super();
    this.opened = null;
    this.contents = null;
  }

  protected override forget(): void {
    super.forget();
    this.opened = null;
    this.contents = null;
  }

  protected override async read(session: Session, signal: AbortSignal): Promise<Found> {
    return { session, partitions: ((await chipTable(session, signal)) ?? []).filter(isForFiles) };
  }

  protected override async look(session: Session): Promise<void> {
    await super.look(session);
    const { found } = this;
    const [first, ...others] = found?.partitions ?? [];
    if (found !== null && first !== undefined && others.length === 0) await this.#open(found, first);
  }

  async #open(found: Found, partition: Partition): Promise<void> {
    this.opened = partition;
    this.contents = null;
    this.contents = await this.runFor(found, {
      what: "reading",
      act: async (session, signal) => parseFileSystem((await readFlash(session, partition, { signal })).data),
    });
  }

  override render(): TemplateResult {
    const { page, found } = this;
    const { say, device } = page;
    if (sessionOf(device.state) === null) return needsBoard(page);
    if (found === null) return this.waiting();
    if (found.partitions.length === 0) return html`<p class="empty">${say("no-file-system")}</p>`;
    return html`
      <div class="row">
        ${found.partitions.map(
          (partition) => html`<button
            type="button"
            ?disabled=${device.state.kind !== "ready"}
            aria-pressed=${this.opened === partition}
            @click=${() => void this.#open(found, partition)}
          >
            ${partition.name} (${sizeText(partition.sizeBytes)})
          </button>`,
        )}
      </div>
      ${this.contents === null ? nothing : this.#contents(this.contents)}
    `;
  }

  #contents({ settings, entries, problems }: FileSystemContents): TemplateResult {
    const { say } = this.page;
    const { rows, more } = firstRows(say, entries);
    return html`
      ${more}
      <p>${say("file-system", { kind: settings.kind })}</p>
      ${problems.map(({ message }) => html`<p class="warning" lang="en">${message}</p>`)}
      ${
        entries.length === 0
          ? html`<p class="empty">${say("no-files")}</p>`
          : html`<table>
              <thead>
                <tr>
                  <th scope="col">${say("column-file")}</th>
                  <th scope="col">${say("column-size")}</th>
                  <th scope="col">${say("column-actions")}</th>
                </tr>
              </thead>
              <tbody>
                ${rows.map((entry) => this.#row(entry))}
              </tbody>
            </table>`
      }
    `;
  }

  #row({ path, kind, sizeBytes, content }: FileSystemEntry): TemplateResult {
    const { say } = this.page;
    // A name is what the board says: nothing else of it than the last part becomes the name of a file here.
    const name = isPlainPath(path) ? (path.split("/").at(-1) ?? "file.bin") : "file.bin";
    return html`<tr>
      <th scope="row">${path}${kind === "directory" ? "/" : ""}</th>
      <td>${kind === "directory" ? "" : sizeText(sizeBytes)}</td>
      <td class="actions">
        ${
          content === null
            ? nothing
            : html`<button type="button" aria-label=${say("save-named", { name: path })} @click=${() => saveFile(name, content)}>
                ${say("save")}
              </button>`
        }
      </td>
    </tr>`;
  }
}
