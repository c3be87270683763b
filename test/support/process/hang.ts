/** What is known of the test that runs, since it began. */
export interface Quiet {
  /** How long the watcher has watched; what a suspended machine slept does not count. */
  readonly watchedMs: number;
  /** What the process has computed. */
  readonly cpuMs: number;
  /** How many programs of this machine want each of its processors. */
  readonly loadPerCpu: number;
}

export interface Limits {
  /** No honest test computes this long. */
  readonly cpuMs: number;
  /** How long a test may do next to nothing, on a machine that has nothing else to do. */
  readonly idleMs: number;
}

/**
 * Why a test hangs, or null. A slow or crowded machine is no reason: computing is judged by what was computed, waiting
 * by how little was, and for as much longer as the machine is crowded. It needs nothing from outside, because its text
 * is run in another thread.
 */
export function whyHanging({ watchedMs, cpuMs, loadPerCpu }: Quiet, limits: Limits): string | null {
  const inMinutes = (ms: number): string => `${Math.round(ms / 6_000) / 10} minutes`;
  if (cpuMs > limits.cpuMs) return `it has computed for ${inMinutes(cpuMs)} without an end`;
  const idle = cpuMs < watchedMs / 20;
  if (idle && watchedMs > limits.idleMs * Math.max(1, loadPerCpu))
    return `it has waited for ${inMinutes(watchedMs)} for something that does not come`;
  return null;
}
