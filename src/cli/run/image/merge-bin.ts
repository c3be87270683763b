import { flashSizeBytes } from "../../../chips.ts";
import { type ChipDescriptor, EspError, type MergeFormat, type MergeOptions, mergeFirmware } from "../../../image.ts";
import { CLI_SESSION, type RunCommand, type RunContext } from "../../context.ts";
import { writeOutput } from "../../host/user-files.ts";
import type { OptionValues } from "../../line/option-values.ts";
import { chipOfFiles } from "../chip-of-files.ts";
import { firmwareFor, readFirmware, showNotices } from "./firmware.ts";

export const run: RunCommand = async (context) => {
  const { options, print } = context;
  const output = requireOutput(options);
  const firmware = await readFirmware(context);
  const chip = chipOfFiles(context, firmware);
  const mergeOptions = readMergeOptions(options, chip);
  const files = await firmwareFor(context, chip.id, firmware);
  const merged = mergeFirmware(files, mergeOptions);
  showNotices(context, merged.notices);
  for (const { name, address, patched } of merged.files) {
    if (mergeOptions.format === "uf2") print(`Adding '${name}' at 0x${address.toString(16)}...`);
    showPatch(context, name, patched);
  }
  await writeOutput(context.host, output, merged.data);
  print(
    `Wrote 0x${merged.data.length.toString(16)} bytes to file '${output}', ${whatNext(mergeOptions.format, merged)}.`,
  );
  return {
    chip: chip.id,
    output,
    format: mergeOptions.format,
    sizeBytes: merged.data.length,
    targetOffset: merged.targetOffset,
    files: merged.files,
  };
};

function requireOutput(options: OptionValues): string {
  const output = options.text("output");
  if (output !== undefined) return output;
  throw new EspError("argument.invalid", "The option '--output' is missing.", {
    hint: "Name the file to write: --output merged.bin.",
  });
}

function readMergeOptions(options: OptionValues, chip: ChipDescriptor): MergeOptions {
  const padTo = options.text("pad-to-size");
  const chunkSizeBytes = options.number("chunk-size");
  return {
    chip,
    // The declaration of the option allows these words only.
    format: (options.text("format") ?? "raw") as MergeFormat,
    targetOffset: options.number("target-offset") ?? 0,
    ...(padTo !== undefined && { padToSizeBytes: flashSizeBytes(padTo) }),
    settings: {
      mode: options.text("flash-mode") ?? "keep",
      frequency: options.text("flash-freq") ?? "keep",
      size: options.text("flash-size") ?? "keep",
    },
    ...(chunkSizeBytes !== undefined && { chunkSizeBytes }),
    md5: !options.flag("md5-disable"),
  };
}

type Patched = ReturnType<typeof mergeFirmware>["files"][number]["patched"];

function showPatch({ emit }: RunContext, file: string, { parameters, digestUpdated }: Patched): void {
  if (parameters !== null) emit({ session: CLI_SESSION, type: "flash.parameters-patched", file, ...parameters });
  if (digestUpdated) emit({ session: CLI_SESSION, type: "flash.digest-updated", file });
}

function whatNext(format: MergeFormat, { targetOffset }: { readonly targetOffset: number }): string {
  return format === "uf2"
    ? "ready to be flashed with any ESP USB Bridge"
    : `ready to flash to offset 0x${targetOffset.toString(16)}`;
}
