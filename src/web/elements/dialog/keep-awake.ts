/**
 * While something is written: the screen stays on where the browser allows that, and leaving the page asks first. The
 * returned function ends both. Nothing here rests on timers, which run slowly in pages that are in the background.
 */
export function keepAwake(): () => void {
  const { wakeLock } = navigator as Partial<Pick<Navigator, "wakeLock">>;
  let lock: WakeLockSentinel | null = null;
  let isOver = false;
  const take = async (): Promise<void> => {
    if (document.visibilityState !== "visible") return;
    try {
      const taken = (await wakeLock?.request("screen")) ?? null;
      if (isOver) await taken?.release();
      else lock = taken;
    } catch {
      // The battery is low, or the page may not: it works without.
    }
  };
  const onVisible = (): void => void take();
  const onLeave = (event: BeforeUnloadEvent): void => event.preventDefault();
  document.addEventListener("visibilitychange", onVisible);
  globalThis.addEventListener("beforeunload", onLeave);
  void take();
  return () => {
    isOver = true;
    document.removeEventListener("visibilitychange", onVisible);
    globalThis.removeEventListener("beforeunload", onLeave);
    void lock?.release().catch(() => {});
  };
}
