import { type Check, orNull } from "../check/check.ts";
import { checkAddress, checkBaudRate, checkFinite, checkSize, wholeNumber } from "../check/numbers.ts";
import { shape } from "../check/shapes.ts";
import { checkBoolean, checkText, listOf } from "../check/values.ts";
import { oneOf } from "../check/words.ts";
import { checkChipId } from "../chip/chip-index.ts";
import type {
  InstallManifest,
  ManifestBuild,
  ManifestFlashSettings,
  ManifestPart,
  SerialType,
} from "./install-manifest.ts";

export const checkPart: Check<ManifestPart> = shape<ManifestPart>({
  path: checkText,
  offset: orNull(checkAddress),
  partition: orNull(checkText),
  sha256: orNull(checkText),
  sizeBytes: orNull(checkSize),
  encrypted: checkBoolean,
});

export const checkBuild: Check<ManifestBuild> = shape<ManifestBuild>({
  index: wholeNumber(0),
  chipFamily: checkText,
  chip: orNull(checkChipId),
  serialType: orNull(oneOf<SerialType>(["cdc", "uart"])),
  label: orNull(checkText),
  minRevision: orNull(wholeNumber(0, 0xffff)),
  flashSizeMB: orNull(checkFinite),
  psramSizeMB: orNull(checkFinite),
  flash: shape<ManifestFlashSettings>({
    mode: oneOf(["qio", "qout", "dio", "dout", "keep"]),
    frequency: checkText,
    size: checkText,
  }),
  baudRate: orNull(checkBaudRate),
  parts: listOf(checkPart),
  problem: orNull(checkText),
});

export const checkManifest: Check<InstallManifest> = shape<InstallManifest>({
  name: orNull(checkText),
  version: orNull(checkText),
  homeAssistantDomain: orNull(checkText),
  fundingUrl: orNull(checkText),
  promptErase: checkBoolean,
  improvWaitSeconds: orNull(checkFinite),
  consoleBaud: orNull(checkBaudRate),
  preserve: listOf(checkText),
  notes: orNull(checkText),
  builds: listOf(checkBuild),
});
