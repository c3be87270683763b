import type { checkBytes } from "../../check/bytes.ts";
import type { HostMemory } from "../../host-memory.ts";

/** Whatever a caller's memory does, there is either what was kept or nothing. */
export function shieldMemory(memory: HostMemory, check: typeof checkBytes): HostMemory {
  return {
    async recall(topic, key) {
      try {
        const found: unknown = await memory.recall(topic, key);
        return found === undefined || found === null ? undefined : check(found, "bytes").slice();
      } catch {
        return undefined;
      }
    },
    async keep(topic, key, bytes) {
      try {
        await memory.keep(topic, key, bytes);
      } catch {
        // What cannot be kept is not remembered.
      }
    },
  };
}
