import { hex32 } from "../numbers.ts";
import type { Handles, RenderContext } from "./render-types.ts";

type NandEvents =
  | "nand.attaching"
  | "nand.attached"
  | "nand.block-skipped"
  | "nand.block-marked"
  | "nand.block-mismatched"
  | "nand.erased";

const DONE = { program: "Programming", erase: "Erasing", verify: "Verifying" } as const;

/** What only NAND flash has to say; the rest is as for other flash. */
export function renderNand({ terminal }: RenderContext): Handles<NandEvents> {
  const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, "0")}`;
  return {
    "nand.attaching": ({ pins }) => terminal.line(`Configuring SPI NAND flash mode (${pins})...`),
    "nand.attached": ({ name, manufacturer, device, status }) =>
      terminal.line(
        `Detected NAND chip: ${name} (mfr=${hex(manufacturer, 2)}, dev=${hex(device, 4)}, status=${hex(status, 2)})`,
      ),
    "nand.block-skipped": ({ address }) => terminal.keep(`Skipping bad block at ${hex32(address)}.`),
    "nand.block-marked": ({ address, during }) =>
      terminal.keep(`${DONE[during]} the block at ${hex32(address)} failed; it is marked as bad now.`),
    "nand.block-mismatched": ({ address }) => terminal.keep(`Block at ${hex32(address)}: MISMATCH`),
    "nand.erased": ({ erased, skipped, failed }) =>
      terminal.keep(`Blocks erased: ${erased}, bad and left alone: ${skipped}, failed and marked: ${failed}.`),
  };
}
