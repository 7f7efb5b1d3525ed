// A test's control of a fake, compiled by the tests and not run: what it may write, and what the compiler refuses.
import { connect, LEVERS } from "fakie";
import type { Fake, FaultOrder, Order, StartedFake, Where } from "fakie";

interface Mine extends FaultOrder {
  note: string;
}

const which: Where = { times: 2, model: "kling/*" };
const order: Mine = { ...which, code: 429, endpoint: "createTask", note: "a bad day" };

export async function used(fake: Fake | StartedFake, taskId: string): Promise<readonly string[]> {
  const waiting: Order = await fake.fault(order);
  await fake.dropFault(waiting.id);
  await fake.plan({ by: "hold", quirk: "late", result: { base64: "aGVsbG8=" } });
  await fake.account({ key: "k", credits: 10, cap: null });
  const { state } = await fake.fail(taskId, { code: "422" });
  const entries = await fake.journal({ account: "k", limit: 10, after: 3 });
  const { removed } = await fake.dropScenarios({ account: "k" });
  const clocks = await fake.advance(30, { account: "k" });
  return [state, String(entries.length + removed), String(clocks.fake?.now), ...(LEVERS.about ?? [])];
}

export async function refused(fake = connect()): Promise<void> {
  // @ts-expect-error: an account has a key
  await fake.account({ credits: 10 });
  // @ts-expect-error: there is no such kind
  await fake.transportFault({ kind: "exploded" });
  // @ts-expect-error: an order has a number
  await fake.dropPlan("1");
  // @ts-expect-error: there is no such argument
  await fake.fault({ cod: 429 });
  // @ts-expect-error: there is no such lever
  await fake.explode();
}
