import { padTo } from "../../bytes/words.ts";
import { checkAddress } from "../../check/numbers.ts";
import { ESP8266 } from "../../chip/descriptors/esp8266.ts";
import { EspError } from "../../errors.ts";
import { checkRuns, type RunInput } from "../exchange/runs.ts";
import { buildEsp8266Images } from "./esp8266-images.ts";
import type { ImageOutput } from "./image-plan.ts";
import { requireLoadable } from "./segment-limits.ts";

export interface RawSegment {
  readonly address: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** What versions of esptool before 5 wrote: QIO, 512KB, 40 MHz, all of which have code 0. */
const HEADER = { chip: "esp8266", version: 1, flashMode: "qio", flashSize: "512KB" } as const;

/**
 * An ESP8266 image (version 1) of raw segments, in the order given, each filled up with zeros to a multiple of four
 * bytes. A segment in flash becomes the second output.
 * Throws `argument.invalid` for addresses that are none, `image.invalid` for too many or too large segments.
 *
 * @example
 * makeImage([{ address: 0x40100000, data: code }], 0x40100004)[0];
 */
export function makeImage(segments: readonly RunInput[], entry = 0): readonly ImageOutput[] {
  const pieces = checkRuns(segments, "segments");
  checkAddress(entry, "entry");
  for (const address of [entry, ...pieces.map((segment) => segment.address)]) requireAddress(address);
  const padded = pieces.map(({ address, data }, index) => ({
    address,
    data: padTo(data, 4, 0),
    name: `segment ${index}`,
    alignment: 1,
  }));
  requireLoadable(padded);
  const plan = { chip: ESP8266, options: HEADER, entry, segments: padded, pageBytes: 0x10000, elfDigest: null };
  return buildEsp8266Images(plan).outputs;
}

function requireAddress(address: number): void {
  if (Number.isInteger(address) && address >= 0 && address <= 0xffffffff) return;
  throw new EspError("argument.invalid", `${address} is no address.`, {
    hint: "Addresses go from 0 to 0xffffffff.",
    details: { address },
  });
}
