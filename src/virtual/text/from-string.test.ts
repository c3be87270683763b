import { describe, expect, it } from "vitest";
import { recordingSink } from "../../../test/support/chip/recording-sink.ts";
import { CHIPS } from "../../core/chip/catalog.ts";
import { systemClock } from "../../core/clock.ts";
import type { EspError } from "../../core/errors.ts";
import { FAULT_TEXTS } from "./fault-text.ts";
import { virtualChipFromString, virtualPortFromString } from "./from-string.ts";
import type { FileAccess } from "./kept-state.ts";
import { TEXT_OPTIONS } from "./text-options.ts";

function memoryFiles(): FileAccess & { readonly stored: Map<string, Uint8Array<ArrayBuffer>>; writes: number } {
  const files = {
    stored: new Map<string, Uint8Array<ArrayBuffer>>(),
    writes: 0,
    read: async (path: string) => files.stored.get(path) ?? null,
    write: async (path: string, bytes: Uint8Array<ArrayBuffer>) => {
      files.writes++;
      files.stored.set(path, bytes);
    },
  };
  return files;
}

async function failure(text: string, files: FileAccess = memoryFiles()): Promise<EspError> {
  return virtualPortFromString(text, files).then(
    () => {
      throw new Error("should have failed");
    },
    (error: EspError) => error,
  );
}

async function openAndClose(chip: Awaited<ReturnType<typeof virtualChipFromString>>): Promise<void> {
  await chip.port.open({ baudRate: 115200 }, recordingSink(chip.clock));
  await chip.port.close();
}

describe("a virtual chip from a text", () => {
  it.each(CHIPS.map(({ id, name }) => [id, name]))("is %s, named as users name it", async (id, name) => {
    for (const text of [`virtual:${id}`, `Virtual:${name}`, id]) {
      const chip = await virtualChipFromString(text, memoryFiles());
      expect(chip.chip.id).toBe(id);
      expect(chip.port.info.path).toBe(text);
    }
  });

  it("obeys every key", async () => {
    const text =
      "virtual:esp32c3,flash=8MB,mac=60-55-f9-01-02-03,rev=1.1,package=1,crystal=40,usb=serial-jtag,circuit=none," +
      "wiring=normal,boot=held,lines=1,atomic-lines=0,any-baud=1,latency=2.5,crash=riscv,app=one%2C two%25,app-baud=9600,realtime=1,secure-boot," +
      "flash-encryption=yes,secure-download=0,jedec=ef4017,fault=ignore:0x13,nand=W25N01GV,bad-blocks=17;3," +
      "max-baud=4000000,max-baud-to-chip=4000001,max-baud-to-host=4000002,refuses-baud=4000003,garbles=4000004:5," +
      "loses=4000006:7,brown-out-baud=4000008,improv=ready";
    const used = text.split(",").map((part) => part.replace(/=.*/, ""));
    // What somebody does later, in real time here, is looked at by test/cli/connect.
    const later = ["boot-button", "appears-after"];
    for (const { key } of TEXT_OPTIONS) if (key !== "file" && !later.includes(key)) expect(used, key).toContain(key);
    const chip = await virtualChipFromString(text, memoryFiles());
    expect(chip.flash).toMatchObject({ sizeBytes: 8 << 20, jedecId: [0xef, 0x40, 0x17] });
    expect(chip.nand?.badBlocks).toEqual([3, 17]);
    const word = (register: number): number => chip.silicon.efuses.get(register) ?? 0;
    expect([...chip.chip.mac(word).base]).toEqual([0x60, 0x55, 0xf9, 1, 2, 3]);
    expect(chip.chip.identify(word)).toMatchObject({ majorRevision: 1, minorRevision: 1, packageVersion: 1 });
    expect(chip.port.info.usbProductId).toBe(0x1001);
    expect(chip.port.capabilities).toEqual({ lines: true, atomicLines: false, baud: false });
    const before = systemClock.now();
    const now = chip.clock.now();
    expect([before <= now, now <= systemClock.now()]).toEqual([true, true]);
    expect(chip.running).toBe("rom-loader");
  });

  it("says what is wrong and what there is", async () => {
    const unknown = await failure("virtual:esp33");
    expect(unknown.code).toBe("virtual.unknown-chip");
    expect(unknown.hint).toContain("esp32c3");
    for (const wrong of [
      "colour=red",
      "flash=4",
      "flash=3MB",
      "mac=1:2",
      "rev=x",
      "rev=9.9",
      "package=-1",
      "crystal=39",
      "usb=wifi",
      "usb=otg",
      "boot",
      "latency=-1",
      "app-baud=0",
      "file=",
      "jedec=ef40",
      "realtime=maybe",
      "nand=k9f1g08",
      "bad-blocks=a",
      "bad-blocks=1024",
      "fault=gremlins",
      "fault=ignore",
      "fault=ignore:x",
      "fault=ignore:1:2:3",
      "flash=4MB,flash=4MB",
      "",
    ]) {
      const error = await failure(`virtual:esp32c3,${wrong}`);
      expect(error.code, wrong).toBe("virtual.invalid-option");
    }
    const hint = (await failure("virtual:esp32c3,colour=red")).hint;
    for (const { key } of TEXT_OPTIONS) expect(hint).toContain(key);
  });

  it("knows every fault it declares", async () => {
    for (const { name, parameters } of FAULT_TEXTS) {
      const text = [name, ...parameters.map(() => "2")].join(":");
      await virtualPortFromString(`virtual:esp32,fault=${text}+${text}`, memoryFiles());
    }
  });

  it("applies its faults", async () => {
    const chip = await virtualChipFromString("virtual:esp32,fault=unplug-host:3", memoryFiles());
    const sink = recordingSink(chip.clock);
    await chip.port.open({ baudRate: 115200 }, sink);
    await chip.port.write(new Uint8Array(2));
    await chip.port.setBaudRate(115200);
    expect(sink.losses).toHaveLength(0);
    await chip.port.write(new Uint8Array(2));
    await expect(chip.port.setBaudRate(9600)).rejects.toMatchObject({ code: "port.lost" });
  });
});

