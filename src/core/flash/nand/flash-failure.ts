import { isEspError } from "../../errors.ts";
import { NAND_ERASE_FAILED, NAND_PROGRAM_FAILED } from "../../wire/nand-commands.ts";

/** Which operation the flash itself refused, if that is what the error says. */
export function flashFailure(error: unknown): "program" | "erase" | null {
  if (!isEspError(error, "link.status")) return null;
  const status = error.details["status"];
  return status === NAND_PROGRAM_FAILED ? "program" : status === NAND_ERASE_FAILED ? "erase" : null;
}
