import type { FaultOrder, LeverCalls, Which } from "./levers.js";

export type {
  AccountChanges, ClockMove, CreatingEndpoint, Endpoint, FailureWords, FaultOrder, OwnFile, PlanOrder, PublishedFile,
  ScenarioOrder, TransportFaultOrder, Which,
} from "./levers.js";

/** Which requests an order is for, and how many of them. */
export type Where = Pick<FaultOrder, "times" | "account" | "model" | "after" | "when" | "probability">;

export interface Clock {
  /** Seconds since the epoch. */
  now: number;
  frozen: boolean;
  /** Of an account: when its next task ends or its next callback goes out. */
  next_due?: number | null;
  /** Of an account: how many callbacks are on their way. */
  delivering?: number;
}

export interface Task {
  task_id: string;
  account: string;
  model: string;
  state: string;
  created_at: number;
  ended_at: number | null;
  polls: number;
  callback_url: string | null;
}

export interface Account {
  account: string;
  credits: number;
  cap: number | null;
  hourly_cap: number | null;
  daily_cap: number | null;
  spent: number;
  hour_spent: number;
  day_spent: number;
  running: number;
  signs_callbacks: boolean;
}

export interface Order {
  id: number;
  used: number;
  [fact: string]: unknown;
}

/** A scenario that is played; `account` null: for all, `began` in seconds since the epoch. */
export interface Playing {
  scenario: string;
  seed: string;
  account: string | null;
  began: number;
  steps: string[];
}

/** A request or a delivery of a callback. */
export interface Entry {
  [fact: string]: unknown;
}

/** What the client did that it should not. */
export interface Finding {
  [fact: string]: unknown;
}

/** What each lever answers, by the name of its method. */
export interface Answers {
  about: Record<string, unknown>;
  health: { status: "ok" };
  ready: { status: "ready" };
  metrics: string;
  openapi: Record<string, unknown>;
  journal: Entry[];
  emptyJournal: null;
  conduct: Finding[];
  tasks: Task[];
  task: Task;
  hold: Task;
  finish: Task;
  callBack: Task;
  fail: Task;
  accounts: Account[];
  account: Account;
  reset: null;
  reload: { models: number; broken: { file: string; reason: string }[] };
  clock: Record<string, Clock>;
  moveClock: Record<string, Clock>;
  faults: Order[];
  fault: Order;
  dropFaults: { removed: number };
  dropFault: null;
  transportFaults: Order[];
  transportFault: Order;
  dropTransportFaults: { removed: number };
  dropTransportFault: null;
  scenarios: { playing: Playing[]; ready: string[] };
  play: Playing[];
  dropScenarios: { removed: number };
  files: Record<string, unknown>[];
  publish: Record<string, unknown> | null;
  plans: Order[];
  plan: Order;
  dropPlans: { removed: number };
  dropPlan: null;
}

export class FakeError extends Error {
  /** The HTTP status of the refusal; 0 where no fake answered. */
  readonly status: number;
}

export interface ConnectOptions {
  /** The key whose account `fakie/clock` moves. */
  key?: string;
  adminToken?: string;
}

/** A running fake. Every call rejects with FakeError for what the fake refuses. */
export interface Fake extends LeverCalls {}
export class Fake {
  constructor(url: string, options?: ConnectOptions);
  readonly url: string;
  readonly key: string | undefined;
  advance(seconds: number, which?: Which): Promise<Record<string, Clock>>;
  freeze(which?: Which): Promise<Record<string, Clock>>;
  resume(which?: Which): Promise<Record<string, Clock>>;
}

/** Return the control of a fake that runs: at `url`, or at KIE_BASE_URL, as `fakie exec` sets it. */
export function connect(url?: string, options?: ConnectOptions): Fake;

export interface StartOptions {
  /** The program and its first arguments; `["python", "-m", "fakie"]` works where `fakie` is not on the PATH. */
  command?: string | string[];
  /** Options of `fakie serve`, such as `["--speed", "10"]`. */
  args?: string[];
  key?: string;
  /** 0 for a free one. */
  port?: number;
}

export interface StartedFake extends Fake {
  readonly key: string;
  /** End the fake; resolves when its process has ended. */
  stop(): Promise<void>;
}

/** Start `fakie serve` as a child, which ends with this process at the latest. */
export function start(options?: StartOptions): Promise<StartedFake>;

export interface ContainerOptions {
  /** Of `deploy/Containerfile`; "fakie" where it is not said. */
  image?: string;
  /** The port of this machine, at which result files are found too; any free one without it. */
  port?: number;
  key?: string;
  adminToken?: string;
  /** Options of `fakie serve` by their names, such as `{ speed: 100 }`. */
  settings?: Record<string, string | number | boolean>;
  /** The module testcontainers, where it is not the one that this package finds. */
  library?: unknown;
}

export interface ContainedFake extends Fake {
  readonly key: string;
  readonly adminToken: string;
  /** End the fake; resolves when its container is gone. */
  stop(): Promise<void>;
}

/** Start a fake in a container, by the package testcontainers, and wait until it is ready. */
export function startContainer(options?: ContainerOptions): Promise<ContainedFake>;

/** The HTTP method and path of each lever, by the name of its method. */
export const LEVERS: Readonly<Record<string, readonly [string, string]>>;