describe("a chip kept in a file", () => {
  it("has its NAND flash and its bad blocks again", async () => {
    const files = memoryFiles();
    const first = await virtualChipFromString("virtual:esp32s3,nand=W25N01GV,bad-blocks=3+17,file=my.chip", files);
    first.nand?.place(0x20000, Uint8Array.of(1, 2, 3));
    await openAndClose(first);
    const second = await virtualChipFromString("virtual:esp32s3,file=my.chip", files);
    expect(second.nand?.badBlocks).toEqual([3, 17]);
    expect(second.nand?.snapshot()).toEqual(first.nand?.snapshot());
    expect((await virtualChipFromString("virtual:esp32s3", files)).nand).toBeNull();
  });

  it("has its flash and eFuses again", async () => {
    const files = memoryFiles();
    const first = await virtualChipFromString("virtual:esp32c3,flash=2MB,mac=60:55:f9:0a:0b:0c,file=my.chip", files);
    first.flash.place(0x1234, Uint8Array.of(1, 2, 3));
    first.silicon.efuses.set(0x60008830, 0xabcd);
    await openAndClose(first);
    await first.port.close();
    expect([...files.stored.keys()]).toEqual(["my.chip"]);
    expect(files.writes).toBe(1);
    const second = await virtualChipFromString("virtual:esp32c3,file=my.chip", files);
    expect(second.flash.sizeBytes).toBe(2 << 20);
    expect([...second.flash.read(0x1233, 5)]).toEqual([0xff, 1, 2, 3, 0xff]);
    expect(second.silicon.efuses).toEqual(first.silicon.efuses);
  });

  it("is saved after the cable was pulled, too", async () => {
    const files = memoryFiles();
    const chip = await virtualChipFromString("virtual:esp32c3,file=a", files);
    await chip.port.open({ baudRate: 115200 }, recordingSink(chip.clock));
    chip.unplug();
    await chip.port.close();
    expect(files.writes).toBe(1);
  });

  it("is not written when the port was never open", async () => {
    const files = memoryFiles();
    await (await virtualPortFromString("virtual:esp32c3,file=a", files)).close();
    expect(files.writes).toBe(0);
  });

  it("is as another program left it, when its port is opened after that", async () => {
    const files = memoryFiles();
    await openAndClose(await virtualChipFromString("virtual:esp32c3,file=a", files));
    const [first, second] = [
      await virtualChipFromString("virtual:esp32c3,file=a", files),
      await virtualChipFromString("virtual:esp32c3,file=a", files),
    ];
    await first.port.open({ baudRate: 115200 }, recordingSink(first.clock));
    first.flash.place(0x1000, Uint8Array.of(7));
    first.silicon.efuses.set(0x60008838, 1);
    await first.port.close();
    await openAndClose(second);
    expect([...second.flash.read(0x1000, 1)]).toEqual([7]);
    expect(second.silicon.efuses.get(0x60008838)).toBe(1);
    expect(files.writes).toBe(2);
  });

  it("is not written over what a program without manners has put there meanwhile", async () => {
    const files = memoryFiles();
    const chip = await virtualChipFromString("virtual:esp32c3,file=a", files);
    await chip.port.open({ baudRate: 115200 }, recordingSink(chip.clock));
    files.stored.set("a", Uint8Array.of(1));
    await expect(chip.port.close()).rejects.toMatchObject({ code: "virtual.state-file" });
    expect(files.stored.get("a")).toEqual(Uint8Array.of(1));
  });

  it("is never mistaken for another or for a blank one", async () => {
    const files = memoryFiles();
    await openAndClose(await virtualChipFromString("virtual:esp32c3,file=a", files));
    expect((await failure("virtual:esp32c6,file=a", files)).code).toBe("virtual.state-file");
    expect((await failure("virtual:esp32c3,flash=8MB,file=a", files)).code).toBe("virtual.state-file");
    files.stored.set("a", new Uint8Array(0));
    expect((await failure("virtual:esp32c3,file=a", files)).code).toBe("virtual.state-file");
    expect(files.stored.get("a")).toHaveLength(0);
  });
});
