/** What ends a program from outside, and the exit code that shells give one that ended so. */
export const INTERRUPT_EXIT_CODES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

export type InterruptSignal = keyof typeof INTERRUPT_EXIT_CODES;

const SIGNALS = Object.keys(INTERRUPT_EXIT_CODES) as InterruptSignal[];

/** A closing terminal, and npm and the like, send a signal twice for one wish. */
const ONE_WISH_MS = 500;

export interface InterruptOptions {
  /** Puts the terminal back, before the system may end the process at any moment. */
  readonly restoreTerminal: () => void;
}

/**
 * Once to stop in good order. From a moment later on the system itself ends the process at a signal, whatever it does
 * then: for people who have waited long enough.
 */
export function listenForInterrupts(
  callback: (signal: InterruptSignal) => void,
  { restoreTerminal }: InterruptOptions,
): () => void {
  let isHeard = false;
  let timer: NodeJS.Timeout | undefined;
  const listener = (signal: InterruptSignal): void => {
    if (isHeard) return;
    isHeard = true;
    timer = setTimeout(() => {
      restoreTerminal();
      letGo();
    }, ONE_WISH_MS);
    timer.unref();
    callback(signal);
  };
  const letGo = (): void => {
    for (const signal of SIGNALS) process.off(signal, listener);
  };
  for (const signal of SIGNALS) process.on(signal, listener);
  return () => {
    clearTimeout(timer);
    letGo();
  };
}
