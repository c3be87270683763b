import type {
  ApplicationDescription,
  BootloaderDescriptor,
  CheckDescription,
  ExtendedHeaderDescription,
  ImageDescription,
  ImageSignature,
  SegmentDescription,
} from "../../../image.ts";
import { hex32 } from "../numbers.ts";

/** What image-info shows of one image, in the reference's words (fact sheet 5.11), each section under its title. */

export function sizeLines({ sizeBytes, chipDetected, chipName }: ImageDescription): string[] {
  return [`Image size: ${sizeBytes} bytes`, ...(chipDetected ? [`Detected image type: ${chipName}`] : [])];
}

/** Both headers and the segments. */
export function headerLines(image: ImageDescription): string[] {
  const { header, extendedHeader, segments } = image;
  return [
    ...titled(`${ofChip(image)}Image Header`),
    `Image version: ${header.imageVersion}`,
    header.entry === null ? "Entry point not set" : `Entry point: ${hex32(header.entry)}`,
    `Segments: ${segments.length}`,
    ...optional("Flash size", header.flashSize),
    ...optional("Flash freq", header.flashFrequency),
    ...optional("Flash mode", header.flashMode?.toUpperCase() ?? null),
    ...(extendedHeader === null ? [] : extendedLines(ofChip(image), extendedHeader)),
    ...titled("Segments Information"),
    "Segment   Length   Load addr   File offs  Memory types",
    "-------  -------  ----------  ----------  ------------",
    ...segments.map(segmentLine),
  ];
}

/** Check values, and what the program tells of itself. */
export function footerLines(image: ImageDescription): string[] {
  const { checksum, digest, crc, application, bootloader, signatures, trailing } = image;
  const hasFooter = checksum !== null || crc !== null || digest !== null;
  return [
    ...(hasFooter ? titled(`${ofChip(image)}Image Footer`) : []),
    ...(checksum === null
      ? []
      : [`Checksum: ${verdict(checksum, (value) => `0x${value.toString(16).padStart(2, "0")}`)}`]),
    ...(crc === null ? [] : [`CRC: ${verdict(crc, hex32)}`]),
    ...(digest === null ? [] : digestLines(digest)),
    ...signatures.map(signatureLine),
    ...(trailing === null || trailing.isErased || signatures.length > 0
      ? []
      : [`Data behind the image: ${trailing.sizeBytes} bytes from offset 0x${trailing.offset.toString(16)}`]),
    ...(application === null ? [] : applicationLines(application)),
    ...(bootloader === null ? [] : bootloaderLines(bootloader)),
  ];
}

/** What is wrong with the image, each with its place in the file; nothing for a whole one. */
export function problemLines({ problems }: ImageDescription): string[] {
  if (problems.length === 0) return [];
  return [
    ...titled("Problems"),
    ...problems.map(({ offset, message }) => `At offset 0x${offset.toString(16)}: ${message}`),
  ];
}

/** Before a title; nobody would know what to say of a chip that nobody knows. */
function ofChip({ chip, chipName }: ImageDescription): string {
  return chip === null ? "" : `${chipName} `;
}

/** The verdict stands alone, as scripts expect it; what the hash should be is a line of its own. */
function digestLines({ stored, computed, isValid }: CheckDescription<string>): string[] {
  if (isValid) return [`Validation hash: ${stored} (valid)`];
  return [`Validation hash: ${stored} (invalid)`, `Calculated hash: ${computed}`];
}

/** A blank line, the title and a line under it. */
export function titled(title: string): string[] {
  return ["", title, "=".repeat(title.length)];
}

function optional(label: string, value: string | null): string[] {
  return value === null ? [] : [`${label}: ${value}`];
}

function extendedLines(ofChip: string, extended: ExtendedHeaderDescription): string[] {
  const { wpPin, wpPinDisabled, pinDrives, chipId, minimumRevisionFull, maximumRevisionFull } = extended;
  const drives = [
    ["clk", pinDrives.clock],
    ["q", pinDrives.q],
    ["d", pinDrives.d],
    ["cs0", pinDrives.cs],
    ["hd", pinDrives.hd],
    ["wp", pinDrives.wp],
  ] as const;
  return [
    ...titled(`${ofChip}Extended Image Header`),
    `WP pin: 0x${wpPin.toString(16)}${wpPinDisabled ? " (disabled)" : ""}`,
    `Flash pins drive settings: ${drives.map(([pin, value]) => `${pin}_drv: 0x${value.toString(16)}`).join(", ")}`,
    `Chip ID: ${chipId} (${extended.chipName ?? "unknown"})`,
    `Minimal chip revision: v${revision(minimumRevisionFull)}, (legacy min_rev = ${extended.minimumRevision})`,
    `Maximal chip revision: v${revision(maximumRevisionFull)}`,
  ];
}

/** major x 100 + minor. */
function revision(value: number): string {
  return `${Math.floor(value / 100)}.${value % 100}`;
}

function segmentLine({ index, sizeBytes, address, fileOffset, memoryTypes }: SegmentDescription): string {
  const length = `0x${sizeBytes.toString(16).padStart(5, "0")}`;
  return [String(index).padStart(7), length, hex32(address), hex32(fileOffset), memoryTypes.join(", ")].join("  ");
}

function verdict(check: CheckDescription<number>, word: (value: number) => string): string {
  return `${word(check.stored)} (${check.isValid ? "valid" : `invalid - calculated ${word(check.computed)}`})`;
}

function signatureLine(signature: ImageSignature): string {
  const at = `at offset 0x${signature.offset.toString(16)}`;
  if (signature.kind === "v1") return `Signature: secure boot v1, ${at}`;
  const { scheme, crcValid } = signature;
  return `Signature: secure boot v2, ${scheme.toUpperCase()}, ${at} (CRC ${crcValid ? "valid" : "invalid"})`;
}

function applicationLines(application: ApplicationDescription): string[] {
  const { mmuPageBytes } = application;
  return [
    ...titled("Application Information"),
    `Project name: ${application.projectName}`,
    `App version: ${application.version}`,
    `Compile time: ${application.compileDate} ${application.compileTime}`,
    `ELF file SHA256: ${application.elfSha256}`,
    `ESP-IDF: ${application.idfVersion}`,
    `Minimal eFuse block revision: ${revision(application.minimumEfuseBlockRevision)}`,
    `Maximal eFuse block revision: ${revision(application.maximumEfuseBlockRevision)}`,
    ...(mmuPageBytes === null ? [] : [`MMU page size: ${mmuPageBytes / 1024} KB`]),
    `Secure version: ${application.secureVersion}`,
  ];
}

function bootloaderLines({ version, idfVersion, compileTime }: BootloaderDescriptor): string[] {
  return [
    ...titled("Bootloader Information"),
    `Bootloader version: ${version}`,
    `ESP-IDF: ${idfVersion}`,
    `Compile time: ${compileTime}`,
  ];
}
