import { crc32 } from "../../../src/core/bytes/crc32.ts";
import { writeU32 } from "../../../src/core/bytes/words.ts";
import { mutated, type Random } from "../mutation.ts";
import { casesOf, type GoldenKind, goldenImage } from "./golden-cases.ts";

/** Images of every file system, small enough to be damaged many times. */
export const SOUND_IMAGES_OF: Readonly<Record<GoldenKind, readonly Uint8Array[]>> = {
  spiffs: soundImages("spiffs"),
  littlefs: soundImages("littlefs"),
  fat: soundImages("fat"),
};
export const SOUND_IMAGES: readonly Uint8Array[] = Object.values(SOUND_IMAGES_OF).flat();

function soundImages(kind: GoldenKind): readonly Uint8Array[] {
  return casesOf(kind)
    .filter(({ exit }) => exit === 0)
    .map(goldenImage)
    .filter(({ length }) => length <= 0x20000);
}

/**
 * One of them with damage where something stands. Checksums of LittleFS are made right again now and then, because behind a
 * wrong one nothing is looked at.
 */
export function damagedImage(random: Random, images: readonly Uint8Array[] = SOUND_IMAGES): Uint8Array<ArrayBuffer> {
  const image = new Uint8Array(images[random(images.length)] ?? []);
  if (random(10) === 0) return mutated(random, [image]);
  const written: number[] = [];
  for (let at = 0; at < image.length; at += 16) if (image[at] !== 0xff && image[at] !== 0) written.push(at);
  for (let count = 1 + random(6); count > 0; count--) {
    const at = (written[random(written.length)] ?? 0) + random(16);
    image[at] = random(3) === 0 ? random(256) : (image[at] ?? 0) ^ (1 << random(8));
  }
  if (random(2) === 0) mendCommits(image);
  return image;
}

/** Gives each commit that ends where it did the checksum of what is in it now. */
export function mendCommits(image: Uint8Array, blockBytes = 4096): void {
  for (let start = 0; start + blockBytes <= image.length; start += blockBytes) {
    let previous = 0xffff_ffff;
    let from = start;
    for (let at = start + 4; at + 4 <= start + blockBytes; ) {
      const word = (new DataView(image.buffer, image.byteOffset).getUint32(at) ^ previous) >>> 0;
      if (word >>> 31 === 1) break;
      const length = (word & 0x3ff) === 0x3ff ? 0 : word & 0x3ff;
      previous = word;
      if (((word >>> 20) & 0x780) === 0x500 && at + 8 <= image.length) {
        writeU32(image, at + 4, ~crc32(image.subarray(from, at + 4), 0) >>> 0);
        previous = (word ^ (((word >>> 20) & 1) << 31)) >>> 0;
        from = at + 4 + length;
      }
      at += 4 + length;
    }
  }
}
