import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findChip } from "../../src/chips.ts";
import { type EspError, isEspError } from "../../src/index.ts";
import {
  chooseInstallBuild,
  decideInstall,
  downloadInstallManifest,
  downloadInstallParts,
  type FetchLike,
  type InstallManifest,
  improvWaits,
  planInstall,
  serialTypeOf,
} from "../../src/install.ts";
import { answer } from "../support/install/fake-server.ts";

/** Vectors: manifests with the right decision (test/fixtures/manifest/README.md). */
interface Case {
  readonly name: string;
  readonly page: string;
  readonly manifestAttribute: string;
  readonly manifestText: string;
  readonly port: { readonly usbVendorId?: number };
  readonly chip: string;
  readonly improv: { readonly firmware: string; readonly version: string } | null;
  readonly httpStatus?: number;
  readonly sizes?: readonly number[];
  readonly partStatus?: readonly number[];
  readonly expect: {
    readonly error?: string;
    readonly serialType?: string;
    readonly build?: number;
    readonly parts?: readonly { readonly url: string; readonly offset: number }[];
    readonly action?: string;
    readonly erase?: string;
    readonly improvBeforeMs?: number;
    readonly improvAfterMs?: number;
  };
}

const CASES = JSON.parse(readFileSync("test/fixtures/manifest/cases.json", "utf8")) as Case[];

/** Our names for the errors of the vectors. */
const CODES: Readonly<Record<string, string>> = {
  "manifest-unreadable": "manifest.unreadable",
  "manifest-invalid": "manifest.invalid",
  "not-supported": "manifest.not-supported",
  "part-unreadable": "download.failed",
  "part-empty": "file.empty",
  "parts-overlap": "flash.overlap",
};

/** Everything up to the moment before something is erased. */
async function decide(one: Case) {
  const asked: string[] = [];
  const found: Record<string, unknown> = {};
  const fetch: FetchLike = async (url) => {
    if (url === new URL(one.manifestAttribute, one.page).href) return answer(one.manifestText, one.httpStatus);
    const index = asked.push(url) - 1;
    return answer(new Uint8Array(one.sizes?.[index] ?? 4096).fill(0x5a), one.partStatus?.[index]);
  };
  try {
    const got = await downloadInstallManifest({ url: one.manifestAttribute, page: one.page, fetch });
    const manifest: InstallManifest = got.manifest;
    const serialType = serialTypeOf(one.port);
    found["serialType"] = serialType;
    const chip = findChip(one.chip)?.id ?? "esp32";
    const target = { chip, serialType, revision: 0, flashBytes: 0x40_0000, psramBytes: null };
    const { build } = chooseInstallBuild(manifest, target);
    const { beforeMs, afterMs } = improvWaits(manifest);
    const { action, erase } = decideInstall(manifest, one.improv);
    Object.assign(found, { build: build.index, action, erase, improvBeforeMs: beforeMs, improvAfterMs: afterMs });
    const offsets = build.parts.map(({ offset }) => offset);
    const collect = (): void => {
      found["parts"] = asked.map((url, index) => ({ url, offset: offsets[index] }));
    };
    const parts = await downloadInstallParts(got, build, { fetch, flashBytes: target.flashBytes }).finally(collect);
    await planInstall({ build, parts, preserve: [] }, { ...target, partitions: null }, { erase: "erase-all" });
  } catch (error) {
    if (!isEspError(error)) throw error;
    return { ...found, error: (error as EspError).code };
  }
  return found;
}

describe("a manifest", () => {
  it("has vectors", () => {
    expect(CASES.length).toBe(57);
    expect(CASES.filter((one) => one.expect.error !== undefined).length).toBe(20);
  });

  it.each(CASES)("$name", async (one) => {
    const { error, ...rest } = one.expect;
    const expected = error === undefined ? rest : { ...rest, error: CODES[error] };
    const found = await decide(one);
    expect(found).toMatchObject(expected);
    expect("error" in found).toBe(error !== undefined);
  });
});
