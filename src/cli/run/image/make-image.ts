import { EspError, imageOutputNames, makeImage, type RawSegment } from "../../../image.ts";
import type { RunCommand } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import type { OptionValues } from "../../line/option-values.ts";
import { writeImages } from "./write-images.ts";

export const run: RunCommand = async (context) => {
  const { options } = context;
  requireEsp8266(options);
  const files = options.list("segfile");
  const addresses = options.list("segaddr").map(Number);
  requirePairs(files, addresses);
  const segments: RawSegment[] = [];
  for (const [index, file] of files.entries())
    segments.push({ address: addresses[index] ?? 0, data: await readInput(context.host, file) });
  const outputs = makeImage(segments, options.number("entrypoint") ?? 0);
  const output = context.arguments.text("OUTPUT");
  const names = imageOutputNames(outputs, {
    inputName: output,
    outputName: output,
    options: { chip: "esp8266", version: 1 },
  });
  return { chip: "esp8266", outputs: await writeImages(context, outputs, names) };
};

function requireEsp8266(options: OptionValues): void {
  const chip = options.text("chip") ?? "auto";
  if (chip === "auto" || chip === "esp8266") return;
  throw new EspError("argument.unsupported", `make-image makes ESP8266 images only, not ${chip} ones.`, {
    hint: "Link the segments to an ELF file and use elf2image.",
    details: { chip },
  });
}

function requirePairs(files: readonly string[], addresses: readonly number[]): void {
  if (files.length === 0)
    throw new EspError("argument.invalid", "No segments specified.", {
      hint: "Give each one with --segfile and --segaddr.",
    });
  if (files.length !== addresses.length)
    throw new EspError("argument.invalid", "Number of specified files does not match number of specified addresses.", {
      hint: "Give one --segaddr for each --segfile.",
      details: { files: files.length, addresses: addresses.length },
    });
}
