import { expect, it } from "vitest";
import { burnEfuses } from "../../src/core/efuse/burn/burn.ts";
import { planBurn } from "../../src/core/efuse/plan/plan-burn.ts";
import { efuseDevice } from "../../src/core/efuse/read/efuse-device.ts";
import { readEfuses } from "../../src/core/efuse/read/read-efuses.ts";
import { connect, eraseFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { codeOf } from "../support/outcome.ts";

it("what was burned in a session is known to what it erases: what the chip said when it was connected to counts no more", async () => {
  const session = await connect(virtualChip("esp32c3").port);
  await eraseFlash(session);
  const device = efuseDevice(session);
  const state = await readEfuses(device);
  await burnEfuses(device, planBurn(state, [{ kind: "field", field: "SECURE_BOOT_EN" }]));
  expect(await codeOf(eraseFlash(session))).toBe("flash.security-active");
});
