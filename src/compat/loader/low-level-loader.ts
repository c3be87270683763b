import { refuse } from "../unsupported.ts";
import { LoaderConstants } from "./loader-constants.ts";

const WRITE = "Use writeFlash, which erases, sends and proves by itself.";
const RAM = "Use loadRam of the library (esptool-ts) in a session of your own.";
const RAW = "Use readReg, writeReg and the operations on flash; there is no way to send single commands.";

/**
 * The steps that esptool-js has public and that are no operations: one after the other, with bytes of the protocol in their
 * hands. Commands sent into the middle of what the library does would put chip and host out of step, so each says that
 * it is not there, and what is.
 */
export class LowLevelLoader extends LoaderConstants {
  readPacket(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.readPacket", RAW);
  }
  command(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.command", RAW);
  }
  checkCommand(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.checkCommand", RAW);
  }
  sync(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.sync", "Use main or connect.");
  }
  _connectAttempt(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader._connectAttempt", "Use main or connect, with resetConstructors for a reset of your own.");
  }
  memBegin(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.memBegin", RAM);
  }
  memBlock(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.memBlock", RAM);
  }
  memFinish(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.memFinish", RAM);
  }
  flashSpiAttach(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.flashSpiAttach", "Every operation attaches the flash by itself.");
  }
  flashBegin(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.flashBegin", WRITE);
  }
  flashDeflBegin(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.flashDeflBegin", WRITE);
  }
  flashBlock(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.flashBlock", WRITE);
  }
  flashDeflBlock(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.flashDeflBlock", WRITE);
  }
  flashFinish(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.flashFinish", "Use after, which starts the application.");
  }
  flashDeflFinish(..._given: readonly unknown[]): Promise<never> {
    return refuse("ESPLoader.flashDeflFinish", "Use after, which starts the application.");
  }
  runSpiflashCommand(..._given: readonly unknown[]): Promise<never> {
    return refuse(
      "ESPLoader.runSpiflashCommand",
      "Use readFlashId; the library (esptool-ts) has readFlashStatus, writeFlashStatus and readFlashSfdp.",
    );
  }
}
