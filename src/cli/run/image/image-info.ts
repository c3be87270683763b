import {
  type ChipId,
  describeImage,
  EspError,
  type FirmwareFile,
  type ImageDescription,
  isEspError,
  type PlacedFile,
  problemError,
  readFirmwareFile,
} from "../../../image.ts";
import type { RunCommand, RunContext } from "../../context.ts";
import { readInput } from "../../host/user-files.ts";
import { footerLines, headerLines, problemLines, sizeLines, titled } from "../../show/render/render-image.ts";
import { renderError } from "../../show/render-error.ts";
import { fittedText } from "../../show/screen/wrap-text.ts";
import { styleOf } from "../../show/style.ts";
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
  if (only !== undefined && others.length === 0) {
    const image = show(context, only);
    const error = firstProblem(image);
    if (error !== null) throw error;
    return { file: name, kind: file.kind, images: [described(file, only, image)] };
  }
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

/** All that can be known of it, and what is wrong with it. */
function show(context: RunContext, { data }: PlacedFile): ImageDescription {
  // The declaration of the option allows these words only.
  const image = describeImage(data, { chip: context.options.text("chip") as ChipId | "auto" });
  for (const line of sizeLines(image)) context.print(line);
  showNotices(context, image.notices);
  for (const line of [...headerLines(image), ...footerLines(image), ...problemLines(image)]) context.print(line);
  return image;
}

/** A damaged image is shown, and still no success; programs find what was shown in the error. */
function firstProblem(image: ImageDescription): EspError | null {
  const [first] = image.problems;
  return first === undefined ? null : problemError(first, { problems: image.problems, image });
}

/** Partition tables and other data among the images are no failure of the command. */
function showOrReport(context: RunContext, file: FirmwareFile, part: PlacedFile): ShownImage {
  try {
    const image = show(context, part);
    const error = firstProblem(image);
    return error === null
      ? described(file, part, image)
      : { ...described(file, part, image), error: report(context, error) };
  } catch (error) {
    if (!isEspError(error)) throw error;
    return { address: part.address, sizeBytes: part.data.length, image: null, error: report(context, error) };
  }
}

function report({ host, options }: RunContext, error: EspError): ShownImage["error"] {
  if (!options.flag("json")) {
    const text = renderError(error, styleOf(host.stderr, host.env), options.flag("debug"));
    host.stderr.write(fittedText(text, host.stderr));
  }
  const { code, message } = error;
  return { code, message };
}
