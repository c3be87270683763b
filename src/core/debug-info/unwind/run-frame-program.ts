import { Cursor, damagedDebugInfo } from "../dwarf/cursor.ts";
import type { FrameCommon, FrameDescription } from "./frame-table.ts";

/** Where a register of the caller is. */
export type RegisterRule =
  /** In memory, so many bytes from the frame's address. */
  | { readonly kind: "saved"; readonly offset: number }
  /** It is so many bytes from the frame's address itself. */
  | { readonly kind: "offset"; readonly offset: number }
  /** In another register. */
  | { readonly kind: "register"; readonly register: number }
  /** Nobody has kept it. */
  | { readonly kind: "lost" }
  /** By a calculation that is not made here. */
  | { readonly kind: "expression" };

/** How to find a frame's caller, at one instruction. Registers are numbered as DWARF numbers them for the machine. */
export interface FrameRules {
  /** The frame's address (CFA), counted from a register of this frame; null: by a calculation that is not made here. */
  readonly frameAddress: { readonly register: number; readonly offset: number } | null;
  /** Registers without a rule still have the value they have in this frame. */
  readonly registers: ReadonlyMap<number, RegisterRule>;
  readonly returnAddressRegister: number;
  /** The caller was interrupted, it did not call: its address is no return address. */
  readonly isSignalFrame: boolean;
}

interface State {
  frameAddress: { register: number; offset: number } | null;
  registers: Map<number, RegisterRule>;
}

/** More than any function saves; a damaged program must not remember for ever. */
const MAXIMUM_REMEMBERED = 64;

const OPERATION = {
  nothing: 0x00,
  setLocation: 0x01,
  advance1: 0x02,
  advance2: 0x03,
  advance4: 0x04,
  offsetExtended: 0x05,
  restoreExtended: 0x06,
  undefined: 0x07,
  sameValue: 0x08,
  register: 0x09,
  remember: 0x0a,
  restoreState: 0x0b,
  defineAddress: 0x0c,
  defineRegister: 0x0d,
  defineOffset: 0x0e,
  defineExpression: 0x0f,
  expression: 0x10,
  offsetExtendedSigned: 0x11,
  defineAddressSigned: 0x12,
  defineOffsetSigned: 0x13,
  valueOffset: 0x14,
  valueOffsetSigned: 0x15,
  valueExpression: 0x16,
  gnuArgumentsSize: 0x2e,
  gnuNegativeOffset: 0x2f,
} as const;

/** The rules at an address that the description holds. Throws `debug-info.damaged`. */
export function frameRulesAt(description: FrameDescription, address: number): FrameRules {
  const { common, section, bytes, start, end, low } = description;
  const { instructions } = common;
  // The common entry of RISC-V names the register alone, so the offset is there from the beginning.
  const state: State = { frameAddress: { register: 0, offset: 0 }, registers: new Map() };
  run(new Cursor(instructions.section, instructions.bytes, instructions.at, instructions.end), state, {
    common,
    initial: new Map(),
    from: low,
    address: Number.POSITIVE_INFINITY,
  });
  const initial = new Map(state.registers);
  run(new Cursor(section, bytes, start, end), state, { common, initial, from: low, address });
  const { returnAddressRegister, isSignalFrame } = common;
  return { frameAddress: state.frameAddress, registers: state.registers, returnAddressRegister, isSignalFrame };
}

interface Program {
  readonly common: FrameCommon;
  /** What `restore` goes back to. */
  readonly initial: ReadonlyMap<number, RegisterRule>;
  /** The address before the first instruction. */
  readonly from: number;
  /** Instructions for code behind it do not count. */
  readonly address: number;
}

