import type { Check } from "../../core/check/check.ts";
import { wholeNumber } from "../../core/check/numbers.ts";
import { hasParts } from "../../core/check/shapes.ts";
import { checkFunction } from "../../core/check/values.ts";
import type { UsbDeviceLike, UsbLike } from "./usb-types.ts";

export const checkUsb: Check<UsbLike> = hasParts<UsbLike>("navigator.usb", {
  requestDevice: checkFunction,
  getDevices: checkFunction,
  addEventListener: checkFunction,
  removeEventListener: checkFunction,
});

export const checkUsbDevice: Check<UsbDeviceLike> = hasParts<UsbDeviceLike>("a USBDevice, as navigator.usb gives it", {
  vendorId: wholeNumber(0, 0xffff),
  productId: wholeNumber(0, 0xffff),
  open: checkFunction,
  close: checkFunction,
  claimInterface: checkFunction,
  controlTransferIn: checkFunction,
  controlTransferOut: checkFunction,
  transferIn: checkFunction,
  transferOut: checkFunction,
});
