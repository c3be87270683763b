import { toHex } from "../../bytes/hex.ts";
import { type Check, optional } from "../../check/check.ts";
import { shape } from "../../check/shapes.ts";
import { checkName } from "../../check/values.ts";
import type { AbortSignalLike } from "../../errors.ts";
import { checkSession } from "../../session/check-session.ts";
import type { Session } from "../../session/session.ts";
import { operation, stopwatch } from "../../session/talk/operation.ts";
import { flashDigest, requireDigests } from "../flash-digest.ts";
import { attachFlash } from "../setup/attach.ts";
import { SPI_OPTIONS } from "../setup/check-options.ts";
import { configureFlash, reachesBeyond16MiB } from "../setup/configure-flash.ts";
import { checkRange, type FlashRange, resolveRange } from "../setup/range.ts";

export interface DigestFlashOptions {
  /** A size by name, `keep` or `detect`; default `keep`. */
  readonly flashSize?: string | undefined;
  readonly spiConnection?: string | undefined;
  readonly signal?: AbortSignalLike | undefined;
}

export interface DigestFlashResult {
  readonly address: number;
  readonly sizeBytes: number;
  /** 32 hexadecimal digits. */
  readonly md5: string;
  readonly elapsedMs: number;
}

const checkDigestOptions: Check<DigestFlashOptions> = shape<DigestFlashOptions>({
  ...SPI_OPTIONS,
  flashSize: optional(checkName),
});

/**
 * Has the loader compute the MD5 of a range of flash, which takes much less time than to read it.
 * Throws `flash.verify-unsupported` where the loader has no digests, `flash.out-of-range`, `flash.unknown-size`, `link.*`,
 * `port.*`, `operation.aborted`.
 */
export async function digestFlash(
  session: Session,
  range: FlashRange,
  options: DigestFlashOptions = {},
): Promise<DigestFlashResult> {
  const live = checkSession(session, "session");
  const asked = checkRange(range, "range");
  const wanted = checkDigestOptions(options, "options");
  return await operation(live, wanted.signal, async () => {
    requireDigests(live);
    await attachFlash(live, wanted.spiConnection);
    const geometry = await configureFlash(live, wanted.flashSize ?? "keep");
    const { address, sizeBytes } = resolveRange(asked, {
      flashBytes: geometry.detectedBytes ?? geometry.limitBytes,
      reachesBeyond16MiB: reachesBeyond16MiB(live),
    });
    const elapsed = stopwatch(live);
    const md5 = toHex(await flashDigest(live, address, sizeBytes));
    return { address, sizeBytes, md5, elapsedMs: elapsed() };
  });
}
