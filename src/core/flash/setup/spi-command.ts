import { readU32, roundUp } from "../../bytes/words.ts";
import type { SpiController } from "../../chip/types.ts";
import { EspError } from "../../errors.ts";
import type { LiveSession } from "../../session/session.ts";
import { readRegister, writeRegisters } from "../../session/talk/registers.ts";
import { repeatable } from "../../session/talk/resynchronise.ts";
import { READ_REG, type RegisterWrite, WRITE_REG } from "../../wire/commands.ts";
import { askBoth } from "./ask-both.ts";
import { flashMemo } from "./flash-memo.ts";

/** One command to the flash chip over the SPI peripheral's "user command" engine (fact sheet 3.11). */
export interface SpiCommand {
  readonly command: number;
  /** 24 bits. */
  readonly address?: number | undefined;
  readonly dummyCycles?: number | undefined;
  /** At most 64 bytes. */
  readonly write?: Uint8Array<ArrayBuffer> | undefined;
  /** At most 32. */
  readonly readBits?: number | undefined;
}

/** A command without an answer, and how long to leave the flash alone after it. */
export interface SpiStep {
  readonly command: SpiCommand;
  readonly thenWaitMicroseconds?: number | undefined;
}

const COMMAND_REGISTER = 0x00;
const ADDRESS_REGISTER = 0x04;
const RUN = 1 << 18;
const HAS_COMMAND = 0x80000000;
const HAS_ADDRESS = 0x40000000;
const HAS_DUMMY = 0x20000000;
const HAS_MISO = 0x10000000;
const HAS_MOSI = 0x08000000;
/** Eight command bits, counted from 0, in the top four bits of USR2. */
const COMMAND_LENGTH = 0x70000000;
const ADDRESS_BITS = 24;
const DATA_BYTES = 64;
const POLLS = 10;
/** A command of 8 bits is over after 2 us even at 4 MHz. */
const COMMAND_MICROSECONDS = 5;

/** The register writes that carry out one command, in order; the last one starts it. */
export function planSpiCommand(controller: SpiController, command: SpiCommand): RegisterWrite[] {
  const { base, mosiLength, misoLength } = controller;
  const { address, dummyCycles = 0, readBits = 0, write: data = NO_DATA } = command;
  if (data.length > DATA_BYTES) throw new RangeError("an SPI command carries at most 64 bytes");
  const writes: RegisterWrite[] = [];
  const put = (register: number, value: number): void => {
    writes.push({ address: base + register, value: value >>> 0 });
  };
  const writeBits = data.length * 8;
  const common = lessOne(dummyCycles) | (address === undefined ? 0 : (ADDRESS_BITS - 1) << 26);
  if (mosiLength === null || misoLength === null) {
    // ESP8266: both lengths share USR1 with the others, so it is always written.
    put(controller.usr1, common | (lessOne(readBits) << 8) | (lessOne(writeBits) << 17));
  } else {
    if (writeBits > 0) put(mosiLength, writeBits - 1);
    if (readBits > 0) put(misoLength, readBits - 1);
    if (common !== 0) put(controller.usr1, common);
  }
  const parts =
    (address === undefined ? 0 : HAS_ADDRESS) |
    (dummyCycles === 0 ? 0 : HAS_DUMMY) |
    (readBits === 0 ? 0 : HAS_MISO) |
    (writeBits === 0 ? 0 : HAS_MOSI);
  put(controller.usr, HAS_COMMAND | parts);
  put(controller.usr2, COMMAND_LENGTH | command.command);
  if (address !== undefined)
    put(ADDRESS_REGISTER, controller.addressLeftAligned ? address << (32 - ADDRESS_BITS) : address);
  const words = new Uint8Array(Math.max(4, roundUp(data.length, 4)));
  words.set(data);
  for (let offset = 0; offset < words.length; offset += 4) put(controller.w0 + offset, readU32(words, offset));
  put(COMMAND_REGISTER, RUN);
  return writes;
}

