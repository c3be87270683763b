/** Bytes that do not get smaller when they are compressed, the same every time. */
export function noise(sizeBytes: number): Uint8Array<ArrayBuffer> {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}
