import type { ChipDescriptor } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import type { Notice } from "../../events.ts";
import type { SpiPins } from "./spi-pins.ts";

export interface SpiConnection {
  readonly pins: SpiPins;
  /** For people. */
  readonly label: string;
  readonly warnings: readonly Notice[];
}

/**
 * `SPI`, `HSPI`, or five pin numbers CLK,Q,D,HD,CS.
 * Throws `argument.invalid` for other text, `flash.spi-pins` for pins the chip does not have.
 */
export function parseSpiConnection(text: string, chip: Pick<ChipDescriptor, "name" | "spiPins">): SpiConnection {
  const { spiPins } = chip;
  if (spiPins === null)
    throw new EspError("flash.spi-pins", `The ${chip.name} cannot use other pins for its flash.`, {
      hint: "Use the pins that the chip boots from.",
      remedies: ["default-spi-connection"],
    });
  const upper = text.trim().toUpperCase();
  if (upper === "SPI") return { pins: "default", label: "SPI", warnings: [] };
  if (upper === "HSPI") return { pins: "hspi", label: "HSPI", warnings: [] };
  const pins = upper.split(",").map((part) => part.trim());
  const [clock, q, d, hold, select] = pins.map((pin) => (/^\d+$/.test(pin) ? Number(pin) : Number.NaN));
  if (
    pins.length !== 5 ||
    clock === undefined ||
    q === undefined ||
    d === undefined ||
    hold === undefined ||
    select === undefined ||
    [clock, q, d, hold, select].some(Number.isNaN)
  )
    throw new EspError("argument.invalid", `'${text}' is no SPI connection.`, {
      hint: "Give SPI, HSPI, or five pin numbers CLK,Q,D,HD,CS.",
      details: { given: text },
    });
  const numbers = [clock, q, d, hold, select];
  const wrong = numbers.find((pin) => !spiPins.allowed.some(([first, last]) => pin >= first && pin <= last));
  if (wrong !== undefined || (spiPins.highestHd !== null && hold > spiPins.highestHd)) {
    const ranges = spiPins.allowed.map(([first, last]) => `${first}-${last}`).join(", ");
    throw new EspError("flash.spi-pins", `Pin ${wrong ?? hold} of the ${chip.name} cannot be used for flash.`, {
      hint: wrong === undefined ? `HD must be at most ${spiPins.highestHd}.` : `Pins that can be used: ${ranges}.`,
      details: { pin: wrong ?? hold },
    });
  }
  const usbPins = numbers.filter((pin) => spiPins.warned.includes(pin));
  return {
    pins: { clock, q, d, hold, select },
    label: `CLK:${clock}, Q:${q}, D:${d}, HD:${hold}, CS:${select}`,
    warnings: usbPins.length === 0 ? [] : [carryUsb(usbPins)],
  };
}

function carryUsb(pins: readonly number[]): Notice {
  return {
    code: "flash.usb-pins",
    message: `GPIO ${pins.join(" and ")} also carry USB; consider other pins for the flash.`,
    details: { pins },
  };
}
