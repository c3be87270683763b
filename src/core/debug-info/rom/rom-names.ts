import { fromUtf8 } from "../../bytes/text.ts";
import { type ByteSource, checkBytes } from "../../check/bytes.ts";
import { EspError } from "../../errors.ts";
import { namesOfScript } from "./linker-names.ts";
import { type NameList, nameList } from "./name-list.ts";

/** What a list of names in ROM tells, as `romNames` gives it: for `lookUp`, and among the programs of a crash. */
export interface RomNames {
  /** How many places in ROM have a name. */
  readonly nameCount: number;
}

/** Those of ESP-IDF have 60 KB at most. */
const MOST_BYTES = 4 * 1024 * 1024;

const LISTS = new WeakMap<object, NameList>();

/**
 * Reads a linker script that says where functions of a chip's ROM are (`esp32c3.rom.ld` of ESP-IDF and the like). They are used for
 * addresses that no program has code at, and have neither files nor lines. Throws `image.invalid` where it names none.
 *
 * @example crashReader({ programs: [debugInfo(elf), romNames(script)] })
 */
export function romNames(bytes: ByteSource): RomNames {
  const file = checkBytes(bytes, "bytes");
  const list = file.length > MOST_BYTES ? [] : nameList(namesOfScript(fromUtf8(file)));
  if (list.length === 0)
    throw new EspError(
      "image.invalid",
      "This is no list of functions in ROM: there is no name with an address there.",
      {
        hint: "Give a linker script of ESP-IDF, such as components/esp_rom/esp32c3/ld/esp32c3.rom.ld.",
        details: { size: file.length },
      },
    );
  const names: RomNames = Object.freeze({ nameCount: list.length });
  LISTS.set(names, list);
  return names;
}

/** The list behind the object that a user holds; undefined for any other. */
export function romListOf(value: unknown): NameList | undefined {
  return typeof value === "object" && value !== null ? LISTS.get(value) : undefined;
}
