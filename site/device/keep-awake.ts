/** Of the browser; it ends by itself when the page is hidden. */
interface WakeLock {
  release(): Promise<void>;
}

/**
 * Keeps the screen on as long as it is wanted: a phone that goes to sleep stops the page, and with it a write half-way.
 * Browsers that cannot do it, or do not want to, are no reason to stop.
 */
export function keepAwake(): (isWanted: boolean) => void {
  let wanted = false;
  let lock: WakeLock | null = null;
  const take = async (): Promise<void> => {
    try {
      const taken = await (
        navigator as { wakeLock?: { request(type: "screen"): Promise<WakeLock> } }
      ).wakeLock?.request("screen");
      if (wanted) lock = taken ?? null;
      else await taken?.release();
    } catch {
      // A low battery, for instance.
    }
  };
  // It was lost when the page was hidden.
  document.addEventListener("visibilitychange", () => {
    if (wanted && document.visibilityState === "visible") void take();
  });
  return (isWanted) => {
    if (isWanted === wanted) return;
    wanted = isWanted;
    if (isWanted) void take();
    else {
      void lock?.release().catch(() => {});
      lock = null;
    }
  };
}
