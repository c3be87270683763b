// Shelf: the dialog of the install button, loaded when it is pressed.
// In: the address of a manifest, and a person.
// Out: a board with the firmware, or why not and what is on it now.

import type { DialogRequest } from "../install-request.ts";
import { loadTexts } from "../texts/texts.ts";
import { installFlow } from "./install-flow.ts";
import { DialogClosed, openShell } from "./shell.ts";

/** Resolves when the dialog is closed. */
export async function openInstallDialog(request: DialogRequest): Promise<void> {
  const shell = openShell(await loadTexts(request.lang));
  try {
    await installFlow(shell, request);
  } catch (error) {
    if (!(error instanceof DialogClosed) && !shell.signal.aborted) throw error;
  } finally {
    shell.close();
  }
}
