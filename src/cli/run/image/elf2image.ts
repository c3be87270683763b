import {
  type ChipDescriptor,
  type ElfToImageOptions,
  EspError,
  elfToImage,
  type ImageOutput,
  imageOutputNames,
  readFirmwareFile,
  requireElfFor,
} from "../../../image.ts";
import type { RunCommand } from "../../context.ts";
import { outputNameFor, refuseSeveralToStdout } from "../../host/output-name.ts";
import { readInput } from "../../host/user-files.ts";
import type { OptionValues } from "../../line/option-values.ts";
import { parseSize } from "../../line/value/sizes.ts";
import { chipOfFiles } from "../chip-of-files.ts";
import { showNotices } from "./firmware.ts";
import { writeImages } from "./write-images.ts";

export const run: RunCommand = async (context) => {
  const { options, print } = context;
  const input = context.arguments.text("INPUT");
  const elf = await readInput(context.host, input);
  const chip = chipOfFiles(context, [readFirmwareFile(elf, { address: 0, name: input })]);
  const imageOptions = elfToImageOptions(options, chip);
  print(`Creating ${chip.name} image...`);
  requireElfFor(chip.id, { name: input, data: elf });
  const { outputs, mergedCount } = elfToImage(elf, imageOptions, (notice) => showNotices(context, [notice]));
  if (mergedCount > 0) print(`Merged ${mergedCount} ELF section${mergedCount === 1 ? "" : "s"}.`);
  const names = outputNames(outputs, { input, output: options.text("output"), options: imageOptions });
  const written = await writeImages(context, outputs, names);
  print(`Successfully created ${chip.name} image.`);
  return { chip: chip.id, input, outputs: written, mergedSections: mergedCount };
};

interface Naming {
  readonly input: string;
  readonly output: string | undefined;
  readonly options: ElfToImageOptions;
}

/** Throws `argument.*` where a file would have no name, or that of the input. */
function outputNames(outputs: readonly ImageOutput[], { input, output, options }: Naming): string[] {
  if (output === "-") {
    // Its names say where in flash each of the files belongs.
    const hint = "Choose --version 2, or give what the names of the files begin with.";
    if (options.chip === "esp8266" && options.version === 1) refuseSeveralToStdout(output, hint);
    return outputs.map(() => output);
  }
  if (output === undefined) outputNameFor(input, () => input);
  return refuseOverwriting(input, imageOutputNames(outputs, { inputName: input, outputName: output, options }));
}

function refuseOverwriting(input: string, names: string[]): string[] {
  if (names.includes(input)) throw overwrites(input);
  return names;
}

function overwrites(input: string): EspError {
  return new EspError("argument.conflict", `The image would replace the ELF file '${input}'.`, {
    hint: "Name another file with --output.",
    details: { file: input },
  });
}

function elfToImageOptions(options: OptionValues, { id }: ChipDescriptor): ElfToImageOptions {
  const frequency = options.text("flash-freq");
  const digestOffset = options.number("elf-sha256-offset");
  const pageSize = options.text("flash-mmu-page-size");
  const padTo = options.text("pad-to-size");
  const securePad = options.flag("secure-pad") ? "v1" : options.flag("secure-pad-v2") ? "v2" : undefined;
  return {
    chip: id,
    // The declaration of the option allows these words only.
    version: Number(options.text("version") ?? 1) as 1 | 2 | 3,
    flashMode: options.text("flash-mode") ?? "qio",
    flashSize: options.text("flash-size") ?? "1MB",
    ...(frequency !== undefined && { flashFrequency: frequency }),
    minimumRevision: options.number("min-rev") ?? 0,
    minimumRevisionFull: options.number("min-rev-full") ?? 0,
    maximumRevisionFull: options.number("max-rev-full") ?? 0xffff,
    ...(digestOffset !== undefined && { elfSha256Offset: digestOffset }),
    ...(securePad !== undefined && { securePad }),
    useSegments: options.flag("use-segments"),
    ...(pageSize !== undefined && { mmuPageBytes: sizeInUnits(pageSize, "--flash-mmu-page-size") }),
    ...(padTo !== undefined && { padToBytes: sizeInUnits(padTo, "--pad-to-size") }),
    ramOnlyHeader: options.flag("ram-only-header"),
    appendDigest: !options.flag("dont-append-digest"),
  };
}

/** `512KB`, `4M`; the names of flash sizes such as `4MB-c1` are sizes as well (fact sheet 1.3). A number alone is not. */
function sizeInUnits(text: string, name: string): number {
  const sizeBytes = /[km]/i.test(text) ? parseSize(text.replace(/-c1$/, "")) : null;
  if (sizeBytes !== null) return sizeBytes;
  throw new EspError("argument.invalid", `Unknown size '${text}' for ${name}.`, {
    hint: "Write a number with KB or MB behind it, such as 512KB or 4MB.",
    details: { value: text, name },
  });
}
