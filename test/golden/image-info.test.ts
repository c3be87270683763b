import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hexAddress } from "../../src/core/bytes/hex.ts";
import { requireChip } from "../../src/core/chip/catalog.ts";
import { isEspError } from "../../src/core/errors.ts";
import { elfToImage } from "../../src/core/image/convert/elf-to-image.ts";
import { describeImage, type ImageDescription } from "../../src/core/image/firmware/describe-image.ts";
import { fixtureElf, SHARED } from "../support/image/elf2image-case.ts";
import { parseImageInfoText } from "../support/image/image-info-text.ts";
import { NO_REFERENCE, tellSkipped } from "../support/skipping.ts";

interface InfoCase {
  readonly name: string;
  readonly args: readonly string[];
  readonly exit: number;
}

const folder = join(SHARED, "golden/image-info");
const cases: InfoCase[] = existsSync(folder)
  ? readdirSync(folder).map((name) => ({ ...JSON.parse(readFileSync(join(folder, name, "case.json"), "utf8")), name }))
  : [];
if (cases.length === 0) tellSkipped(NO_REFERENCE);

function describeCase({ args }: InfoCase): ImageDescription {
  const file = (args.at(-1) ?? "").replace("{in}", join(SHARED, "inputs"));
  return describeImage(readFileSync(file), { chip: args[0] === "--chip" ? requireChip(args[1] ?? "").id : "auto" });
}

const revision = (value: number): string => `${Math.floor(value / 100)}.${value % 100}`;
const nibble = (value: number): string => `0x${value.toString(16)}`;

/** The description in the reference's words, so that each of its values can be compared. */
function inItsWords(info: ImageDescription): Map<string, string> {
  const { header, extendedHeader, checksum, digest, application, bootloader } = info;
  const words: [string, string | null | undefined][] = [
    ["Image size", `${info.sizeBytes} bytes`],
    ["Detected image type", info.chipDetected ? info.chipName : null],
    ["Image version", String(header.imageVersion)],
    ["Entry point", header.entry === null ? null : hexAddress(header.entry)],
    ["Segments", String(header.segmentCount)],
    ["Flash size", header.flashSize],
    ["Flash freq", header.flashFrequency],
    ["Flash mode", header.flashMode?.toUpperCase()],
    ["Checksum", `${hexAddress(checksum?.stored ?? 0, 2)} (${checksum?.isValid ? "valid" : "invalid"})`],
    ["Validation hash", digest === null ? null : `${digest.stored} (${digest.isValid ? "valid" : "invalid"})`],
  ];
  if (extendedHeader !== null) {
    const { pinDrives: drives, wpPin, wpPinDisabled } = extendedHeader;
    words.push(
      ["WP pin", `${nibble(wpPin)}${wpPinDisabled ? " (disabled)" : ""}`],
      [
        "Flash pins drive settings",
        `clk_drv: ${nibble(drives.clock)}, q_drv: ${nibble(drives.q)}, d_drv: ${nibble(drives.d)}, cs0_drv: ${nibble(drives.cs)}, hd_drv: ${nibble(drives.hd)}, wp_drv: ${nibble(drives.wp)}`,
      ],
      ["Chip ID", `${extendedHeader.chipId} (${extendedHeader.chipName})`],
      [
        "Minimal chip revision",
        `v${revision(extendedHeader.minimumRevisionFull)}, (legacy min_rev = ${extendedHeader.minimumRevision})`,
      ],
      ["Maximal chip revision", `v${revision(extendedHeader.maximumRevisionFull)}`],
    );
  }
  if (application !== null)
    words.push(
      ["Project name", application.projectName],
      ["App version", application.version],
      ["Compile time", `${application.compileDate} ${application.compileTime}`],
      ["ELF file SHA256", application.elfSha256],
      ["ESP-IDF", application.idfVersion],
      ["Minimal eFuse block revision", revision(application.minimumEfuseBlockRevision)],
      ["Maximal eFuse block revision", revision(application.maximumEfuseBlockRevision)],
      ["Secure version", String(application.secureVersion)],
    );
  if (bootloader !== null)
    words.push(
      ["Bootloader version", String(bootloader.version)],
      ["ESP-IDF", bootloader.idfVersion],
      ["Compile time", bootloader.compileTime],
    );
  return new Map(words.filter((word): word is [string, string] => typeof word[1] === "string"));
}

it("image-info of an image made from a fixture", () => {
  const { bytes } = elfToImage(fixtureElf("esp32c3"), { chip: "esp32c3" }).outputs[0]!;
  const words = inItsWords(describeImage(bytes));
  expect(words.get("Image size")).toBe("116608 bytes");
  expect(words.get("Detected image type")).toBe("ESP32-C3");
  expect(words.get("Flash mode")).toBe("QIO");
  expect(words.get("Flash size")).toBe("1MB");
  expect(words.get("Maximal chip revision")).toBe("v655.35");
  expect(words.get("Checksum")).toMatch(/^0x[0-9a-f]{2} \(valid\)$/);
  expect(words.get("Validation hash")).toMatch(/^[0-9a-f]{64} \(valid\)$/);
});

describe.each(cases)("image-info $name", (golden) => {
  if (golden.exit !== 0) {
    it("fails as the reference does", () => {
      try {
        describeCase(golden);
      } catch (error) {
        expect(isEspError(error)).toBe(true);
        return;
      }
      expect.unreachable();
    });
    return;
  }
  it("has the reference's values, all of them and no others", () => {
    const text = parseImageInfoText(readFileSync(join(folder, golden.name, "stdout.txt"), "utf8"));
    const info = describeCase(golden);
    expect(inItsWords(info)).toEqual(text.fields);
    expect(text.segments.length).toBe(info.header.segmentCount);
    expect(
      info.segments.map(({ sizeBytes, address, fileOffset, memoryTypes }) => ({
        sizeBytes,
        address,
        fileOffset,
        memoryTypes,
      })),
    ).toEqual(text.segments);
  });
});
