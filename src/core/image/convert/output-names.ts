import { checkBytes } from "../../check/bytes.ts";
import { type Check, optional, orNull } from "../../check/check.ts";
import { checkWord } from "../../check/numbers.ts";
import { shape } from "../../check/shapes.ts";
import { checkText, listOf } from "../../check/values.ts";
import { checkChipId } from "../../chip/chip-index.ts";
import type { ElfToImageOptions } from "./elf-to-image-options.ts";
import { checkVersion } from "./elf-to-image-options.ts";
import type { ImageOutput } from "./image-plan.ts";

export interface NameRequest {
  readonly inputName: string;
  /** What the person asked for; for ESP8266 version 1 it is what the names begin with. */
  readonly outputName?: string | undefined;
  readonly options: Pick<ElfToImageOptions, "chip" | "version">;
}

const checkOutputs: Check<ImageOutput[]> = listOf(
  shape<ImageOutput>({ bytes: checkBytes, flashOffset: orNull(checkWord) }),
);
const checkNameRequest: Check<NameRequest> = shape<NameRequest>({
  inputName: checkText,
  outputName: optional(checkText),
  options: shape<NameRequest["options"]>({ chip: checkChipId, version: optional(checkVersion) }),
});

/**
 * A file name for each output of `elfToImage` (fact sheet 5.6 and 5.7): `app.bin`; for ESP8266 version 1
 * `app.elf-0x00000.bin` and `app.elf-0x10000.bin`; for version 2 `app-0x01000.bin`.
 */
export function imageOutputNames(outputs: readonly ImageOutput[], request: NameRequest): string[] {
  const made = checkOutputs(outputs, "outputs");
  const asked = checkNameRequest(request, "request");
  const { inputName, outputName, options } = asked;
  const isVersion1 = options.chip === "esp8266" && (options.version ?? 1) === 1;
  return made.map(({ flashOffset }) => {
    const place = `0x${(flashOffset ?? 0).toString(16).padStart(5, "0")}.bin`;
    if (isVersion1) return `${outputName ?? `${inputName}-`}${place}`;
    if (outputName !== undefined) return outputName;
    const stem = inputName.replace(/(?<=[^/\\])\.[^./\\]*$/, "");
    return flashOffset === null ? `${stem}.bin` : `${stem}-${place}`;
  });
}
