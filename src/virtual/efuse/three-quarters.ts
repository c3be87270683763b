/**
 * The ESP32's 3/4 code (fact sheet efuse-secure A9): six bytes of data are followed by their XOR and by the sum of their
 * numbers of ones, each times its place. One wrong bit of eight bytes can be put right.
 */

const DATA_BYTES = 6;
const GROUP_BYTES = 8;
export const THREE_QUARTERS_GROUPS = 4;

function checksOf(data: Uint8Array): readonly [number, number] {
  let xor = 0;
  let sum = 0;
  data.forEach((byte, index) => {
    xor ^= byte;
    sum += (index + 1) * ones(byte);
  });
  return [xor, sum];
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** 32 coded bytes of 24. */
export function threeQuartersEncode(data: Uint8Array): Uint8Array {
  const coded = new Uint8Array(THREE_QUARTERS_GROUPS * GROUP_BYTES);
  for (let group = 0; group < THREE_QUARTERS_GROUPS; group++) {
    const part = data.slice(group * DATA_BYTES, (group + 1) * DATA_BYTES);
    coded.set(part, group * GROUP_BYTES);
    coded.set(checksOf(part), group * GROUP_BYTES + DATA_BYTES);
  }
  return coded;
}

export interface ThreeQuartersDecoded {
  /** 24 bytes. */
  readonly data: Uint8Array;
  /** For each group: its checks were wrong, whether or not that could be put right. */
  readonly warnings: readonly boolean[];
}

export function threeQuartersDecode(coded: Uint8Array): ThreeQuartersDecoded {
  const data = new Uint8Array(THREE_QUARTERS_GROUPS * DATA_BYTES);
  const warnings: boolean[] = [];
  for (let group = 0; group < THREE_QUARTERS_GROUPS; group++) {
    const bytes = coded.slice(group * GROUP_BYTES, (group + 1) * GROUP_BYTES);
    const wrong = !isRight(bytes);
    warnings.push(wrong);
    if (wrong) correctOneBit(bytes);
    data.set(bytes.subarray(0, DATA_BYTES), group * DATA_BYTES);
  }
  return { data, warnings };
}

function isRight(group: Uint8Array): boolean {
  const [xor, sum] = checksOf(group.subarray(0, DATA_BYTES));
  return group[DATA_BYTES] === xor && group[DATA_BYTES + 1] === sum;
}

/** Leaves the group as it is when more than one bit is wrong. */
function correctOneBit(group: Uint8Array): void {
  for (let bit = 0; bit < 8 * GROUP_BYTES; bit++) {
    const index = bit >>> 3;
    const mask = 1 << (bit & 7);
    group[index] = (group[index] ?? 0) ^ mask;
    if (isRight(group)) return;
    group[index] = (group[index] ?? 0) ^ mask;
  }
}
