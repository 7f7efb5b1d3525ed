export { Fake, FakeError, connect } from "./fake.js";
export { LEVERS } from "./levers.js";
export { startContainer } from "./container.js";
export { start } from "./program.js";
