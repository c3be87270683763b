import {
  type ChipId,
  describeImage,
  EspError,
  type FirmwareFile,
  type ImageDescription,
  isEspError,
  type PlacedFile,
  readFirmwareFile,
} from "../../image.ts";
import { renderError } from "../render-error.ts";
import { footerLines, headerLines, sizeLines, titled } from "../render-image.ts";
import { styleOf } from "../style.ts";
import type { RunCommand, RunContext } from "./context.ts";
import { readInput } from "./files.ts";
import { showNotices } from "./firmware.ts";

/** One image of the file; `address` is null where the file does not say. */
interface ShownImage {
  readonly address: number | null;
  readonly sizeBytes: number;
  readonly image: ImageDescription | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export const run: RunCommand = async (context) => {
  const name = context.arguments.text("FILENAME");
  const file = readFirmwareFile(await readInput(context.host, name), { address: 0, name });
  refuseElf(file, name);
  const [only, ...others] = file.parts;
  if (only !== undefined && others.length === 0)
    return { file: name, kind: file.kind, images: [described(file, only, show(context, only))] };
  context.print("Merged binary image detected. Processing each file individually.");
  const images = file.parts.map((part, index) => {
    const position = `Processing file ${index + 1}/${file.parts.length}`;
    const place = `offset: 0x${part.address.toString(16)}, size: ${part.data.length} bytes`;
    for (const line of titled(`${position}, ${place}`)) context.print(line);
    return showOrReport(context, file, part);
  });
  return { file: name, kind: file.kind, images };
};

function refuseElf({ kind }: FirmwareFile, name: string): void {
  if (kind !== "elf") return;
  throw new EspError("image.invalid", `'${name}' is an ELF file, not a firmware image.`, {
    hint: "Make an image of it with elf2image.",
    details: { file: name },
  });
}

function described({ kind }: FirmwareFile, part: PlacedFile, image: ImageDescription): ShownImage {
  return { address: kind === "binary" ? null : part.address, sizeBytes: part.data.length, image, error: null };
}

function show(context: RunContext, { data }: PlacedFile): ImageDescription {
  // The declaration of the option allows these words only.
  const image = describeImage(data, { chip: context.options.text("chip") as ChipId | "auto" });
  for (const line of sizeLines(image)) context.print(line);
  showNotices(context, image.notices);
  for (const line of [...headerLines(image), ...footerLines(image)]) context.print(line);
  return image;
}

/** Partition tables and other data among the images are no failure of the command. */
function showOrReport(context: RunContext, file: FirmwareFile, part: PlacedFile): ShownImage {
  try {
    return described(file, part, show(context, part));
  } catch (error) {
    if (!isEspError(error)) throw error;
    const { host, options } = context;
    if (!options.flag("json"))
      host.stderr.write(renderError(error, styleOf(host.stderr, host.env), options.flag("debug")));
    const { code, message } = error;
    return { address: part.address, sizeBytes: part.data.length, image: null, error: { code, message } };
  }
}
