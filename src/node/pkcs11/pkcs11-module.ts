import { realpathSync } from "node:fs";
import { EspError } from "../../core/errors.ts";
import { CK, type Pkcs11Binding } from "./pkcs11-binding.ts";
import { failureName, moduleError } from "./pkcs11-errors.ts";

/** A module's library while somebody uses it. */
export interface Pkcs11Module {
  readonly binding: Pkcs11Binding;
  /** Finalises and unloads the library when nobody else uses it any more. */
  release(): void;
}

interface Loaded {
  readonly binding: Pkcs11Binding;
  /** Another part of this program has initialised it, and finalises it. */
  readonly isBorrowed: boolean;
  users: number;
}

/**
 * A library has one state for the whole process: who finalises it breaks off everybody's sessions. So it is loaded once
 * for all that are open at the same time.
 */
const loaded = new Map<string, Loaded>();

/** Throws `hsm.library-invalid`, `hsm.failed`. The library is loaded into the binding, unless it is there already. */
export function useModule(library: string, binding: Pkcs11Binding): Pkcs11Module {
  const key = realPath(library);
  const module = loaded.get(key) ?? start(library, binding);
  loaded.set(key, module);
  module.users++;
  let isReleased = false;
  return {
    binding: module.binding,
    release: () => {
      if (isReleased) return;
      isReleased = true;
      module.users--;
      if (module.users > 0) return;
      loaded.delete(key);
      stop(module);
    },
  };
}

/** The same library may be reached by several names. */
function realPath(library: string): string {
  try {
    return realpathSync(library);
  } catch {
    // A bare name is looked for by the system, which says what it finds.
    return library;
  }
}

function start(library: string, binding: Pkcs11Binding): Loaded {
  try {
    binding.load(library);
  } catch (cause) {
    binding.close();
    throw libraryError(library, cause);
  }
  try {
    // The library is called from a thread of its own while it signs.
    binding.C_Initialize({ flags: CK.osLockingOk });
    return { binding, isBorrowed: false, users: 0 };
  } catch (cause) {
    if (failureName(cause) === "CKR_CRYPTOKI_ALREADY_INITIALIZED") return { binding, isBorrowed: true, users: 0 };
    binding.close();
    throw moduleError(`be started with its library '${library}'`, cause);
  }
}

function stop({ binding, isBorrowed }: Loaded): void {
  try {
    if (!isBorrowed) binding.C_Finalize();
  } catch {
    // The work is done, and the library is unloaded next.
  }
  binding.close();
}

function libraryError(library: string, cause: unknown): EspError {
  const system = cause instanceof Error ? cause.message : String(cause);
  const isAbsent = /no such file|not found|error 126\b/i.test(system);
  return new EspError(
    "hsm.library-invalid",
    isAbsent
      ? `The PKCS#11 library '${library}' is not there, or a library that it needs is not (${system}).`
      : `'${library}' cannot be loaded as a PKCS#11 library (${system}).`,
    {
      hint: "Give the full path of the library that comes with the module, made for this kind of computer.",
      details: { library, system },
      cause,
    },
  );
}
