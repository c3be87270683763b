import { hexAddress } from "../bytes/hex.ts";
import type { ProgressEvent, RestartReason } from "../events.ts";
import { inSeconds, type Lines } from "./lines.ts";

type FlashEvents =
  | "flash.attaching"
  | "flash.configuring"
  | "flash.size-detected"
  | "flash.parameters-patched"
  | "flash.digest-updated"
  | "write.file"
  | "write.erases"
  | "write.compressed"
  | "write.erasing"
  | "write.erased"
  | "write.changes"
  | "write.region"
  | "write.unchanged"
  | "write.skipped"
  | "write.compared"
  | "write.resumed"
  | "write.done"
  | "verify.started"
  | "verify.matched"
  | "verify.mismatched"
  | "verify.impossible"
  | "erase.started"
  | "erase.done"
  | "read.slower"
  | "read.skipped"
  | "read.resumed"
  | "read.restarted"
  | "read.done"
  | "progress";

/** What flash is erased by. */
const SECTOR_BYTES = 4096;

/** Everything that is done to the flash. */
export const FLASH_LINES: Lines<FlashEvents> = {
  "flash.attaching": ({ pins }) =>
    pins === "default" ? "Enabling default SPI flash mode..." : `Configuring SPI NOR flash mode (${pins})...`,
  "flash.configuring": () => "Configuring flash size...",
  "flash.size-detected": ({ name }) => `Auto-detected flash size: ${name}`,
  "flash.parameters-patched": ({ mode, sizeFrequency }) =>
    `Flash parameters set to ${hexAddress((mode << 8) | sizeFrequency, 4)}.`,
  "flash.digest-updated": () => "SHA digest in image updated.",
  "write.file": ({ file, address }) => `Writing '${file}' at ${hexAddress(address)}...`,
  "write.erases": ({ start, end }) => `Flash will be erased from ${hexAddress(start)} to ${hexAddress(end)}...`,
  "write.compressed": ({ sizeBytes, compressedBytes }) => `Compressed ${sizeBytes} bytes to ${compressedBytes}...`,
  "write.erasing": () => "Erasing flash...",
  "write.erased": ({ elapsedMs }) => `Took ${(elapsedMs / 1000).toFixed(2)}s to erase flash block.`,
  "write.changes": () => "Changed data sectors found, fast reflashing...",
  "write.region": ({ address, sizeBytes }) => {
    const sectors = Math.ceil((address + sizeBytes) / SECTOR_BYTES) - Math.floor(address / SECTOR_BYTES);
    return `Reflashing ${sectors} changed sector${sectors === 1 ? "" : "s"} at ${hexAddress(address, 0)}...`;
  },
  "write.unchanged": ({ file, address, proof }) =>
    proof === "md5"
      ? `'${file}' at ${hexAddress(address)} verified.`
      : "No changed sectors found and trust flash content mode is enabled, skipping write and verification.",
  "write.skipped": ({ file, address }) => `'${file}' at ${hexAddress(address)} already in flash, skipping write.`,
  "write.compared": ({ sizeBytes, sameBytes, regions, questions, elapsedMs }) =>
    sameBytes === 0 || regions === 0
      ? null
      : `${sameBytes} of ${sizeBytes} bytes are in flash already, as ${questions} digests show ` +
        `(${inSeconds(elapsedMs)}); ${sizeBytes - sameBytes} bytes in ${regions} place${regions === 1 ? "" : "s"} are written.`,
  "write.resumed": ({ address, goodBytes, reason }) =>
    `Resuming at ${hexAddress(address)} after ${goodBytes} bytes that are in flash already: ${reason}`,
  "write.done": ({ address, sizeBytes, compressedBytes, elapsedMs }) => {
    const compressed = compressedBytes === null ? "" : ` (${compressedBytes} compressed)`;
    return `Wrote ${sizeBytes} bytes${compressed} at ${hexAddress(address)} in ${inSeconds(elapsedMs)}.`;
  },
  "verify.started": ({ file, address, sizeBytes }) =>
    `Verifying ${hexAddress(sizeBytes, 0)} (${sizeBytes}) bytes at ${hexAddress(address)} in flash against '${file}'...`,
  "verify.matched": ({ after }) => MATCHED[after],
  "verify.mismatched": ({ differences }) => {
    if (differences === null) return "Verification failed (digest mismatch).";
    const { count, firstAddress } = differences;
    return `Verification failed: ${count} difference${count === 1 ? "" : "s"}, first at ${hexAddress(firstAddress)}.`;
  },
  "verify.impossible": ({ reason }) => `Cannot verify written data: ${reason}`,
  "erase.started": ({ what }) =>
    `Erasing flash ${what === "chip" ? "memory" : "memory region"} (this may take a while)...`,
  "erase.done": ({ what, elapsedMs }) =>
    `Flash memory ${what === "chip" ? "" : "region "}erased successfully in ${inSeconds(elapsedMs)}.`,
  "read.slower": ({ reason }) => `Acknowledging what is read only when all of it is there from now on: ${reason}.`,
  "read.skipped": ({ blankBytes, knownBytes }) =>
    blankBytes + knownBytes === 0
      ? "All of it is transferred: digests proved none of it."
      : `Proved by digests instead of transferred: ${skippedBytes(blankBytes, knownBytes)}.`,
  "read.resumed": ({ doneBytes, sizeBytes }) =>
    `Going on after ${doneBytes} of ${sizeBytes} bytes, which were read before and are in flash unchanged.`,
  "read.restarted": ({ reason }) => `What was read before ${NOT_USED[reason]}; reading from the start.`,
  "read.done": ({ address, sizeBytes, elapsedMs }) =>
    `Read ${sizeBytes} bytes from ${hexAddress(address)} in ${inSeconds(elapsedMs)}.`,
  progress,
};

const NOT_USED: Readonly<Record<RestartReason, string>> = {
  "other-chip": "is of another chip",
  "other-range": "is of another part of the flash",
  damaged: "is damaged",
  unreadable: "cannot be had",
  changed: "is not what flash holds now",
};

const MATCHED = {
  write: "Hash of data verified.",
  verify: "Verification successful (digest matched).",
  "read-back": "Verification successful.",
} as const;

const VERBS: Readonly<Record<ProgressEvent["phase"], string>> = {
  write: "Writing at",
  read: "Reading from",
  verify: "Comparing at",
  upload: "Loading to",
  erase: "Erasing at",
};

function progress({ phase, done, total, address }: ProgressEvent): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const where = address === undefined ? "" : ` ${hexAddress(address)}`;
  return `${VERBS[phase]}${where} ${(share * 100).toFixed(1)}% ${done}/${total} bytes...`;
}

function skippedBytes(blankBytes: number, knownBytes: number): string {
  const parts = [
    ...(blankBytes > 0 ? [`${blankBytes} blank bytes`] : []),
    ...(knownBytes > 0 ? [`${knownBytes} known bytes`] : []),
  ];
  return parts.join(", ");
}
