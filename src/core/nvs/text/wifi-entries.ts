import { wifiMasterKey } from "../../bytes/keyed-digests.ts";
import { toUtf8 } from "../../bytes/text.ts";
import { concatBytes } from "../../bytes/words.ts";
import type { NvsEntry } from "../nvs-values.ts";

const STATION_KEYS: ReadonlySet<string> = new Set(["sta.ssid", "sta.pswd"]);
const ACCESS_POINT_KEYS: readonly string[] = ["ap.ssid", "ap.passwd", "ap.authmode"];

/**
 * What the original generator adds where the Wi-Fi driver's own keys are made by hand, for the driver expects all of them
 * (fact sheet 4.5). One for each file.
 */
export class WifiEntries {
  #hasStation = false;
  #hasAccessPoint = false;
  readonly #texts = new Map<string, string>();

  /** To stand before the entry of this key. */
  before(namespace: string, key: string, text: string): NvsEntry[] {
    if (!ACCESS_POINT_KEYS.includes(key) || this.#hasAccessPoint) return [];
    this.#texts.set(key, text);
    const [name, password, mode] = ACCESS_POINT_KEYS.map((wanted) => this.#texts.get(wanted));
    if (name === undefined || password === undefined || mode === undefined || mode.trim() === "0") return [];
    this.#hasAccessPoint = true;
    const key32 = wifiMasterKey(toUtf8(password), toUtf8(name));
    return [{ namespace, key: "ap.pmk_info", type: "blob", value: concatBytes([new Uint8Array(100), key32]) }];
  }

  /** To stand behind it. */
  after(namespace: string, key: string): NvsEntry[] {
    if (!STATION_KEYS.has(key) || this.#hasStation) return [];
    this.#hasStation = true;
    return [
      { namespace, key: "sta.apinfo", type: "blob", value: new Uint8Array(140).fill(0xff) },
      { namespace, key: "sta.pmk", type: "blob", value: new Uint8Array(32) },
      { namespace, key: "sta.apsw", type: "blob", value: new Uint8Array(2) },
    ];
  }
}
