import { hexAddress } from "../bytes/hex.ts";
import type { Lines } from "./lines.ts";

type NandEvents =
  | "nand.attaching"
  | "nand.attached"
  | "nand.block-skipped"
  | "nand.block-marked"
  | "nand.block-mismatched"
  | "nand.erased";

const DONE = { program: "Programming", erase: "Erasing", verify: "Verifying" } as const;

/** What only NAND flash has to say; the rest is as for other flash. */
export const NAND_LINES: Lines<NandEvents> = {
  "nand.attaching": ({ pins }) => `Configuring SPI NAND flash mode (${pins})...`,
  "nand.attached": ({ name, manufacturer, device, status }) =>
    `Detected NAND chip: ${name} (mfr=${hexAddress(manufacturer, 2)}, dev=${hexAddress(device, 4)}, status=${hexAddress(status, 2)})`,
  "nand.block-skipped": ({ address }) => `Skipping bad block at ${hexAddress(address)}.`,
  "nand.block-marked": ({ address, during }) =>
    `${DONE[during]} the block at ${hexAddress(address)} failed; it is marked as bad now.`,
  "nand.block-mismatched": ({ address }) => `Block at ${hexAddress(address)}: MISMATCH`,
  "nand.erased": ({ erased, skipped, failed }) =>
    `Blocks erased: ${erased}, bad and left alone: ${skipped}, failed and marked: ${failed}.`,
};
