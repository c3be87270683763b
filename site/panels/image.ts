import { html, nothing, type TemplateResult } from "lit";
import { describeImage, type ImageDescription, type SegmentDescription } from "../../src/image.ts";
import { addressText, sizeText } from "../parts/amounts.ts";
import type { Dropped } from "../parts/dropped-files.ts";
import { factRow } from "../parts/fact-row.ts";
import { fileDrop } from "../parts/file-drop.ts";
import { PageElement } from "../parts/page-element.ts";

/** What is in a firmware image: no board is needed. */
export class ImagePanel extends PageElement {
  static override properties = { ...PageElement.properties, name: { state: true }, image: { state: true } };
  declare name: string;
  declare image: ImageDescription | null;

  constructor() {
    super();
    this.name = "";
    this.image = null;
  }

  #take = ({ files, name }: Dropped): void => {
    const [file] = files;
    if (file === undefined) return;
    this.page.device.dismissError();
    try {
      this.image = describeImage(file.data);
      this.name = name;
    } catch (error) {
      this.image = null;
      this.page.device.fail(error);
    }
  };

  override render(): TemplateResult {
    const { say } = this.page;
    return html`
      <p>${say("image-words")}</p>
      ${fileDrop(this.page, { label: say("image-drop"), multiple: false, taken: this.#take })}
      ${this.image === null ? nothing : this.#description(this.image)}
    `;
  }

  #description(image: ImageDescription): TemplateResult {
    const { say } = this.page;
    const { header, application, checksum, digest, extendedHeader } = image;
    const sound = (check: { readonly isValid: boolean } | null): string =>
      say(check === null ? "check-absent" : check.isValid ? "check-right" : "check-wrong");
    return html`
      <h3>${this.name}</h3>
      ${image.problems.map(({ message }) => html`<p class="warning" lang="en">${message}</p>`)}
      ${image.notices.map(({ message }) => html`<p class="warning" lang="en">${message}</p>`)}
      <dl class="facts">
        ${factRow(say("fact-chip"), image.chipName)}
        ${factRow(say("fact-size"), sizeText(image.sizeBytes))}
        ${
          application === null
            ? nothing
            : html`
          ${factRow(say("fact-project"), `${application.projectName} ${application.version}`)}
          ${factRow(say("fact-built"), `${application.compileDate} ${application.compileTime}, ESP-IDF ${application.idfVersion}`)}
          ${factRow(say("fact-elf"), application.elfSha256)}
        `
        }
        ${factRow(say("fact-flash"), [header.flashSize, header.flashFrequency, header.flashMode].map((one) => one ?? "?").join(", "))}
        ${header.entry === null ? nothing : factRow(say("fact-entry"), addressText(header.entry))}
        ${extendedHeader === null ? nothing : factRow(say("fact-revision"), revisionText(extendedHeader.minimumRevisionFull))}
        ${factRow(say("fact-checksum"), sound(checksum))}
        ${factRow(say("fact-digest"), sound(digest))}
        ${factRow(say("fact-signatures"), String(image.signatures.length))}
      </dl>
      <div class="scroll" tabindex="0" role="region" aria-label=${say("segments")}>
        <table>
          <caption>${say("segments")}</caption>
          <thead>
            <tr>
              <th scope="col">#</th>
              <th scope="col">${say("column-address")}</th>
              <th scope="col">${say("column-size")}</th>
              <th scope="col">${say("column-memory")}</th>
            </tr>
          </thead>
          <tbody>
            ${image.segments.map((segment) => segmentRow(segment, say("padding")))}
          </tbody>
        </table>
      </div>
    `;
  }
}

function segmentRow(
  { index, address, sizeBytes, memoryTypes, isPadding }: SegmentDescription,
  padding: string,
): TemplateResult {
  return html`<tr>
    <td>${index}</td>
    <td><code>${addressText(address)}</code></td>
    <td>${sizeText(sizeBytes)}</td>
    <td>${isPadding ? padding : memoryTypes.join(", ")}</td>
  </tr>`;
}

/** major x 100 + minor. */
function revisionText(revision: number): string {
  return `v${Math.floor(revision / 100)}.${revision % 100}`;
}
