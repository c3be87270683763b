/** What `await using` calls, also where the host does not have the symbol yet (Safari): compilers look for this one, too. */
export const ASYNC_DISPOSE: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");
