// A small RV32IMC interpreter (base integer, multiply/divide, compressed; no interrupts, no privilege, no floating
// point), enough to run bare-metal example firmware in a test. Section numbers are those of "The RISC-V Instruction Set
// Manual, Volume I: Unprivileged Architecture".

/** What the processor is connected to; widths are 1, 2 or 4 bytes, values are unsigned. */
export interface Bus {
  read(address: number, width: number): number;
  write(address: number, width: number, value: number): void;
}

const STACK_POINTER = 2;
const RETURN_ADDRESS = 1;

/** Bits `low`..`high` of a word, as an unsigned number. */
const bits = (word: number, high: number, low: number): number => (word >>> low) & (2 ** (high - low + 1) - 1);
const signed = (value: number, width: number): number => (value << (32 - width)) >> (32 - width);
const hex = (value: number): string => `0x${(value >>> 0).toString(16)}`;

// Encoders for the four 32-bit formats that compressed instructions expand to (section "Immediate Encoding Variants").
const OP_LOAD = 0x03;
const OP_IMM = 0x13;
const OP_STORE = 0x23;
const OP_REG = 0x33;
const OP_LUI = 0x37;
const OP_BRANCH = 0x63;
const OP_JALR = 0x67;
const OP_JAL = 0x6f;
const OP_SYSTEM = 0x73;