const NO_DATA = new Uint8Array(0);
const lessOne = (count: number): number => Math.max(0, count - 1);

/** All steps and the return to the idle state as one list of writes, so that they cost one round trip. */
export function planSpiSteps(
  controller: SpiController,
  steps: readonly SpiStep[],
  idle: { readonly usr: number; readonly usr2: number },
): RegisterWrite[] {
  const commands = steps.map(({ command }) => planSpiCommand(controller, command));
  const restore = [
    { address: controller.base + controller.usr, value: idle.usr },
    { address: controller.base + controller.usr2, value: idle.usr2 },
  ];
  return [...commands, restore].flatMap((writes, index) => {
    const before = steps[index - 1];
    if (before === undefined) return writes;
    // The delay of an entry passes before its write.
    const delayMicroseconds = Math.max(COMMAND_MICROSECONDS, before.thenWaitMicroseconds ?? 0);
    return writes.map((write, at) => (at === 0 ? { ...write, delayMicroseconds } : write));
  });
}

/**
 * Sends one command and returns what came back, first byte lowest; 0 when nothing was to be read. Every such command
 * may be repeated, so line errors are.
 * Throws `flash.spi-timeout` when the peripheral does not finish, `link.*`.
 */
export async function runSpiCommand(session: LiveSession, command: SpiCommand): Promise<number> {
  const { spi } = session.chip;
  await idleSpi(session);
  flashMemo(session).spiDirty = true;
  const readBits = command.readBits ?? 0;
  const start = planSpiCommand(spi, command);
  const address = spi.base + spi.w0;
  // W0 was cleared by the same writes, so bits in it have come from the flash; and asking for it takes far longer than the at
  // most 72 clocks of a command. Only where none is set it is not known whether the command is over.
  let early = 0;
  if (readBits === 0) await repeatable(session, () => writeRegisters(session, start));
  else early = (await askBoth(session, [WRITE_REG, start], [READ_REG, { address }]))[1] >>> 0;
  if (early === 0) await waitUntilOver(session, command);
  const word = early === 0 && readBits > 0 ? (await readRegister(session, address)) >>> 0 : early;
  return readBits >= 32 ? word : word & (2 ** readBits - 1);
}

async function waitUntilOver(session: LiveSession, { command }: SpiCommand): Promise<void> {
  let polls = 0;
  while (((await readRegister(session, session.chip.spi.base + COMMAND_REGISTER)) & RUN) !== 0) {
    if (++polls < POLLS) continue;
    throw new EspError("flash.spi-timeout", "The SPI peripheral did not finish a command to the flash in time.", {
      hint: "Check how the flash is wired, and which pins were asked for.",
      details: { command },
    });
  }
}

/** Sends commands without answers in one round trip and puts the peripheral back to its idle state. */
export async function runSpiSteps(session: LiveSession, steps: readonly SpiStep[]): Promise<void> {
  const idle = await idleSpi(session);
  await repeatable(session, () => writeRegisters(session, planSpiSteps(session.chip.spi, steps, idle)));
  flashMemo(session).spiDirty = false;
}

/** Puts USR and USR2 back as the loader had them, if a command has changed them. */
export async function restoreSpi(session: LiveSession): Promise<void> {
  if (flashMemo(session).spiDirty) await runSpiSteps(session, []);
}

async function idleSpi(session: LiveSession): Promise<{ readonly usr: number; readonly usr2: number }> {
  const memo = flashMemo(session);
  if (memo.idleSpi === null) {
    const { spi } = session.chip;
    const [usr, usr2] = await askBoth(
      session,
      [READ_REG, { address: spi.base + spi.usr }],
      [READ_REG, { address: spi.base + spi.usr2 }],
    );
    memo.idleSpi = { usr, usr2 };
  }
  return memo.idleSpi;
}
