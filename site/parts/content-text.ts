import type { PartitionContent } from "../../src/partition.ts";
import type { Say } from "../texts/texts.ts";
import { sizeText } from "./amounts.ts";

/** What is in a partition, in a few words. */
export function contentText(say: Say, content: PartitionContent): string {
  switch (content.kind) {
    case "application":
      return [`${content.projectName} ${content.version}`, `${content.compileDate} ${content.compileTime}`.trim()]
        .filter((part) => part !== "")
        .join(", ");
    case "ota-data":
      return say("content-ota");
    case "nvs": {
      const count = content.namespaces.reduce((sum, { entries }) => sum + entries, 0);
      return say("content-nvs", { count, names: content.namespaces.map(({ name }) => name).join(", ") });
    }
    case "file-system": {
      const { fileSystem, files, usedBytes, sizeBytes } = content;
      const percent = Math.round((100 * usedBytes) / Math.max(1, sizeBytes));
      return say("content-files", { kind: fileSystem, count: files, percent });
    }
    case "core-dump":
      return say("content-core-dump", { size: sizeText(content.sizeBytes) });
    case "unreadable":
      return content.message;
    case "blank":
      return say("content-blank");
    case "not-read":
      return say("content-keys");
    case "unknown":
      return say("content-unknown");
    case "outside":
      return say("content-outside");
  }
}
