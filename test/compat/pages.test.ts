import { describe, expect, it } from "vitest";
import {
  CustomReset,
  ESPError,
  ESPLoader,
  type FlashFreqValues,
  type FlashModeValues,
  type FlashOptions,
  type FlashSizeValues,
  HardReset,
  isEspError,
  type LoaderOptions,
  type ResetConstructors,
  TimeoutError,
  Transport,
  validateCustomResetStringSequence,
} from "../../src/compat.ts";
import { errorOf } from "../support/outcome.ts";
import { binaryString, type Page, page, scrap } from "../support/port/page.ts";

const APP = { appText: "Hello from the application.\r\n" };

describe("the calls of ESP Web Tools", () => {
  /** How it resets a board on the way out, before it had `after`. */
  async function resetTransport({ transport, pause }: Page): Promise<void> {
    await transport.device.setSignals({ dataTerminalReady: false, requestToSend: true });
    await pause(250);
    await transport.device.setSignals({ dataTerminalReady: false, requestToSend: false });
    await pause(250);
  }

  it("flash parts given as binary strings, count them up, and leave a closed port and a running application", async () => {
    const opened = page("esp32c3", APP);
    const { chip, device, transport } = opened;
    const esploader = new ESPLoader({ transport, baudrate: 115200, romBaudrate: 115200, enableTracing: false });
    await esploader.main();
    await esploader.flashId();
    expect(esploader.chip.CHIP_NAME).toBe("ESP32-C3");
    expect(esploader.chip.ROM_TEXT).toBeTruthy();

    const parts = [
      { bytes: scrap(20_001), address: 0x8000 },
      { bytes: scrap(60_000, 2), address: 0x10000 },
    ];
    const fileArray = parts.map(({ bytes, address }) => ({ data: binaryString(bytes), address }));
    let finished = 0;
    const percents: number[] = [];
    const totalSize = 80_001;
    await esploader.writeFlash({
      fileArray,
      flashSize: "keep",
      flashMode: "keep",
      flashFreq: "keep",
      eraseAll: false,
      compress: true,
      reportProgress: (fileIndex, written, total) => {
        const here = (written / total) * (fileArray[fileIndex]?.data.length ?? Number.NaN);
        percents.push(Math.floor(((finished + here) / totalSize) * 100));
        if (written === total) finished += here;
      },
    });
    expect(finished).toBe(totalSize);
    expect(percents.at(-1)).toBe(100);
    expect(percents).toEqual([...percents].sort((left, right) => left - right));
    for (const { bytes, address } of parts)
      expect(chip.flash.read(address, bytes.length)).toEqual(Uint8Array.from(bytes));

    await resetTransport(opened);
    await transport.disconnect();
    expect(device.readable).toBeNull();
    expect(chip.running).toBe("user-code");
    // The page opens the port again for what comes after it.
    await device.open({ baudRate: 115200, bufferSize: 8192 });
    await device.close();
  });

  it("end with after() where it is newer, and erase first when asked to", async () => {
    const { chip, device, transport, pause } = page("esp32", APP);
    chip.flash.place(0x300000, Uint8Array.of(1, 2, 3));
    const esploader = new ESPLoader({ transport, baudrate: 115200, romBaudrate: 115200, enableTracing: false });
    await esploader.main();
    await esploader.eraseFlash();
    expect(chip.flash.read(0x300000, 3)).toEqual(Uint8Array.of(0xff, 0xff, 0xff));
    await esploader.writeFlash({ fileArray: [{ data: scrap(5000), address: 0x10000 }], compress: true });
    expect(chip.running).toBe("stub");
    await esploader.after();
    await pause(250);
    await transport.disconnect();
    expect(chip.log.at(-1)).toMatchObject({ event: "start-flash" });
    expect(device.log.at(-1)).toBe("close");
  });

  it("reset the board and close the port after main has failed", async () => {
    const opened = page("esp32c3", { ...APP, circuit: "boot-not-wired" });
    const { chip, device, transport } = opened;
    const esploader = new ESPLoader({ transport, baudrate: 115200, romBaudrate: 115200, enableTracing: false });
    const error = await errorOf(esploader.main());
    expect(error.code).toBe("connect.wrong-boot-mode");
    expect(error).toBeInstanceOf(ESPError);
    expect(error.message.length).toBeGreaterThan(10);
    await resetTransport(opened);
    await transport.disconnect();
    expect(device.readable).toBeNull();
    expect(chip.running).toBe("user-code");
  });

  it("may end with after() where main has failed", async () => {
    const { chip, device, transport, pause } = page("esp32c3", { ...APP, circuit: "boot-not-wired" });
    const esploader = new ESPLoader({ transport, baudrate: 115200 });
    await errorOf(esploader.main());
    await pause(500);
    const starts = chip.log.filter(({ event }) => event === "start-flash").length;
    await esploader.after();
    await pause(500);
    expect(chip.log.filter(({ event }) => event === "start-flash")).toHaveLength(starts + 1);
    await transport.disconnect();
    expect(device.readable).toBeNull();
  });

  it("reset a board in its console, on a port that the page has opened itself", async () => {
    const { chip, device, pause } = page("esp32s3", APP);
    await device.open({ baudRate: 115200 });
    const resets = chip.log.length;
    const transport = new Transport(device, false, true, { clock: chip.clock });
    await new HardReset(transport).reset();
    await pause(250);
    expect(chip.log.length).toBeGreaterThan(resets);
    expect(chip.running).toBe("user-code");
    expect(device.readable?.locked).toBe(false);
    await device.close();
  });
});