const encodeI = (op: number, funct3: number, rd: number, rs1: number, immediate: number): number =>
  (immediate << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | op;
const encodeR = (funct7: number, funct3: number, rd: number, rs1: number, rs2: number): number =>
  (funct7 << 25) | (rs2 << 20) | (rs1 << 15) | (funct3 << 12) | (rd << 7) | OP_REG;
const encodeStoreWord = (rs1: number, rs2: number, offset: number): number =>
  (bits(offset, 11, 5) << 25) | (rs2 << 20) | (rs1 << 15) | (2 << 12) | (bits(offset, 4, 0) << 7) | OP_STORE;
const encodeBranch = (funct3: number, rs1: number, offset: number): number =>
  (bits(offset, 12, 12) << 31) |
  (bits(offset, 10, 5) << 25) |
  (rs1 << 15) |
  (funct3 << 12) |
  (bits(offset, 4, 1) << 8) |
  (bits(offset, 11, 11) << 7) |
  OP_BRANCH;
const encodeJal = (rd: number, offset: number): number =>
  (bits(offset, 20, 20) << 31) |
  (bits(offset, 10, 1) << 21) |
  (bits(offset, 11, 11) << 20) |
  (bits(offset, 19, 12) << 12) |
  (rd << 7) |
  OP_JAL;

const illegal = (word: number): never => {
  throw new Error(`illegal or unsupported instruction ${hex(word)}`);
};

/** Quadrant 0: loads and stores through a register, and stack-address formation. */
function expandQuadrant0(half: number): number {
  const rdShort = 8 + bits(half, 4, 2);
  const rs1Short = 8 + bits(half, 9, 7);
  const wordOffset = (bits(half, 12, 10) << 3) | (bits(half, 6, 6) << 2) | (bits(half, 5, 5) << 6);
  switch (bits(half, 15, 13)) {
    case 0: {
      const offset =
        (bits(half, 12, 11) << 4) | (bits(half, 10, 7) << 6) | (bits(half, 6, 6) << 2) | (bits(half, 5, 5) << 3);
      return offset === 0 ? illegal(half) : encodeI(OP_IMM, 0, rdShort, STACK_POINTER, offset);
    }
    case 2:
      return encodeI(OP_LOAD, 2, rdShort, rs1Short, wordOffset);
    case 6:
      return encodeStoreWord(rs1Short, rdShort, wordOffset);
    default:
      return illegal(half);
  }
}

/** The arithmetic of quadrant 1 on the eight short registers. */
function expandShortArithmetic(half: number): number {
  const rd = 8 + bits(half, 9, 7);
  const immediate = signed((bits(half, 12, 12) << 5) | bits(half, 6, 2), 6);
  const kind = bits(half, 11, 10);
  if (kind === 2) return encodeI(OP_IMM, 7, rd, rd, immediate);
  if (bits(half, 12, 12) === 1) return illegal(half); // shift amounts above 31 and the RV64 operations
  if (kind === 0) return encodeI(OP_IMM, 5, rd, rd, immediate);
  if (kind === 1) return encodeI(OP_IMM, 5, rd, rd, 0x400 | immediate);
  const rs2 = 8 + bits(half, 4, 2);
  const operation = bits(half, 6, 5);
  return operation === 0 ? encodeR(0x20, 0, rd, rd, rs2) : encodeR(0, [0, 4, 6, 7][operation] ?? 0, rd, rd, rs2);
}

/** Quadrant 1: immediates, jumps and branches. */
function expandQuadrant1(half: number): number {
  const rd = bits(half, 11, 7);
  const immediate = signed((bits(half, 12, 12) << 5) | bits(half, 6, 2), 6);
  const jumpOffset = signed(
    (bits(half, 12, 12) << 11) |
      (bits(half, 11, 11) << 4) |
      (bits(half, 10, 9) << 8) |
      (bits(half, 8, 8) << 10) |
      (bits(half, 7, 7) << 6) |
      (bits(half, 6, 6) << 7) |
      (bits(half, 5, 3) << 1) |
      (bits(half, 2, 2) << 5),
    12,
  );
  const branchOffset = signed(
    (bits(half, 12, 12) << 8) |
      (bits(half, 11, 10) << 3) |
      (bits(half, 6, 5) << 6) |
      (bits(half, 4, 3) << 1) |
      (bits(half, 2, 2) << 5),
    9,
  );
  switch (bits(half, 15, 13)) {
    case 0:
      return encodeI(OP_IMM, 0, rd, rd, immediate);
    case 1:
      return encodeJal(RETURN_ADDRESS, jumpOffset);
    case 2:
      return encodeI(OP_IMM, 0, rd, 0, immediate);
    case 3: {
      if (immediate === 0) return illegal(half);
      if (rd !== STACK_POINTER) return (immediate << 12) | (rd << 7) | OP_LUI;
      const offset =
        (bits(half, 12, 12) << 9) |
        (bits(half, 6, 6) << 4) |
        (bits(half, 5, 5) << 6) |
        (bits(half, 4, 3) << 7) |
        (bits(half, 2, 2) << 5);
      return encodeI(OP_IMM, 0, rd, rd, signed(offset, 10));
    }
    case 4:
      return expandShortArithmetic(half);
    case 5:
      return encodeJal(0, jumpOffset);
    default:
      return encodeBranch(bits(half, 13, 13), 8 + bits(half, 9, 7), branchOffset);
  }
}

/** Quadrant 2: stack loads and stores, moves and register jumps. */
function expandQuadrant2(half: number): number {
  const rd = bits(half, 11, 7);
  const rs2 = bits(half, 6, 2);
  const high = bits(half, 12, 12);
  switch (bits(half, 15, 13)) {
    case 0:
      return high === 1 ? illegal(half) : encodeI(OP_IMM, 1, rd, rd, rs2);
    case 2:
      if (rd === 0) return illegal(half);
      return encodeI(OP_LOAD, 2, rd, STACK_POINTER, (high << 5) | (bits(half, 6, 4) << 2) | (bits(half, 3, 2) << 6));
    case 4:
      if (rs2 !== 0) return encodeR(0, 0, rd, high === 1 ? rd : 0, rs2);
      return rd === 0 ? illegal(half) : encodeI(OP_JALR, 0, high === 1 ? RETURN_ADDRESS : 0, rd, 0);
    case 6:
      return encodeStoreWord(STACK_POINTER, rs2, (bits(half, 12, 9) << 2) | (bits(half, 8, 7) << 6));
    default:
      return illegal(half);
  }
}

/** The 32-bit instruction that a 16-bit one stands for; throws for anything outside RV32C without floating point. */
export function expandCompressed(half: number): number {
  const quadrant = half & 3;
  if (quadrant === 0) return expandQuadrant0(half);
  return quadrant === 1 ? expandQuadrant1(half) : expandQuadrant2(half);
}

/** Multiply and divide; division by zero and overflow give the values the manual prescribes instead of trapping. */
function multiplyDivide(funct3: number, a: number, b: number): number {
  const [unsignedA, unsignedB] = [a >>> 0, b >>> 0];
  const highWord = (product: bigint): number => Number(BigInt.asIntN(32, product >> 32n));
  switch (funct3) {
    case 0:
      return Math.imul(a, b);
    case 1:
      return highWord(BigInt(a) * BigInt(b));
    case 2:
      return highWord(BigInt(a) * BigInt(unsignedB));
    case 3:
      return highWord(BigInt(unsignedA) * BigInt(unsignedB));
    case 4:
      return b === 0 ? -1 : (a / b) | 0;
    case 5:
      return b === 0 ? -1 : (unsignedA / unsignedB) | 0;
    case 6:
      return b === 0 ? a : (a % b) | 0;
    default:
      return b === 0 ? a : (unsignedA % unsignedB) | 0;
  }
}

/** Base integer operations; `alternate` selects subtraction and the arithmetic right shift. */
function arithmetic(funct3: number, a: number, b: number, alternate: boolean): number {
  switch (funct3) {
    case 0:
      return alternate ? a - b : a + b;
    case 1:
      return a << (b & 31);
    case 2:
      return a < b ? 1 : 0;
    case 3:
      return a >>> 0 < b >>> 0 ? 1 : 0;
    case 4:
      return a ^ b;
    case 5:
      return alternate ? a >> (b & 31) : a >>> (b & 31);
    case 6:
      return a | b;
    default:
      return a & b;
  }
}

function branchTaken(funct3: number, a: number, b: number): boolean {
  const pair = funct3 >> 1;
  if (pair === 1) return illegal(funct3);
  const holds = pair === 0 ? a === b : pair === 2 ? a < b : a >>> 0 < b >>> 0;
  return holds !== ((funct3 & 1) === 1);
}

/** One hart: its program counter, its registers and the bus it runs on. */
export class Rv32 {
  readonly registers: Int32Array = new Int32Array(32);
  readonly #bus: Bus;
  #pc: number;

  constructor(bus: Bus, entry: number) {
    this.#bus = bus;
    this.#pc = entry;
  }

  /** The address of the next instruction. */
  get pc(): number {
    return this.#pc;
  }

  /** Executes one instruction; throws an error that names the address when it cannot. */
  step(): void {
    const pc = this.#pc;
    try {
      const half = this.#bus.read(pc, 2);
      const isCompressed = (half & 3) !== 3;
      const word = isCompressed ? expandCompressed(half) : half | (this.#bus.read((pc + 2) >>> 0, 2) << 16);
      this.#execute(word, pc, (pc + (isCompressed ? 2 : 4)) >>> 0);
      this.registers[0] = 0;
    } catch (cause) {
      throw new Error(`at ${hex(pc)}: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }

  #execute(word: number, pc: number, next: number): void {
    const x = this.registers;
    const rd = bits(word, 11, 7);
    const funct3 = bits(word, 14, 12);
    const a = x[bits(word, 19, 15)] ?? 0;
    const b = x[bits(word, 24, 20)] ?? 0;
    const immediateI = word >> 20;
    this.#pc = next;
    switch (word & 0x7f) {
      case OP_LUI:
        x[rd] = word & 0xfffff000;
        break;
      case 0x17: // AUIPC
        x[rd] = pc + (word & 0xfffff000);
        break;
      case OP_JAL:
        x[rd] = next;
        this.#pc = (pc + jalOffset(word)) >>> 0;
        break;
      case OP_JALR:
        this.#pc = ((a + immediateI) & ~1) >>> 0;
        x[rd] = next;
        break;
      case OP_BRANCH:
        if (branchTaken(funct3, a, b)) this.#pc = (pc + branchOffsetOf(word)) >>> 0;
        break;
      case OP_LOAD:
        x[rd] = this.#load(funct3, (a + immediateI) >>> 0);
        break;
      case OP_STORE: {
        const address = (a + (((word >> 25) << 5) | rd)) >>> 0;
        const width = 2 ** funct3;
        if (funct3 > 2) illegal(word);
        this.#bus.write(address, width, width === 4 ? b >>> 0 : b & (256 ** width - 1));
        break;
      }
      case OP_IMM:
        x[rd] = arithmetic(funct3, a, immediateI, funct3 === 5 && bits(word, 30, 30) === 1);
        break;
      case OP_REG:
        x[rd] =
          bits(word, 31, 25) === 1 ? multiplyDivide(funct3, a, b) : arithmetic(funct3, a, b, bits(word, 30, 30) === 1);
        break;
      case 0x0f: // FENCE: memory is already in order here
        break;
      case OP_SYSTEM: // CSR accesses read as zero and are otherwise ignored; ECALL and EBREAK have nobody to go to
        if (funct3 === 0) illegal(word);
        x[rd] = 0;
        break;
      default:
        illegal(word);
    }
  }

  #load(funct3: number, address: number): number {
    const width = 2 ** (funct3 & 3);
    if (width > 4) return illegal(funct3);
    const value = this.#bus.read(address, width);
    return funct3 >= 4 ? value : signed(value, width * 8);
  }
}

const jalOffset = (word: number): number =>
  signed(
    (bits(word, 31, 31) << 20) | (bits(word, 19, 12) << 12) | (bits(word, 20, 20) << 11) | (bits(word, 30, 21) << 1),
    21,
  );
const branchOffsetOf = (word: number): number =>
  signed(
    (bits(word, 31, 31) << 12) | (bits(word, 7, 7) << 11) | (bits(word, 30, 25) << 5) | (bits(word, 11, 8) << 1),
    13,
  );
