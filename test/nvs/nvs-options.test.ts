/** Each option of the commands for NVS does what its words say. */
import { normalize } from "node:path/posix";
import { expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { encodePartitionTable } from "../../src/partition.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { type TestCliHost, testCliHost } from "../support/cli-host.ts";
import { startFirmware } from "../support/nvs/firmware.ts";

type Files = Record<string, Uint8Array>;

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const CSV = bytes("key,type,encoding,value\napp,namespace,,\nboots,data,u32,41\nname,data,string,box\n");
const found = (file: Uint8Array | undefined) => startFirmware(file ?? new Uint8Array());

async function run(argv: readonly string[], files: Files, options: Parameters<typeof testCliHost>[0] = {}) {
  const host: TestCliHost = testCliHost({ ...options, files });
  const code = await runCli(argv, host);
  for (const [path, data] of host.stored) if (data instanceof Uint8Array) files[normalize(path)] = data;
  return { code, out: host.out(), err: host.err() };
}

async function succeeds(line: string, files: Files, options: Parameters<typeof testCliHost>[0] = {}): Promise<string> {
  const { code, out, err } = await run(line.split(" "), files, options);
  expect(code, `${line}: ${out}${err}`).toBe(0);
  return out;
}

it("a partition of any name is found in a table of any place", async () => {
  const files: Files = { "in.csv": CSV };
  await succeeds("nvs make in.csv nvs.bin 0x4000", files);
  const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING });
  chip.flash.place(0x20000, files["nvs.bin"] ?? new Uint8Array());
  const row = { type: 1, subtype: 2, encrypted: false, readonly: false };
  chip.flash.place(0x9000, encodePartitionTable([{ ...row, name: "settings", address: 0x20000, sizeBytes: 0x4000 }]));
  const host = { port: chip.port };
  const where = "--partition settings --partition-table-address 0x9000";
  const on = "--chip esp32c3 --port virtual";
  await succeeds(`${on} nvs set app boots 42 ${where}`, files, host);
  await succeeds(`${on} nvs set app mode 7 --type u8 ${where}`, files, host);
  expect(await succeeds(`${on} nvs get app boots ${where}`, files, host)).toContain("app/boots u32 42");
  await succeeds(`${on} nvs erase app name ${where}`, files, host);
  await succeeds(`${on} nvs export out.json ${where}`, files, host);
  expect(new TextDecoder().decode(files["out.json"])).not.toContain("box");
  await succeeds(`${on} nvs import out.json ${where}`, files, host);
  expect(found(chip.flash.read(0x20000, 0x4000))).toEqual(
    new Map([
      ["app/boots", new Set(["4:2a000000"])],
      ["app/mode", new Set(["1:07"])],
    ]),
  );
  // The usual place has no table, and the usual name is not in this one.
  expect(await run(`${on} nvs get`.split(" "), files, host)).toMatchObject({ code: 2 });
  expect(await run(`${on} nvs get --partition-table-address 0x9000`.split(" "), files, host)).toMatchObject({
    code: 2,
  });
});

it("keys of the HMAC scheme are made, used and derived again", async () => {
  const files: Files = { "in.csv": CSV };
  const generate =
    "nvs generate-key --key-protect-hmac --kp-hmac-keygen --kp-hmac-keyfile hmac.bin --keyfile first.bin";
  await succeeds(generate, files);
  expect(files["keys/hmac.bin"]).toHaveLength(32);
  await succeeds("nvs make-keys --key-protect-hmac --kp-hmac-inputkey keys/hmac.bin --keyfile second.bin", files);
  expect(files["keys/second.bin"]).toEqual(files["keys/first.bin"]);
  await succeeds(
    "nvs encrypt in.csv enc.bin 0x4000 --keygen --key-protect-hmac --kp-hmac-inputkey keys/hmac.bin",
    files,
  );
  const fresh = "--keygen --key-protect-hmac --kp-hmac-keygen --kp-hmac-keyfile other.bin --keyfile third.bin";
  await succeeds(`nvs encrypt in.csv other.bin 0x4000 ${fresh}`, files);
  expect(await succeeds("nvs get --file other.bin --hmac-key keys/other.bin", files)).toContain("app/boots u32 41");
  const key = "--file enc.bin --hmac-key keys/hmac.bin";
  expect(await succeeds(`nvs get ${key}`, files)).toContain("app/boots u32 41");
  await succeeds(`nvs set app boots 43 ${key}`, files);
  await succeeds(`nvs erase app name ${key}`, files);
  await succeeds(`nvs export out.json ${key}`, files);
  await succeeds(`nvs import out.json ${key}`, files);
  await succeeds("nvs decrypt enc.bin keys/first.bin plain.bin --outdir clear", files);
  expect(found(files["clear/plain.bin"])).toEqual(new Map([["app/boots", new Set(["4:2b000000"])]]));
});

it.each(["make-keys", "generate-key"])(
  "a keys file that is there is replaced by %s when it is told to",
  async (command) => {
    const files: Files = {};
    await succeeds(`nvs ${command} --keyfile k.bin --outdir out`, files);
    const first = files["out/keys/k.bin"];
    expect(first).toHaveLength(4096);
    expect(await run(`nvs ${command} --keyfile k.bin --outdir out`.split(" "), files)).toMatchObject({ code: 2 });
    expect(files["out/keys/k.bin"]).toEqual(first);
    await succeeds(`nvs ${command} --keyfile k.bin --outdir out --force`, files);
    expect(files["out/keys/k.bin"]).not.toEqual(first);
  },
);

it("an image is encrypted with new keys, beside them in the folder for outputs", async () => {
  const files: Files = { "in.csv": CSV };
  const line = "nvs encrypt in.csv enc.bin 0x4000 --keygen --keyfile new.bin --outdir out --version 2";
  await succeeds(line, files);
  expect(await succeeds("nvs get --file out/enc.bin --keys out/keys/new.bin", files)).toContain("app/boots u32 41");
  expect(await run(line.split(" "), files)).toMatchObject({ code: 2 });
  await succeeds(`${line} --force`, files);
});

it.each(["nvs make", "nvs generate"])(
  "%s puts entries of a namespace that is taken up again where it is told to",
  async (command) => {
    const twice = bytes("key,type,encoding,value\na,namespace,,\nb,namespace,,\na,namespace,,\nk,data,u8,1\n");
    const files: Files = { "in.csv": twice };
    await succeeds(`${command} in.csv usual.bin 0x3000 --version 1 --outdir out`, files);
    await succeeds(`${command} in.csv named.bin 0x3000 --by-name`, files);
    expect([...found(files["out/usual.bin"]).keys()]).toEqual(["b/k"]);
    expect([...found(files["named.bin"]).keys()]).toEqual(["a/k"]);
    await succeeds("nvs encrypt in.csv enc.bin 0x3000 --keygen --keyfile k.bin --by-name", files);
    expect(await succeeds("nvs get --file enc.bin --keys keys/k.bin", files)).toContain("a/k u8 1");
  },
);