describe("the calls of ESP Launchpad", () => {
  const serialOptions = { dataBits: 8, stopBits: 1, parity: "none", bufferSize: 255, flowControl: "none" } as const;

  it("flash, then show the console on the same transport, by the port's own streams", async () => {
    const { chip, device, transport, lines, loader, pause } = page("esp32c6", APP);
    const esploader = loader({ baudrate: 921600, serialOptions });
    const description = await esploader.main();
    expect(description).toContain("ESP32-C6");
    expect(esploader.chip.CHIP_NAME).toBe("ESP32-C6");
    await esploader.flashId();
    expect(lines).toContain("Detected flash size: 4MB");
    expect(lines).toContain(`Chip is ${description}`);
    const data = scrap(30_000);
    const options: FlashOptions = {
      fileArray: [{ data, address: 0x10000 }],
      flashSize: "keep",
      flashMode: "keep",
      flashFreq: "keep",
      eraseAll: false,
      compress: true,
    };
    await esploader.writeFlash(options);
    expect(chip.flash.read(0x10000, data.length)).toEqual(Uint8Array.from(data));
    expect(lines.some((line) => /^Writing at 0x0001[0-9a-f]{4}\.\.\. \(\d+%\)$/.test(line))).toBe(true);
    expect(device.log).toContain("open 921600");

    await transport.disconnect();
    await transport.connect(115200, serialOptions);
    await transport.setRTS(true);
    await pause(100);
    await transport.setRTS(false);
    await transport.setDTR(false);
    await pause(100);
    await transport.setDTR(true);
    const reader = device.readable?.getReader();
    let shown = "";
    while (!shown.includes("Hello from the application.")) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done || value === undefined) break;
      shown += new TextDecoder().decode(value);
    }
    expect(shown).toContain("Hello from the application.");
    expect(device.writable?.locked).toBe(false);
    const writer = device.writable?.getWriter();
    await writer?.write(new TextEncoder().encode("help\r"));
    writer?.releaseLock();
    await reader?.cancel();
    reader?.releaseLock();
    await transport.disconnect();
    expect(device.readable).toBeNull();
    // The same transport again.
    expect(await esploader.main()).toBe(description);
    await transport.disconnect();
  });

  it("show the reason on the terminal when something fails", async () => {
    const { lines, loader, transport } = page("esp32c3", { circuit: "none" });
    const error = await errorOf(loader().main());
    expect(lines.at(-1)).toContain(error.message);
    await transport.disconnect();
  });
});

