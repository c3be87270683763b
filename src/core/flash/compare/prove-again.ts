import { EspError } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { Session } from "../../session/session.ts";
import { operation } from "../../session/talk/operation.ts";
import { compareWithFlash } from "../flash-digest.ts";
import type { FileToWrite } from "../guard/file-to-write.ts";
import { prepareWrite, type WriteFlashOptions } from "../write/write-flash.ts";

/**
 * Proves once more what a write has proved, after something else was done to flash: in one that is smaller than it says
 * that may have been the same place. `since`: what was done, as it ends a sentence. Files that cannot be proved are left
 * out. Throws `flash.verify-failed`, and what asking throws.
 */
export async function proveAgain(
  session: Session,
  files: readonly FileToWrite[],
  { since, ...options }: WriteFlashOptions & { readonly since: string },
): Promise<void> {
  const live = checkSession(session, "session");
  if (live.traits.md5Reply === null) return;
  await operation(live, options.signal, async () => {
    const plan = await prepareWrite(live, files, options, () => {});
    for (const { name, writeAddress: address, data, encrypted } of plan.files) {
      if (encrypted || (await compareWithFlash(live, address, data)).matches) continue;
      live.emit({ type: "verify.mismatched", file: name, differences: null });
      throw new EspError("flash.verify-failed", `'${name}' was in flash, and is not any more since ${since}.`, {
        hint: "The flash may be smaller than it says. Build the program for the size that it really has.",
        details: { file: name, address, sizeBytes: data.length },
      });
    }
  });
}
