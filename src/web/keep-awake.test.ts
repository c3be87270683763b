import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keepAwake } from "./keep-awake.ts";

/** What a page has of a browser, as far as this is concerned. */
class FakeDocument extends EventTarget {
  visibilityState: DocumentVisibilityState = "visible";

  become(state: DocumentVisibilityState): void {
    this.visibilityState = state;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

let doc: FakeDocument;
let leaving: EventTarget;
let held: Set<object>;
let request: () => Promise<object>;

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const asksToLeave = (): boolean => !leaving.dispatchEvent(new Event("beforeunload", { cancelable: true }));

async function lock(): Promise<object> {
  const one = {
    release: async () => {
      held.delete(one);
    },
  };
  held.add(one);
  return one;
}

beforeEach(() => {
  doc = new FakeDocument();
  leaving = new EventTarget();
  held = new Set();
  request = lock;
  vi.stubGlobal("document", doc);
  vi.stubGlobal("navigator", { wakeLock: { request: () => request() } });
  vi.stubGlobal("addEventListener", leaving.addEventListener.bind(leaving));
  vi.stubGlobal("removeEventListener", leaving.removeEventListener.bind(leaving));
});
afterEach(() => vi.unstubAllGlobals());

describe("a page that is kept awake", () => {
  it("keeps the screen on and guards leaving until it is let sleep", async () => {
    const letSleep = keepAwake();
    await settled();
    expect(held.size).toBe(1);
    expect(asksToLeave()).toBe(true);
    letSleep();
    letSleep();
    await settled();
    expect(held.size).toBe(0);
    expect(asksToLeave()).toBe(false);
  });

  it("lets the page be left where nothing would be lost", async () => {
    const letSleep = keepAwake({ guardsLeaving: false });
    await settled();
    expect(held.size).toBe(1);
    expect(asksToLeave()).toBe(false);
    letSleep();
  });

  it("takes the screen again when the page is seen again, and not while it is hidden", async () => {
    doc.visibilityState = "hidden";
    const letSleep = keepAwake();
    await settled();
    expect(held.size).toBe(0);
    doc.become("visible");
    await settled();
    expect(held.size).toBe(1);
    held.clear();
    doc.become("hidden");
    doc.become("visible");
    await settled();
    expect(held.size).toBe(1);
    letSleep();
    held.clear();
    doc.become("visible");
    await settled();
    expect(held.size).toBe(0);
  });

  it("gives back what the browser gave too late", async () => {
    let give: () => void = () => {};
    const later = new Promise<void>((resolve) => {
      give = resolve;
    });
    request = async () => {
      await later;
      return await lock();
    };
    const letSleep = keepAwake();
    letSleep();
    give();
    await settled();
    expect(held.size).toBe(0);
  });

  it.each([
    ["a browser that refuses", { wakeLock: { request: () => Promise.reject(new DOMException("no")) } }],
    ["a browser that cannot", {}],
  ])("works with %s", async (_name, navigator) => {
    vi.stubGlobal("navigator", navigator);
    const letSleep = keepAwake();
    await settled();
    expect(asksToLeave()).toBe(true);
    letSleep();
  });

  it("does nothing where there is no page", () => {
    vi.stubGlobal("document", undefined);
    keepAwake()();
    expect(asksToLeave()).toBe(false);
  });
});
