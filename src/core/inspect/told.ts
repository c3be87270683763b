import { type EspError, isEspError } from "../errors.ts";
import type { PartitionContent } from "./content.ts";

/** What a parser says, or why it has nothing to say. */
export function told(parse: () => PartitionContent): PartitionContent {
  try {
    return parse();
  } catch (error) {
    if (!isEspError(error)) throw error;
    const { code, message }: EspError = error;
    return code === "filesystem.unknown" ? { kind: "unknown" } : { kind: "unreadable", code, message };
  }
}
