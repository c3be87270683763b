import { createHash } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { LowLevelLoader } from "../../src/compat/loader/low-level-loader.ts";
import {
  ClassicReset,
  CustomReset,
  HardReset,
  type SerialDevice,
  TimeoutError,
  Transport,
  UsbJtagSerialReset,
  validateCustomResetStringSequence,
} from "../../src/compat.ts";
import { errorOf } from "../support/outcome.ts";
import { page, scrap } from "../support/port/page.ts";

const APP = { appText: "tick\r\n" };
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe("Transport", () => {
  it("opens the port and leaves its streams to the page", async () => {
    const { device, transport } = page("esp32c3");
    expect(transport.getInfo()).toBe("WebSerial VendorID 0x10c4 ProductID 0xea60");
    expect([transport.getVid(), transport.getPid()]).toEqual([0x10c4, 0xea60]);
    expect(transport.baudrate).toBe(0);
    await transport.connect();
    expect(transport.baudrate).toBe(115200);
    expect([device.readable?.locked, device.writable?.locked]).toEqual([false, false]);
    await transport.waitForUnlock(10);
    await transport.disconnect();
    await transport.disconnect();
    expect(device.log).toEqual(["open 115200", "close"]);
  });

  it("hands out what is received until it is told to end, on a device that falls silent as well", async () => {
    const { transport, pause } = page("esp32c3", APP);
    await transport.connect();
    let shown = "";
    let isClosed = false;
    const first = transport.rawRead(
      (bytes) => {
        shown += text(bytes);
        isClosed = shown.includes("tick");
      },
      () => isClosed,
    );
    await pause(3000);
    await first;
    expect(shown).toContain("tick");

    const second = transport.rawRead(
      () => {},
      () => false,
    );
    expect(
      (
        await errorOf(
          transport.rawRead(
            () => {},
            () => false,
          ),
        )
      ).code,
    ).toBe("session.busy");
    await transport.disconnect();
    await second;
    expect(
      (
        await errorOf(
          transport.rawRead(
            () => {},
            () => false,
          ),
        )
      ).code,
    ).toBe("port.closed");
  });

  it("goes on with the console after a loader has left the chip", async () => {
    const { transport, loader, pause } = page("esp32c3", APP);
    const esploader = loader({ baudrate: 460800 });
    await esploader.main();
    expect(
      (
        await errorOf(
          transport.rawRead(
            () => {},
            () => false,
          ),
        )
      ).code,
    ).toBe("session.busy");
    expect((await errorOf(transport.changeBaudrate(115200))).code).toBe("session.busy");
    await esploader.after("hard_reset");
    expect(await transport.changeBaudrate(115200)).toBe(true);
    expect(await transport.changeBaudrate(115200)).toBe(false);
    let shown = "";
    const reading = transport.rawRead(
      (bytes) => {
        shown += text(bytes);
      },
      () => false,
    );
    await pause(2500);
    await transport.disconnect();
    await reading;
    expect(shown).toContain("tick");
  });

  it("keeps what is read for who looks at it", async () => {
    const { transport, pause } = page("esp32c3", APP);
    await transport.connect();
    const reading = transport.readLoop();
    await pause(2500);
    expect(transport.inWaiting()).toBeGreaterThan(0);
    expect(text(transport.peek())).toContain("tick");
    expect(transport.peek()).toHaveLength(transport.inWaiting());
    transport.flushInput();
    expect(transport.inWaiting()).toBe(0);
    await pause(1500);
    await transport.drainInput(10, 100);
    expect(transport.inWaiting()).toBe(0);
    await transport.flushOutput();
    await transport.disconnect();
    await reading;
  });

  it("speaks SLIP: a ROM loader answers a SYNC", async () => {
    const { transport, pause } = page("esp32c3", { boot: "download" });
    await transport.connect();
    const sync = [0x07, 0x07, 0x12, 0x20, ...Array.from({ length: 32 }, () => 0x55)];
    await transport.write(Uint8Array.of(0x00, 0x08, sync.length, 0, 0, 0, 0, 0, ...sync));
    const reply = await transport.read(1000);
    expect([...reply.subarray(0, 2)]).toEqual([0x01, 0x08]);
    for (let copies = 1; copies < 8; copies++) await transport.read(1000);
    const late = await errorOf(transport.read(100));
    expect(late.code).toBe("link.timeout");
    expect(late).toBeInstanceOf(TimeoutError);
    await pause(10);
    expect(transport.slipWriter(Uint8Array.of(1, 0xc0, 0xdb))).toEqual(
      Uint8Array.of(0xc0, 1, 0xdb, 0xdc, 0xdb, 0xdd, 0xc0),
    );
    expect(transport.appendArray(Uint8Array.of(1), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
    await transport.disconnect();
  });

  it("changes the rate in place where the port can", async () => {
    const { device } = page("esp32c3");
    const rates: number[] = [];
    const capable: SerialDevice = Object.assign(device, {
      setBaudRate: async (rate: number) => {
        rates.push(rate);
      },
    });
    const transport = new Transport(capable);
    await transport.connect(115200);
    expect(await transport.changeBaudrate(921600)).toBe(false);
    expect(transport.baudrate).toBe(921600);
    await transport.disconnect();
    expect(rates).toEqual([921600]);
    expect(device.log).toEqual(["open 115200", "close"]);
  });

  it("passes the options of the port on, and has a large buffer where none is asked for", async () => {
    const { device, transport } = page("esp32c3");
    const opened: unknown[] = [];
    const open = device.open.bind(device);
    device.open = async (options) => {
      opened.push(options);
      await open(options);
    };
    await transport.connect(9600, { dataBits: 8, parity: "none", bufferSize: undefined, flowControl: "none" });
    await transport.disconnect();
    expect(opened).toEqual([{ baudRate: 9600, bufferSize: 65536, dataBits: 8, parity: "none", flowControl: "none" }]);
  });

  it("tells what is wrong with the port as the library does", async () => {
    const { device, transport } = page("esp32c3");
    expect((await errorOf(transport.setDTR(true))).code).toBe("port.closed");
    expect((await errorOf(transport.write(Uint8Array.of(1)))).code).toBe("port.closed");
    await device.open({ baudRate: 9600 });
    expect((await errorOf(transport.connect())).code).toBe("port.busy");
    device.setSignals = async () => {
      throw new DOMException("no", "NetworkError");
    };
    expect((await errorOf(transport.setRTS(true))).code).toBe("port.lines-unsupported");
    await transport.disconnect();
    expect(device.readable).toBeNull();
  });

  it("traces what a loader says, when asked to", async () => {
    const { transport, loader } = page("esp32c3");
    const spoken = vi.spyOn(console, "log").mockImplementation(() => {});
    const esploader = loader({ enableTracing: true });
    await esploader.main();
    const traced = spoken.mock.calls.map(([line]) => String(line));
    spoken.mockRestore();
    expect(traced.some((line) => /^TRACE \d+\.\d{3} command SYNC/.test(line))).toBe(true);
    expect(transport.hexify(Uint8Array.of(1, 0xab)).trim()).toBe("01ab");
    expect(transport.hexConvert(scrap(17)).split("\n")).toHaveLength(3);
    expect((await errorOf(transport.returnTrace())).code).toBe("output.unwritable");
    await transport.disconnect();
  });
});

describe("the resets", () => {
  it("bring a chip into download mode and out of it", async () => {
    const uart = page("esp32", APP);
    await uart.transport.connect();
    await new ClassicReset(uart.transport, 50).reset();
    await uart.pause(300);
    expect(uart.chip.running).toBe("rom-loader");
    await new HardReset(uart.transport).reset();
    await uart.pause(300);
    expect(uart.chip.running).toBe("user-code");
    await new CustomReset(uart.transport, "D0|R1|W100|D1|R0|W50|D0").reset();
    await uart.pause(300);
    expect(uart.chip.running).toBe("rom-loader");
    await uart.transport.disconnect();

    const usb = page("esp32c3", { ...APP, usb: "serial-jtag" });
    await usb.transport.connect();
    await new UsbJtagSerialReset(usb.transport).reset();
    await usb.pause(300);
    expect(usb.chip.running).toBe("rom-loader");
    await new HardReset(usb.transport, true).reset();
    await usb.pause(300);
    expect(usb.chip.running).toBe("user-code");
    await usb.transport.disconnect();
  });

  it.each([
    ["D0|R1|W100|D1|R0|W50|D0", true],
    ["W5", true],
    ["", false],
    ["D2", false],
    ["W-1", false],
    ["W0.1", false],
    ["U1,0", false],
    ["D0|", false],
  ])("know the sequence '%s': %s", async (sequence, isValid) => {
    expect(validateCustomResetStringSequence(sequence)).toBe(isValid);
    if (isValid) return;
    const { transport } = page("esp32");
    expect((await errorOf(new CustomReset(transport, sequence).reset())).code).toBe("connect.reset-sequence");
  });

  it("are those that a loader of this port would use", async () => {
    const uart = page("esp32c3").loader();
    const usb = page("esp32c3", { usb: "serial-jtag" }).loader();
    const names = (strategies: readonly object[]): string[] => strategies.map((strategy) => strategy.constructor.name);
    expect(names(uart.constructResetSequence("default_reset"))).toEqual(["ClassicReset", "ClassicReset"]);
    expect(names(uart.constructResetSequence("usb_reset"))).toEqual(["UsbJtagSerialReset"]);
    expect(names(uart.constructResetSequence("no_reset"))).toEqual([]);
    expect(names(usb.constructResetSequence("default_reset"))).toEqual(["UsbJtagSerialReset"]);
  });
});

describe("an ESPLoader's smaller members", () => {
  it("read and write registers, know flash and chip", async () => {
    const { chip, transport, loader, lines } = page("esp32c3");
    const esploader = loader();
    await esploader.main();
    const magic = await esploader.readReg(esploader.CHIP_DETECT_MAGIC_REG_ADDR);
    expect(typeof magic).toBe("number");
    const address = 0x3fcb0000;
    await esploader.writeReg(address, 0x12345678);
    await esploader.writeReg(address, 0xffffffff, 0xff, 0, 10);
    expect(await esploader.readReg(address)).toBe(0x123456ff);

    const [vendor, type, capacity] = chip.flash.jedecId;
    expect(await esploader.readFlashId()).toBe(vendor | (type << 8) | (capacity << 16));
    expect(await esploader.detectFlashSize()).toBe("4MB");
    expect(await esploader.getFlashSize()).toBe(4096);
    await esploader.writeFlash({ fileArray: [{ data: scrap(4096), address: 0x9000 }] });
    expect(await esploader.flashMd5sum(0x9000, 4096)).toBe(createHash("md5").update(scrap(4096)).digest("hex"));

    expect(await esploader.getChipId()).toBe(5);
    expect((await esploader.getSecurityInfo()).parsedFlags.SECURE_BOOT_EN).toBe(false);
    expect(await esploader.usesUsbOtg()).toBe(false);
    expect(esploader.secureDownloadMode).toBe(false);
    const { chip: rom } = esploader;
    expect(await rom.getChipFeatures(esploader)).toContain("Wi-Fi");
    expect(await rom.getCrystalFreq(esploader)).toBe(40);
    expect(await rom.readMac(esploader)).toMatch(/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/);
    expect(rom.BOOTLOADER_FLASH_OFFSET).toBe(0);
    expect(lines.length).toBeGreaterThan(3);
    await transport.disconnect();
  });

  it("convert", async () => {
    const { transport, loader } = page("esp32c3");
    const esploader = loader();
    expect(esploader._shortToBytearray(0x1234)).toEqual(Uint8Array.of(0x34, 0x12));
    expect(esploader._intToByteArray(0x12345678)).toEqual(Uint8Array.of(0x78, 0x56, 0x34, 0x12));
    expect(esploader._byteArrayToInt(1, 2, 3, 4)).toBe(0x04030201);
    expect(esploader.checksum(Uint8Array.of(1, 2))).toBe(236);
    expect(esploader.toHex(Uint8Array.of(1, 0xab))).toBe("01ab");
    expect([esploader.flashSizeBytes("4MB"), esploader.flashSizeBytes("keep")]).toEqual([4 * 1024 * 1024, -1]);
    expect([esploader.timeoutPerMb(10_000, 2e6), esploader.timeoutPerMb(10, 10)]).toEqual([20_000, 3000]);
    expect(esploader.DETECTED_FLASH_SIZES[0x16]).toBe("4MB");
    await esploader.main();
    expect(esploader.parseFlashSizeArg("4MB")).toBe(0x20);
    const image = new Uint8Array(32);
    image.set([0xe9, 0, 2, 0x00]);
    image[12] = 5;
    image.set([0xff, 0xff], 17);
    const patched = await esploader._updateImageFlashParams(image, 0, "dio", "80m", "4MB");
    expect([...patched.subarray(0, 4)]).toEqual([0xe9, 0, 2, 0x2f]);
    await transport.disconnect();
  });

  it("say what has no effect", () => {
    const { loader, lines } = page("esp32c3");
    loader({ romBaudrate: 115200 });
    expect(lines.some((line) => line.includes("romBaudrate"))).toBe(false);
    loader({ romBaudrate: 921600 });
    expect(lines.at(-1)).toContain("romBaudrate 921600 has no effect");
  });

  it("refuse modes that are none, before anything is done", async () => {
    const { device, loader, transport } = page("esp32c3");
    const esploader = loader();
    expect((await errorOf(esploader.main("default-reset" as never))).code).toBe("argument.invalid");
    expect(device.log).toEqual([]);
    expect((await errorOf(esploader.after("hard-reset" as never))).code).toBe("argument.invalid");
    expect((await errorOf(esploader.after("custom_reset"))).code).toBe("argument.invalid");
    expect((await errorOf(esploader.after("soft_reset"))).code).toBe("session.closed");
    expect((await errorOf(esploader.eraseFlash())).code).toBe("session.closed");
    await transport.disconnect();
  });

  const refused = Object.getOwnPropertyNames(LowLevelLoader.prototype).filter((name) => name !== "constructor");

  it("say of what makes no sense here that it is not there, and what is", async () => {
    expect(refused.length).toBeGreaterThan(10);
    const esploader = page("esp32c3").loader();
    for (const name of refused) {
      const member = Reflect.get(esploader, name) as () => Promise<unknown>;
      const error = await errorOf(member.call(esploader));
      expect([error.code, error.message]).toEqual(["compat.unsupported", expect.stringContaining(name)]);
      expect(error.hint).toBeTruthy();
    }
    expect((await errorOf(esploader.softReset(true))).code).toBe("compat.unsupported");
  });
});
