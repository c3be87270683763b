/** Runs in a page: a chip lives in it, and the library connects to it, writes and reads back, burns, signs, encrypts, and explains a crash. */
import { crashReader, crashText, debugInfo, lookUp } from "../../src/crash.ts";
import { burnEfuses, efuseDevice, planBurn, readEfuses, summaryValue } from "../../src/efuse.ts";
import { connect, disconnect, type EspEvent, monitor, readFlash, writeFlash } from "../../src/index.ts";
import {
  decryptFlashData,
  encryptFlashData,
  generateFlashEncryptionKey,
  generateSigningKey,
  publicKeyOf,
  SIGNING_SCHEMES,
  signDataV2,
  verifySignaturesV2,
} from "../../src/secure.ts";
import { virtualChip } from "../../src/virtual.ts";

export interface PageResult {
  readonly chip: string;
  readonly loader: string;
  readonly verified: string;
  readonly equal: boolean;
  readonly events: readonly string[];
  readonly hasNode: boolean;
  /** As the chip reads it after the burn. */
  readonly burned: string;
  /** The verdict over a signature of each scheme. */
  readonly signatures: readonly string[];
  readonly decrypted: boolean;
  /** What the monitor explains of a crash, and the function that a single address belongs to. */
  readonly crash: readonly string[];
  readonly lookedUp: string | null;
}

async function burn(): Promise<string> {
  const session = await connect(virtualChip("esp32c6").port, { stub: false });
  const device = efuseDevice(session);
  const plan = planBurn(await readEfuses(device), [{ kind: "field", field: "DIS_TWAI" }]);
  const { state } = await burnEfuses(device, plan);
  await disconnect(session);
  return state === null ? "nothing" : summaryValue(state, { names: ["DIS_TWAI"] });
}

async function sign(data: Uint8Array): Promise<string[]> {
  const verdicts: string[] = [];
  for (const scheme of SIGNING_SCHEMES) {
    const key = await generateSigningKey(scheme);
    const { bytes } = await signDataV2(data, [key]);
    verdicts.push((await verifySignaturesV2(bytes, publicKeyOf(key))).verdict);
  }
  return verdicts;
}

function decrypts(data: Uint8Array): boolean {
  const encryption = { scheme: "aes-xts", key: generateFlashEncryptionKey(512) } as const;
  const { data: encrypted } = encryptFlashData(encryption, 0x10000, data);
  const { data: plain } = decryptFlashData(encryption, 0x10000, encrypted);
  return plain.every((byte, index) => byte === data[index]) && !encrypted.every((byte, index) => byte === data[index]);
}

const fetched = async (name: string): Promise<ArrayBuffer> => await (await fetch(name)).arrayBuffer();

/** The chip crashes while the page watches it. */
async function crash(): Promise<Pick<PageResult, "crash" | "lookedUp">> {
  const program = debugInfo(await fetched("/app.elf"));
  const appText = new TextDecoder().decode(await fetched("/panic.txt"));
  const { port } = virtualChip("esp32c3", { appText, appEveryMs: 60_000 });
  const told: string[] = [];
  const reader = crashReader({ programs: [program], onCrash: (report) => told.push(...crashText(report)) });
  const running = await monitor(port, { reset: true, onLine: ({ text }) => void reader.push(`${text}\n`) });
  await new Promise<void>((resolve) => void port.clock.after(3000, resolve));
  await running.close();
  return { crash: told, lookedUp: lookUp(program, 0x4200_0066)?.frames.at(-1)?.functionName ?? null };
}

async function run(): Promise<PageResult> {
  const chip = virtualChip("esp32c3");
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { baudRate: 921_600, onEvent: (event) => events.push(event) });
  const data = Uint8Array.from({ length: 50_000 }, (_, index) => (index * 7) ^ (index >> 8));
  const written = await writeFlash(session, [{ address: 0x10000, data, name: "page" }]);
  const { data: read } = await readFlash(session, { address: 0x10000, sizeBytes: data.length });
  await disconnect(session);
  return {
    chip: session.chip.id,
    loader: session.loader,
    verified: written.files[0]?.verified ?? "nothing",
    equal: read.length === data.length && read.every((byte, index) => byte === data[index]),
    events: [...new Set(events.map(({ type }) => type))],
    burned: await burn(),
    signatures: await sign(data),
    decrypted: decrypts(data),
    ...(await crash()),
    hasNode: "process" in globalThis || "Buffer" in globalThis,
  };
}

const page = globalThis as unknown as { result?: Promise<PageResult> };
page.result = run();
