import type { Say } from "./texts.ts";

/** How far something is, in bytes, and since when. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** When the counting began. */
  readonly since: { readonly ms: number; readonly done: number };
  readonly nowMs: number;
}

/** "12 of 340 KB · 80 KB/s, 5 s left"; nothing where there is nothing to do. */
export function progressWords(say: Say, { done, total, since, nowMs }: Progress): string {
  if (total === 0) return "";
  // Rounded down, a small file would be "0 of 0".
  const kilobytes = (bytes: number): string => Math.ceil(bytes / 1024).toLocaleString();
  const so = say("progress", { done: kilobytes(done), total: kilobytes(total) });
  const seconds = (nowMs - since.ms) / 1000;
  const perSecond = (done - since.done) / seconds;
  // What is said of the first moment would be wrong.
  if (seconds < 1 || !(perSecond > 0)) return so;
  const left = Math.ceil((total - done) / perSecond);
  const wait = left < 90 ? say("seconds", { count: left }) : say("minutes", { count: Math.round(left / 60) });
  return `${so} · ${say("rate", { rate: kilobytes(perSecond), left: wait })}`;
}
