import { html, type TemplateResult } from "lit";
import { type Dropped, droppedFiles, droppedItems, TooLarge } from "./dropped-files.ts";
import type { Page } from "./page-element.ts";

interface FileDropOptions {
  readonly label: string;
  readonly multiple: boolean;
  readonly taken: (dropped: Dropped) => void;
}

/** A place to drop files on, and a button that does the same without a mouse. */
export function fileDrop({ say, device }: Page, { label, multiple, taken }: FileDropOptions): TemplateResult {
  const take = async (dropped: Promise<Dropped | null>): Promise<void> => {
    try {
      const files = await dropped;
      if (files !== null) taken(files);
    } catch (error) {
      device.fail(error instanceof TooLarge ? new Error(say("too-large", { name: error.message })) : error);
    }
  };
  const chosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    void take(droppedFiles([...(input.files ?? [])]));
    // So that the same file can be chosen again after it was built anew.
    input.value = "";
  };
  return html`
    <label
      class="drop"
      @dragover=${(event: DragEvent) => event.preventDefault()}
      @drop=${(event: DragEvent) => {
        event.preventDefault();
        if (event.dataTransfer !== null) void take(droppedItems(event.dataTransfer.items));
      }}
    >
      <span>${label}</span>
      <input type="file" ?multiple=${multiple} @change=${chosen} />
    </label>
  `;
}
