import { type Check, optional } from "../../core/check/check.ts";
import { checkAddress, checkFinite } from "../../core/check/numbers.ts";
import { hasParts, shape } from "../../core/check/shapes.ts";
import { checkFunction, checkObject, listOf } from "../../core/check/values.ts";
import type { ResetConstructors } from "../transport/resets.ts";
import { insideOf, type Transport } from "../transport/transport.ts";
import type { IEspLoaderTerminal, LoaderOptions } from "./loader-options.ts";

/** What counts only as true or false, or is looked at where it is used. */
const asIs: Check<never> = (value) => value as never;

const checkTransport: Check<Transport> = (value) => {
  insideOf(value as Transport);
  return value as Transport;
};

/** The rest of it is looked at by the write itself. */
export const checkFlashOptions: Check<unknown> = shape({
  fileArray: listOf(shape({ data: asIs, address: checkAddress })),
  flashSize: asIs,
  flashMode: asIs,
  flashFreq: asIs,
  eraseAll: asIs,
  compress: asIs,
  force: asIs,
  reportProgress: optional(checkFunction),
});

/** A loader may be made of a port alone. */
export const checkLoaderOptions: Check<Partial<LoaderOptions>> = shape<Partial<LoaderOptions>>({
  transport: optional(checkTransport),
  port: asIs,
  serialOptions: optional(checkObject) as Check<LoaderOptions["serialOptions"]>,
  baudrate: asIs,
  romBaudrate: optional(checkFinite),
  terminal: optional(
    hasParts<IEspLoaderTerminal>("a terminal", {
      clean: checkFunction,
      write: checkFunction,
      writeLine: checkFunction,
    }),
  ),
  debugLogging: asIs,
  resetConstructors: optional(
    shape<ResetConstructors>({
      classicReset: optional(checkFunction) as Check<ResetConstructors["classicReset"]>,
      usbJTAGSerialReset: optional(checkFunction) as Check<ResetConstructors["usbJTAGSerialReset"]>,
      hardReset: optional(checkFunction) as Check<ResetConstructors["hardReset"]>,
      customReset: optional(checkFunction) as Check<ResetConstructors["customReset"]>,
    }),
  ),
  enableTracing: asIs,
});
