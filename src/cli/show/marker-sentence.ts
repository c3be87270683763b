import type { EspError } from "../../index.ts";
import { hex32 } from "./numbers.ts";

/**
 * The sentence by which scripts recognise an error (fact sheets 2.2, 5.11, 6.1 and 8), where the library words it
 * otherwise; else null.
 */
export function markerSentence(error: EspError): string | null {
  const { code, message, details } = error;
  switch (code) {
    case "port.missing":
    case "port.busy":
    case "port.permission":
      return typeof details["path"] === "string"
        ? `Could not open ${details["path"]}, the port is busy or doesn't exist.`
        : null;
    case "flash.does-not-fit":
      return doesNotFit(details);
    case "flash.out-of-range":
      return outOfRange(details);
    case "flash.guard-encryption":
      return details["secureDownload"] === true
        ? "Detected flash encryption and secure download mode enabled."
        : "Detected flash encryption enabled and download manual encrypt disabled.";
    case "flash.guard-secure-boot":
      return "Secure Boot V1 detected, writing to flash regions < 0x8000 is disabled to protect the bootloader.";
    case "image.wrong-chip":
      return details["forcible"] === false || typeof details["chipName"] !== "string"
        ? null
        : `'${details["file"]}' is not an ${details["chipName"]} image. Use the force argument to flash anyway.`;
    case "image.wrong-revision":
      return `${message} Use the force argument to flash anyway.`;
    case "image.invalid":
      return typeof details["magic"] === "number"
        ? `This is not a valid image (invalid magic number: 0x${details["magic"].toString(16).padStart(2, "0")}).`
        : null;
    case "file.empty":
      return details["offset"] === 0 ? "Image is empty." : null;
    case "secure.not-signed":
      return noSignatureSector(details);
    default:
      return null;
  }
}

type Details = EspError["details"];

function doesNotFit(details: Details): string | null {
  const { file, address, sizeBytes, limitBytes } = details;
  if (typeof address !== "number") return null;
  return `File '${file}' (length ${sizeBytes}) at offset ${hex32(address)} will not fit in ${limitBytes} bytes of flash.`;
}

function outOfRange({ address, sizeBytes, flashBytes }: Details): string {
  const end = Number(address) + Number(sizeBytes);
  return typeof flashBytes === "number" && (end > flashBytes || Number(address) >= flashBytes)
    ? `Can't access flash regions larger than detected flash size (0x${flashBytes.toString(16)} bytes).`
    : "Can't access flash regions larger than 16MB.";
}

/** Fact sheet efuse-secure, B6. */
function noSignatureSector({ sizeBytes, sectorBytes }: Details): string | null {
  if (typeof sizeBytes !== "number" || typeof sectorBytes !== "number") return null;
  return sizeBytes < sectorBytes
    ? `Invalid datafile. File too small (must be at least ${sectorBytes} bytes).`
    : `Invalid datafile. Data size should be non-zero & a multiple of ${sectorBytes}.`;
}
