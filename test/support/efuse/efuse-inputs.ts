const from = (hex: string): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.from(hex, "hex"));
const sequence = (first: number, count: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length: count }, (_, at) => first + at);

/** 256 bits with two bytes of their own. */
const marked = (byte: number): Uint8Array<ArrayBuffer> => {
  const bytes = sequence(0xa0, 32);
  bytes[0] = byte;
  bytes[30] = byte;
  return bytes;
};

/** Files of the reference's tests by their names there, made anew (fact sheet efuse-secure C1). */
export const EFUSE_INPUTS: Readonly<Record<string, Uint8Array>> = {
  "256bit": sequence(0xa0, 32),
  "256bit_1": marked(0x11),
  "256bit_2": marked(0x22),
  "512bit": Uint8Array.from([...marked(0x11), ...marked(0x22)]),
  "192bit": from("000000000005060708090000000000000000001314151600"),
  "128bit_key": sequence(0, 16),
};
