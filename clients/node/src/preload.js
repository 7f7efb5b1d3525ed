/** `node --import fakie/preload`: time in this process is skipped, together with that of the fake in KIE_BASE_URL. */
import { isMainThread } from "node:worker_threads";

import { connect } from "./fake.js";
import { skipTime } from "./clock/index.js";

if (isMainThread && process.env.KIE_BASE_URL) skipTime(connect());
