import type { EfuseTable } from "../../../../efuse.ts";
import { EspError } from "../../../../index.ts";
import type { RunContext } from "../../../context.ts";

export interface KeyProtection {
  readonly readProtect?: boolean;
  readonly writeProtect?: boolean;
  readonly force: boolean;
}

/** What of the protection of a key was asked to be left out. Throws `argument.unsupported` for another chip's option. */
export function keyProtection({ options, spec }: RunContext, { chip }: EfuseTable): KeyProtection {
  const isEsp32 = chip === "esp32";
  const foreign = isEsp32 ? ["no-write-protect", "no-read-protect"] : ["no-protect-key"];
  const wrong = foreign.find((name) => options.flag(name));
  if (wrong !== undefined) {
    throw new EspError("argument.unsupported", `No such option: --${wrong} of ${spec.name} is not for this chip.`, {
      hint: isEsp32 ? "The ESP32 has --no-protect-key." : "Use --no-write-protect, --no-read-protect or both.",
      details: { option: wrong, chip },
    });
  }
  const none = options.flag("no-protect-key");
  return {
    ...((none || options.flag("no-read-protect")) && { readProtect: false }),
    ...((none || options.flag("no-write-protect")) && { writeProtect: false }),
    force: options.flag("force-write-always"),
  };
}

/** Announces keys, in clear only where that was asked for. */
export function keyLines(
  { options }: RunContext,
  keys: readonly {
    readonly block: string;
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly remarks: readonly string[];
  }[],
): string[] {
  const isShown = options.flag("show-sensitive-info") || options.flag("debug");
  const text = (byte: number): string => (isShown ? byte.toString(16).padStart(2, "0") : "??");
  return [
    ...(isShown ? [] : ["Sensitive data will be hidden (see --show-sensitive-info)"]),
    "Burn keys to blocks:",
    ...keys.flatMap(({ block, bytes, remarks }) => [
      ` - ${block} -> [${Array.from(bytes, text).join(" ")}]`,
      ...remarks.map((remark) => `\t${remark}`),
    ]),
    "",
  ];
}
