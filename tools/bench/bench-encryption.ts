import {
  decryptFlashData,
  encryptFlashData,
  type FlashEncryption,
} from "../../src/core/secure/encrypt/flash-encryption.ts";

const MEGABYTE = 1 << 20;
const ROUNDS = 3;
const key = (sizeBytes: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length: sizeBytes }, (_, index) => index);
const SCHEMES: readonly { readonly name: string; readonly encryption: FlashEncryption }[] = [
  { name: "the ESP32's scheme", encryption: { scheme: "esp32", key: key(32) } },
  { name: "AES-XTS, 128-bit AES", encryption: { scheme: "aes-xts", key: key(32) } },
  { name: "AES-XTS, 256-bit AES", encryption: { scheme: "aes-xts", key: key(64) } },
];

export const ENCRYPTION_HEAD: readonly string[] = [
  "what",
  "CPU seconds for 4 MB",
  "CPU seconds for 16 MB",
  "16 MB to 4 MB",
];

/** CPU time of all threads, so that collecting garbage counts; best of three. */
function cpuSeconds(work: () => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1e6);
  }
  return best;
}

/** One row a scheme and direction: 4 MB, 16 MB, and how many times more the latter costs; 4 is linear. */
export function benchEncryption(likeFirmware: (sizeBytes: number) => Uint8Array<ArrayBuffer>): string[][] {
  const small = likeFirmware(4 * MEGABYTE);
  const large = likeFirmware(16 * MEGABYTE);
  return SCHEMES.flatMap(({ name, encryption }) =>
    [encryptFlashData, decryptFlashData].map((work) => {
      const direction = work === encryptFlashData ? "encrypt" : "decrypt";
      const forSmall = cpuSeconds(() => work(encryption, 0, small));
      const forLarge = cpuSeconds(() => work(encryption, 0, large));
      const cells = [forSmall.toFixed(2), forLarge.toFixed(2), (forLarge / forSmall).toFixed(1)];
      return [`${direction}, ${name}`, ...cells];
    }),
  );
}
