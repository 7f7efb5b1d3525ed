/** Who gets the real clock: Node's own code, its test runner included. */

/** Tell whether what calls a stand-in belongs to Node itself, however this package was loaded. */
export function isNode(standIn) {
  const { stackTraceLimit, prepareStackTrace } = Error;
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_, [site]) => site?.getFileName() ?? "";
    const caller = {};
    Error.captureStackTrace(caller, standIn);
    return caller.stack.startsWith("node:");
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}
