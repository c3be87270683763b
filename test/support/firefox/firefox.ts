import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWebSocket } from "./web-socket.ts";

/** Of the system. */
export const FIREFOX: string | undefined = ["/usr/bin/firefox-esr", "/usr/bin/firefox"].find(existsSync);
/** The reason of the tests that need it. */
export const NO_FIREFOX = "Firefox is not there";

/** It asks for nothing by itself. */
const PREFERENCES: Preferences = {
  "app.normandy.enabled": false,
  "app.update.disabledForTesting": true,
  // Nor for an icon, which a strict policy of a page refuses.
  "browser.chrome.site_icons": false,
  "browser.safebrowsing.downloads.enabled": false,
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "browser.startup.homepage": "about:blank",
  "datareporting.policy.dataSubmissionEnabled": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "data:,#remote-settings-dummy/v1",
};

type Preferences = Readonly<Record<string, boolean | string | number>>;
type Result = Readonly<Record<string, unknown>>;
type Send = (method: string, params: object) => Promise<Result>;

/** A page, by expressions that are evaluated in it. */
export interface FirefoxPage {
  /** What it complained of: errors of scripts, and of its policy. */
  readonly complaints: readonly string[];
  /** Runs in each document before its own scripts. */
  before(script: string): Promise<void>;
  goto(url: string): Promise<void>;
  /** What can be said in JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Waits until it is true. */
  until(expression: string): Promise<void>;
  /** A real click on the middle of the element, as soon as it is there and enabled. */
  click(element: string): Promise<void>;
  chooseFiles(element: string, paths: readonly string[]): Promise<void>;
}

export interface Firefox {
  readonly version: string;
  readonly page: FirefoxPage;
  close(): Promise<void>;
}

/** Firefox without a window, driven by WebDriver BiDi, which it speaks itself. */
export async function launchFirefox(preferences: Preferences = {}): Promise<Firefox> {
  const profile = mkdtempSync(join(tmpdir(), "esptool-firefox-"));
  const lines = Object.entries({ ...PREFERENCES, ...preferences }).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  );
  writeFileSync(join(profile, "user.js"), lines.join("\n"));
  const options = ["--headless", "--no-remote", "--remote-debugging-port", "0", "--profile", profile, "about:blank"];
  const browser = spawn(FIREFOX ?? "", options, { stdio: ["ignore", "pipe", "pipe"] });
  const gone = new Promise<void>((resolve) => void browser.once("close", () => resolve()));
  const close = async (): Promise<void> => {
    browser.kill("SIGKILL");
    await gone;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const complaints: string[] = [];
    const send = await conversation(`${await addressOf(browser)}/session`, complaints);
    const { capabilities } = await send("session.new", { capabilities: {} });
    await send("session.subscribe", { events: ["log.entryAdded"] });
    const { contexts } = await send("browsingContext.getTree", {});
    const [first] = contexts as { readonly context: string }[];
    const page = pageOf(send, first?.context ?? "", complaints);
    return { version: (capabilities as { readonly browserVersion: string }).browserVersion, page, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** It says where it can be talked to. */
function addressOf(browser: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const hear = (bytes: Buffer): void => {
      said += bytes.toString();
      const address = /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    };
    browser.stdout?.on("data", hear);
    browser.stderr?.on("data", hear);
    browser.once("error", reject);
    browser.once("close", () => reject(new Error(`Firefox ended: ${said}`)));
  });
}

async function conversation(url: string, complaints: string[]): Promise<Send> {
  let count = 0;
  const waiting = new Map<number, { resolve(result: Result): void; reject(error: Error): void }>();
  const hear = (text: string): void => {
    const { id, type, result, message, params } = JSON.parse(text);
    if (type === "event") {
      if (params.level === "error" || params.level === "warn") complaints.push(params.text);
      return;
    }
    const asked = waiting.get(id);
    waiting.delete(id);
    if (type === "success") asked?.resolve(result);
    else asked?.reject(new Error(message));
  };
  const socket = await openWebSocket(url, {
    text: hear,
    closed: () => {
      for (const { reject } of waiting.values()) reject(new Error("Firefox is gone"));
    },
  });
  return (method, params) =>
    new Promise((resolve, reject) => {
      waiting.set(++count, { resolve, reject });
      socket.send(JSON.stringify({ id: count, method, params }));
    });
}

function pageOf(send: Send, context: string, complaints: readonly string[]): FirefoxPage {
  const run = async (expression: string): Promise<Readonly<Record<string, unknown>>> => {
    const { type, result, exceptionDetails } = await send("script.evaluate", {
      target: { context },
      awaitPromise: true,
      expression,
    });
    if (type === "success") return result as Record<string, unknown>;
    throw new Error((exceptionDetails as { readonly text: string }).text);
  };
  const evaluate = async (expression: string): Promise<unknown> => {
    const { value } = await run(`(async () => JSON.stringify((await (${expression})) ?? null))()`);
    return JSON.parse(value as string);
  };
  const until = async (expression: string): Promise<void> => {
    while (!(await evaluate(`Boolean(${expression})`))) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const nodeOf = async (element: string): Promise<{ readonly sharedId: string }> => {
    await until(`(${element}) && !(${element}).disabled`);
    const { sharedId } = await run(`(${element}).scrollIntoView({ block: "center" }); (${element})`);
    return { sharedId: sharedId as string };
  };
  return {
    complaints,
    evaluate,
    until,
    before: async (script) => {
      await send("script.addPreloadScript", { functionDeclaration: `() => { ${script} }` });
    },
    goto: async (url) => {
      await send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    click: async (element) => {
      const origin = { type: "element", element: await nodeOf(element) };
      const steps = [
        { type: "pointerMove", x: 0, y: 0, origin },
        { type: "pointerDown", button: 0 },
        { type: "pointerUp", button: 0 },
      ];
      await send("input.performActions", { context, actions: [{ type: "pointer", id: "mouse", actions: steps }] });
    },
    chooseFiles: async (element, files) => {
      await send("input.setFiles", { context, element: await nodeOf(element), files });
    },
  };
}
