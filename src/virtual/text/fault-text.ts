import { EspError } from "../../core/errors.ts";
import type { FaultControls } from "../fault/faults.ts";

/** A fault as it is written in `fault=`: `name:number:number`. */
export interface FaultDeclaration {
  readonly name: string;
  /** What the numbers mean; a name in brackets may be left out. */
  readonly parameters: readonly string[];
  readonly text: string;
  readonly apply: (faults: FaultControls, numbers: readonly number[]) => void;
}

/** Every fault that can be asked for in a text. */
export const FAULT_TEXTS: readonly FaultDeclaration[] = [
  {
    name: "corrupt-reply",
    parameters: ["[skip]"],
    text: "one reply has a wrong byte, after `skip` good ones",
    apply: (faults, [skip = 0]) => faults.corruptNextReply({ skip }),
  },
  {
    name: "drop-reply",
    parameters: ["[skip]"],
    text: "one reply never comes",
    apply: (faults, [skip = 0]) => faults.dropNextReply({ skip }),
  },
  {
    name: "drop-reply-byte",
    parameters: ["byte", "[skip]"],
    text: "one byte of one reply is lost",
    apply: (faults, [byte = 0, skip = 0]) => faults.dropReplyByte(byte, { skip }),
  },
  {
    name: "delay-reply",
    parameters: ["ms", "[skip]"],
    text: "one reply comes late",
    apply: (faults, [ms = 0, skip = 0]) => faults.delayNextReply(ms, { skip }),
  },
  {
    name: "ignore",
    parameters: ["opcode", "[times]"],
    text: "the loader does not react to a command",
    apply: (faults, [opcode = 0, times = 1]) => faults.ignoreCommand(opcode, { times }),
  },
  {
    name: "unplug-host",
    parameters: ["bytes"],
    text: "the cable is pulled after so many bytes to the chip",
    apply: (faults, [count = 1]) => faults.unplugAfterHostBytes(count),
  },
  {
    name: "unplug-chip",
    parameters: ["bytes"],
    text: "the cable is pulled after so many bytes to the host",
    apply: (faults, [count = 1]) => faults.unplugAfterChipBytes(count),
  },
  {
    name: "fail-erase",
    parameters: ["address"],
    text: "a sector cannot be erased",
    apply: (faults, [address = 0]) => faults.failSector(address, "erase"),
  },
  {
    name: "fail-program",
    parameters: ["address"],
    text: "a sector cannot be programmed",
    apply: (faults, [address = 0]) => faults.failSector(address, "program"),
  },
  {
    name: "fail-nand-erase",
    parameters: ["block"],
    text: "a block of the NAND flash cannot be erased",
    apply: (faults, [block = 0]) => faults.failNandBlock(block, "erase"),
  },
  {
    name: "fail-nand-program",
    parameters: ["block"],
    text: "a block of the NAND flash cannot be programmed",
    apply: (faults, [block = 0]) => faults.failNandBlock(block, "program"),
  },
  {
    name: "fail-nand-read",
    parameters: ["block"],
    text: "a block of the NAND flash cannot be read",
    apply: (faults, [block = 0]) => faults.failNandBlock(block, "read"),
  },
  {
    name: "brown-out-erase",
    parameters: ["address"],
    text: "the supply breaks down while the sector is erased",
    apply: (faults, [address = 0]) => faults.brownOutAt("erase", address),
  },
  {
    name: "brown-out-program",
    parameters: ["address"],
    text: "the supply breaks down while the sector is programmed",
    apply: (faults, [address = 0]) => faults.brownOutAt("program", address),
  },
  {
    name: "stuck-efuse",
    parameters: ["block", "bit", "[times]"],
    text: "an eFuse bit does not burn, for ever or so many times",
    apply: (faults, [block = 0, bit = 0, times = Number.POSITIVE_INFINITY]) =>
      faults.stickEfuseBit(block, bit, { times }),
  },
  {
    name: "extra-efuse",
    parameters: ["block", "bit"],
    text: "an eFuse bit burns at the next burn of its block although nobody asked for it",
    apply: (faults, [block = 0, bit = 0]) => faults.burnExtraEfuseBit(block, bit),
  },
  {
    name: "weak-efuse-burn",
    parameters: ["block", "[times]"],
    text: "burning a block comes to nothing, so many times",
    apply: (faults, [block = 0, times = 1]) => faults.failEfuseBurn(block, { times }),
  },
  {
    name: "efuse-errors",
    parameters: ["block", "count", "[fail]", "[mends]"],
    text: "the error registers report a block, with its fail bit if `fail` is 1, until it was burned `mends` more times",
    apply: (faults, [block = 0, errors = 0, fail = 0, mendsAfter = Number.POSITIVE_INFINITY]) =>
      faults.reportEfuseErrors(block, { errors, failed: fail !== 0, mendsAfter }),
  },
  {
    name: "efuse-busy",
    parameters: ["[skip]"],
    text: "the eFuse controller stays busy with a command until the next reset",
    apply: (faults, [skip = 0]) => faults.hangEfuseController({ skip }),
  },
  {
    name: "brown-out-efuse-read",
    parameters: ["[skip]"],
    text: "the supply breaks down while the eFuses are read into their registers",
    apply: (faults, [skip = 0]) => faults.brownOutAtEfuseRead({ skip }),
  },
  {
    name: "efuse-timing",
    parameters: [],
    text: "burning comes to nothing while the controller's timing registers are not set, on chips that need it",
    apply: (faults) => faults.requireEfuseTiming(),
  },
  {
    name: "soak",
    parameters: ["seed", "bytes"],
    text: "random noise: on the average one byte in `bytes` is lost, changed or doubled",
    apply: (faults, [seed = 0, bytes = 1]) => faults.soak(seed, bytes),
  },
];

/**
 * What a text such as `corrupt-reply:2+ignore:0x13` asks for, to be applied to a chip. Throws
 * `virtual.invalid-option`.
 */
export function parseFaults(text: string): (faults: FaultControls) => void {
  const parsed = text.split("+").map(parseFault);
  return (faults) => {
    for (const apply of parsed) apply(faults);
  };
}

function parseFault(text: string): (faults: FaultControls) => void {
  const [name = "", ...values] = text.split(":");
  const declaration = FAULT_TEXTS.find((candidate) => candidate.name === name);
  if (declaration === undefined) {
    throw new EspError("virtual.invalid-option", `There is no fault named '${name}'.`, {
      hint: `Choose from ${FAULT_TEXTS.map((fault) => fault.name).join(", ")}.`,
    });
  }
  const { parameters } = declaration;
  const required = parameters.filter((parameter) => !parameter.startsWith("[")).length;
  const numbers = values.map((value) => (/^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : Number.NaN));
  if (values.length < required || values.length > parameters.length || numbers.some(Number.isNaN)) {
    throw new EspError("virtual.invalid-option", `'${text}' does not say what the fault '${name}' needs to know.`, {
      hint: `Write ${[name, ...parameters].join(":")}.`,
    });
  }
  return (faults) => declaration.apply(faults, numbers);
}
