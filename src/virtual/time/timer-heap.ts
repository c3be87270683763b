/** Something to be done at a time. */
export interface Timer {
  readonly at: number;
  /** Insertion number: of two timers of one instant the one asked for first fires first. */
  readonly order: number;
  /** It makes no time pass by itself. */
  readonly background: boolean;
  /** Null: cancelled, or fired. */
  callback: (() => void) | null;
}

function isBefore(left: Timer, right: Timer): boolean {
  return left.at < right.at || (left.at === right.at && left.order < right.order);
}

/** Binary heap, earliest timer first. Cancelled timers stay inside until they surface or are swept out. */
export class TimerHeap {
  #timers: Timer[] = [];

  get size(): number {
    return this.#timers.length;
  }

  get first(): Timer | undefined {
    return this.#timers[0];
  }

  add(timer: Timer): void {
    const timers = this.#timers;
    let index = timers.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = timers[parentIndex] as Timer;
      if (!isBefore(timer, parent)) break;
      timers[index] = parent;
      index = parentIndex;
    }
    timers[index] = timer;
  }

  removeFirst(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (last === undefined || timers.length === 0) return;
    const length = timers.length;
    let index = 0;
    for (;;) {
      let childIndex = 2 * index + 1;
      if (childIndex >= length) break;
      let child = timers[childIndex] as Timer;
      const right = timers[childIndex + 1];
      if (right !== undefined && isBefore(right, child)) {
        child = right;
        childIndex++;
      }
      if (!isBefore(child, last)) break;
      timers[index] = child;
      index = childIndex;
    }
    timers[index] = last;
  }

  /** Drops cancelled timers; a sorted array is a valid heap. */
  sweep(): void {
    this.#timers = this.#timers
      .filter((timer) => timer.callback !== null)
      .sort((left, right) => (isBefore(left, right) ? -1 : 1));
  }
}
