/** Who gets the real clock: Node's own code, its test runner included. */
const OWN = new URL(".", import.meta.url).href;

/** Tell whether the function that calls a stand-in belongs to Node itself. */
export function isNode() {
  const { stackTraceLimit, prepareStackTrace } = Error;
  try {
    Error.stackTraceLimit = 8;
    Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName() ?? "");
    const files = new Error().stack;
    return files.find((file) => !file.startsWith(OWN))?.startsWith("node:") ?? false;
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}