function run(cursor: Cursor, state: State, { common, initial, from, address }: Program): void {
  const remembered: State[] = [];
  let location = from;
  while (cursor.at < cursor.end) {
    const byte = cursor.u8();
    const low = byte & 0x3f;
    const high = byte >>> 6;
    if (high === 1) location += low * common.codeAlignment;
    else if (high === 2) setSaved(state, low, cursor.uleb() * common.dataAlignment);
    else if (high === 3) restore(state, initial, low);
    else if (byte >= OPERATION.setLocation && byte <= OPERATION.advance4)
      location = advance(cursor, byte, location, common.codeAlignment);
    else if (byte === OPERATION.remember) {
      if (remembered.length >= MAXIMUM_REMEMBERED) throw damaged(cursor, "it remembers too much");
      remembered.push({ frameAddress: copyOf(state.frameAddress), registers: new Map(state.registers) });
    } else if (byte === OPERATION.restoreState) {
      const kept = remembered.pop();
      if (kept === undefined) throw damaged(cursor, "it goes back to what it did not remember");
      state.frameAddress = kept.frameAddress;
      state.registers = kept.registers;
    } else if (byte === OPERATION.restoreExtended) restore(state, initial, cursor.uleb());
    else define(cursor, byte, state, common.dataAlignment);
    if (location > address) return;
  }
}

function advance(cursor: Cursor, operation: number, location: number, codeAlignment: number): number {
  if (operation === OPERATION.setLocation) return cursor.u32();
  const bytes = operation === OPERATION.advance1 ? 1 : operation === OPERATION.advance2 ? 2 : 4;
  return location + cursor.unsigned(bytes) * codeAlignment;
}

/** What does not move the location. */
function define(cursor: Cursor, operation: number, state: State, alignment: number): void {
  const { registers } = state;
  switch (operation) {
    case OPERATION.nothing:
      return;
    case OPERATION.defineAddress:
      state.frameAddress = { register: cursor.uleb(), offset: cursor.uleb() };
      return;
    case OPERATION.defineAddressSigned:
      state.frameAddress = { register: cursor.uleb(), offset: cursor.sleb() * alignment };
      return;
    case OPERATION.defineRegister:
      state.frameAddress = { register: cursor.uleb(), offset: state.frameAddress?.offset ?? 0 };
      return;
    case OPERATION.defineOffset:
      state.frameAddress = { register: state.frameAddress?.register ?? 0, offset: cursor.uleb() };
      return;
    case OPERATION.defineOffsetSigned:
      state.frameAddress = { register: state.frameAddress?.register ?? 0, offset: cursor.sleb() * alignment };
      return;
    case OPERATION.defineExpression:
      cursor.skip(cursor.uleb());
      state.frameAddress = null;
      return;
    case OPERATION.offsetExtended:
      setSaved(state, cursor.uleb(), cursor.uleb() * alignment);
      return;
    case OPERATION.offsetExtendedSigned:
      setSaved(state, cursor.uleb(), cursor.sleb() * alignment);
      return;
    case OPERATION.gnuNegativeOffset:
      setSaved(state, cursor.uleb(), -cursor.uleb() * alignment);
      return;
    case OPERATION.valueOffset:
      registers.set(cursor.uleb(), { kind: "offset", offset: cursor.uleb() * alignment });
      return;
    case OPERATION.valueOffsetSigned:
      registers.set(cursor.uleb(), { kind: "offset", offset: cursor.sleb() * alignment });
      return;
    case OPERATION.expression:
    case OPERATION.valueExpression:
      registers.set(cursor.uleb(), { kind: "expression" });
      cursor.skip(cursor.uleb());
      return;
    case OPERATION.undefined:
      registers.set(cursor.uleb(), { kind: "lost" });
      return;
    case OPERATION.sameValue:
      registers.delete(cursor.uleb());
      return;
    case OPERATION.register:
      registers.set(cursor.uleb(), { kind: "register", register: cursor.uleb() });
      return;
    case OPERATION.gnuArgumentsSize:
      cursor.uleb();
      return;
    default:
      throw damaged(cursor, `instruction 0x${operation.toString(16)} is not known`);
  }
}

function setSaved({ registers }: State, register: number, offset: number): void {
  registers.set(register, { kind: "saved", offset });
}

function restore({ registers }: State, initial: ReadonlyMap<number, RegisterRule>, register: number): void {
  const rule = initial.get(register);
  if (rule === undefined) registers.delete(register);
  else registers.set(register, rule);
}

function copyOf(place: State["frameAddress"]): State["frameAddress"] {
  return place === null ? null : { ...place };
}

function damaged(cursor: Cursor, what: string): Error {
  return damagedDebugInfo(cursor.section, cursor.at, what);
}
