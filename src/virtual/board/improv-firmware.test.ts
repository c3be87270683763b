import { expect, it } from "vitest";
import { improvClient } from "../../improv.ts";
import { monitor } from "../../index.ts";
import { type VirtualChipOptions, virtualChip } from "../../virtual.ts";

async function talk(options: VirtualChipOptions) {
  const chip = virtualChip("esp32c3", options);
  const lines: string[] = [];
  const improv = improvClient({ clock: chip.clock, write: (bytes) => running.write(bytes) });
  const running = await monitor(chip.port, { through: improv.through, onLine: ({ text }) => lines.push(text) });
  return { chip, improv, running, lines };
}

it("is given a Wi-Fi, which stays over a reset, while its log goes on", async () => {
  const { improv, running, lines } = await talk({ improv: "ready", appText: "working\r\n" });
  expect(await improv.state()).toEqual({ state: "ready", urls: [] });
  expect((await improv.scan()).map(({ ssid }) => ssid)).toEqual(["Home", "Café ☕", "open net"]);
  await expect(improv.provision({ ssid: "Home", password: "short" })).rejects.toMatchObject({
    code: "improv.cannot-connect",
  });
  expect(await improv.provision({ ssid: "Home", password: "long enough" })).toEqual(["http://192.168.4.2/"]);
  await running.reset();
  expect(await improv.state({ timeoutMs: 10_000 })).toMatchObject({ state: "provisioned" });
  expect(await improv.connection()).toMatchObject({ online: true, wifi: true, ethernet: false });
  expect(lines).toContain("working");
  expect(lines.join()).not.toContain("IMPROV");
  await running.close();
});

it("has names that can be set, and refuses what is none", async () => {
  const { improv, running } = await talk({ improv: "provisioned" });
  expect(await improv.hostName()).toBe("virtual-chip");
  expect(await improv.hostName("lamp-1")).toBe("lamp-1");
  await expect(improv.hostName("no host")).rejects.toMatchObject({ details: { reason: "bad-hostname" } });
  expect(await improv.deviceName("Lampe für Küche")).toBe("Lampe für Küche");
  expect((await improv.info()).name).toBe("Lampe für Küche");
  await running.close();
});

it("hears nothing at another rate, and nothing when it does not run", async () => {
  const { improv, running } = await talk({ improv: "ready", appBaudRate: 74_880 });
  await expect(improv.state()).rejects.toMatchObject({ code: "improv.timeout" });
  await running.close();
});