describe("the examples of esptool-js", () => {
  it("write with flash settings, read back in packets and erase", async () => {
    const { chip, transport, loader } = page("esp32c3");
    const esploader = loader({ debugLogging: false });
    await esploader.main();
    const firmwareData = new Uint8Array(32);
    firmwareData.set([0xe9, 0, 2, 0x00]);
    firmwareData[12] = 5;
    firmwareData.set([0xff, 0xff], 17);
    const asked: number[] = [];
    const flashOptions: FlashOptions = {
      fileArray: [{ data: firmwareData, address: 0 }],
      flashMode: "dio" as FlashModeValues,
      flashFreq: "40m" as FlashFreqValues,
      flashSize: "8MB" as FlashSizeValues,
      eraseAll: false,
      compress: true,
      calculateMD5Hash: (image: Uint8Array) => {
        asked.push(image.length);
        return "not the MD5 of anything";
      },
    };
    await esploader.writeFlash({ ...flashOptions, flashSize: "4MB" });
    // DIO, 4MB and 40 MHz.
    expect([...chip.flash.read(0, 4)]).toEqual([0xe9, 0, 2, 0x20]);
    expect(asked).toEqual([]);

    const packets: [number, number, number][] = [];
    const data = await esploader.readFlash(0, 40_000, (packet, progress, totalSize) =>
      packets.push([packet.length, progress, totalSize]),
    );
    expect(data).toEqual(chip.flash.read(0, 40_000));
    expect(packets).toEqual([
      [16384, 16384, 40_000],
      [16384, 32768, 40_000],
      [7232, 40_000, 40_000],
    ]);
    expect(await esploader.readFlash(0, 16)).toEqual(chip.flash.read(0, 16));
    expect(await esploader.readFlash(0, 0, () => {})).toEqual(new Uint8Array(0));

    await esploader.eraseRegion(0, 0x1000);
    expect(chip.flash.read(0, 4)).toEqual(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
    await esploader.after("hard_reset");
    await transport.disconnect();
  });

  it("reset by sequences of the caller's own", async () => {
    const { chip, transport, loader, pause } = page("esp32", APP);
    const customSequence = "D0|R0|W50|D0|R1|W200|D1|R0|W100|D0";
    expect(validateCustomResetStringSequence(customSequence)).toBe(true);
    const used: string[] = [];
    const done: string[] = [];
    /** A reset that tells when it was carried out, and not only made. */
    class Told extends CustomReset {
      override async reset(): Promise<void> {
        done.push("custom");
        await super.reset();
      }
    }
    const resetConstructors: ResetConstructors = {
      customReset: (on, sequence) => {
        used.push(sequence);
        return new Told(on, customSequence);
      },
      hardReset: (on, usingUsbOtg) => {
        used.push(`hard ${usingUsbOtg}`);
        return new HardReset(on, usingUsbOtg);
      },
    };
    const esploader = loader({ resetConstructors });
    await esploader.main("default_reset");
    expect(used).toEqual(["D0|R1|W100|D1|R0|W50|D0"]);
    expect(done).toEqual(["custom"]);
    expect(chip.log.filter(({ event }) => event === "start-download")).toHaveLength(1);
    await esploader.after("hard_reset", false);
    await pause(250);
    expect(used.at(-1)).toBe("hard false");
    expect(chip.running).toBe("user-code");
    await transport.disconnect();
  });

  it("reset in turn with what the caller makes, until the chip answers", async () => {
    const { transport, loader } = page("esp32c3");
    const done: number[] = [];
    /** The first one starts the application in place of the loader. */
    class InTurn extends CustomReset {
      readonly #delay: number;
      constructor(on: Transport, delay: number) {
        super(on, delay === 50 ? "D0|R1|W100|R0" : `D0|R1|W100|D1|R0|W${delay}|D0`);
        this.#delay = delay;
      }
      override async reset(): Promise<void> {
        done.push(this.#delay);
        await super.reset();
      }
    }
    const esploader = loader({ resetConstructors: { classicReset: (on, delay) => new InTurn(on, delay) } });
    await esploader.main();
    expect(done).toEqual([50, 550]);
    expect(esploader.IS_STUB).toBe(true);
    await transport.disconnect();
  });

  it("connect step by step", async () => {
    const { chip, transport, loader } = page("esp32s3");
    const esploader = loader({ baudrate: 460800 });
    await esploader.connect("default_reset", 3);
    expect([esploader.IS_STUB, esploader.FLASH_WRITE_SIZE, chip.running]).toEqual([false, 0x400, "rom-loader"]);
    await esploader.runStub();
    expect([esploader.IS_STUB, esploader.FLASH_WRITE_SIZE, chip.running]).toEqual([true, 0x4000, "stub"]);
    expect(transport.baudrate).toBe(115200);
    await esploader.changeBaud();
    expect([transport.baudrate, chip.baudRate]).toEqual([460800, 460800]);
    await esploader.writeFlash({ fileArray: [{ data: scrap(3000), address: 0x2000 }] });
    expect(chip.flash.read(0x2000, 3000)).toEqual(Uint8Array.from(scrap(3000)));
    await esploader.after("no_reset");
    await transport.disconnect();
    expect(chip.running).toBe("stub");
  });
});

describe("what is ours", () => {
  it("proves what is written without being asked", async () => {
    const { chip, transport, loader } = page("esp32c3");
    const esploader = loader();
    await esploader.main();
    const original = chip.flash.program.bind(chip.flash);
    chip.flash.program = (address, bytes, completed) => {
      original(address, bytes, completed);
      chip.flash.place(0x12345, Uint8Array.of(0));
    };
    const reports: [number, number][] = [];
    const error = await errorOf(
      esploader.writeFlash({
        fileArray: [{ data: scrap(20_000), address: 0x10000 }],
        reportProgress: (_, written, total) => reports.push([written, total]),
      }),
    );
    expect(error.code).toBe("flash.verify-failed");
    // Nobody was told that the file is done.
    expect(reports.every(([written, total]) => written < total)).toBe(true);
    await transport.disconnect();
  });

  it("refuses an image for another chip before the flash is touched, unless forced", async () => {
    const { chip, transport, loader } = page("esp32c3");
    const image = new Uint8Array(32);
    image.set([0xe9, 0, 2, 0x20]);
    image[12] = 9;
    image.set([0xff, 0xff], 17);
    const esploader = loader();
    await esploader.main();
    const fileArray = [{ data: image, address: 0 }];
    expect((await errorOf(esploader.writeFlash({ fileArray, eraseAll: true }))).code).toBe("image.wrong-chip");
    expect(chip.flash.counters.erasesPerSector.size).toBe(0);
    await esploader.writeFlash({ fileArray, force: true });
    expect(chip.flash.read(0, 32)).toEqual(image);
    await transport.disconnect();
  });

  it("lets go of everything when disconnected in the middle of a write", async () => {
    const { device, transport, loader } = page("esp32c3");
    const esploader = loader();
    await esploader.main();
    let isLeaving: Promise<void> | null = null;
    const error = await errorOf(
      esploader.writeFlash({
        fileArray: [{ data: scrap(200_000), address: 0x10000 }],
        compress: false,
        reportProgress: () => {
          isLeaving ??= transport.disconnect();
        },
      }),
    );
    expect(error.code).toBe("session.closed");
    await isLeaving;
    expect(device.readable).toBeNull();
    expect((await errorOf(esploader.eraseFlash())).code).toBe("session.closed");
    await esploader.main();
    await transport.disconnect();
  });

  it("lets go of everything when disconnected while it connects", async () => {
    const { device, transport, loader, pause } = page("esp32c3", { circuit: "none" });
    const connecting = errorOf(loader().main());
    await pause(300);
    await transport.disconnect();
    expect((await connecting).code).toBe("operation.aborted");
    expect(device.readable).toBeNull();
  });

  it("tells a lost device as an error of the port, and to who asked for it", async () => {
    const { chip, device, transport, loader } = page("esp32c3");
    let lost = 0;
    transport.setDeviceLostCallback(() => lost++);
    const esploader = loader();
    await esploader.main();
    chip.unplug();
    const error = await errorOf(esploader.eraseFlash());
    expect(error.code).toMatch(/^port\./);
    expect(lost).toBe(1);
    chip.replug();
    device.connected = true;
    await esploader.main();
    await esploader.eraseFlash();
    await transport.disconnect();
  });

  it("is asked for error classes by instanceof", async () => {
    const silent = page("esp32c3", { circuit: "none", boot: "flash" });
    const error = await errorOf(silent.loader().main());
    expect(error instanceof TimeoutError).toBe(error.code === "connect.silence");
    expect(isEspError(new ESPError("mine"))).toBe(true);
    expect(new TimeoutError("late")).toBeInstanceOf(TimeoutError);
    expect(new ESPError("mine")).not.toBeInstanceOf(TimeoutError);
    await silent.transport.disconnect();
  });

  it("makes a transport of the port where there is none", async () => {
    const { device } = page("esp32c3");
    const options = { port: device, baudrate: 115200 } as unknown as LoaderOptions;
    expect(new ESPLoader(options).transport.device).toBe(device);
    expect(() => new ESPLoader({ baudrate: 115200 } as unknown as LoaderOptions)).toThrow("needs a transport");
  });
});
