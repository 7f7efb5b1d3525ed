/** Which requests an order is for, and how many of them; `account` is a key or a handle. */
export interface Where {
  /** How many requests; null: until taken back. */
  times?: number | null;
  account?: string | null;
  model?: string | null;
  /** How many requests are let through before. */
  after?: number;
  /** A text somewhere in the body, or a part of the body. */
  when?: string | Record<string, unknown> | null;
  /** The chance of a request that matches, above 0 and up to 1. */
  probability?: number;
}

export type Endpoint = "4o-image/generate" | "4o-image/record-info" | "4o-image/download-url" | "aleph/generate" | "aleph/record-info" | "flux-kontext/generate" | "flux-kontext/record-info" | "createTask" | "recordInfo" | "credit" | "download-url" | "file-base64-upload" | "file-stream-upload" | "file-url-upload" | "runway/generate" | "runway/extend" | "runway/record-detail" | "suno/generate" | "suno/extend" | "suno/upload-cover" | "suno/upload-extend" | "suno/add-vocals" | "suno/add-instrumental" | "suno/mashup" | "suno/sounds" | "suno/replace-section" | "suno/generate/record-info" | "suno/generate-persona" | "suno/get-timestamped-lyrics" | "suno/lyrics" | "suno/lyrics/record-info" | "suno/wav" | "suno/wav/record-info" | "suno/mp4" | "suno/mp4/record-info" | "suno/vocal-removal" | "suno/vocal-removal/record-info" | "suno/midi" | "suno/midi/record-info" | "suno/cover" | "suno/cover/record-info" | "suno/style" | "suno-voice/validate" | "suno-voice/validate-info" | "suno-voice/regenerate" | "suno-voice/generate" | "suno-voice/record-info" | "suno-voice/check-voice" | "veo/generate" | "veo/extend" | "veo/record-info" | "veo/get-1080p-video" | "veo/get-4k-video" | "models" | "modelSchema" | "modelPrice" | "modelSuccessRate" | "*" | (string & {});

/** A fault: a situation, a documented code, or the HTTP status of a proxy's page. */
export interface FaultOrder extends Where {
  situation?: string;
  code?: number;
  status?: number;
  msg?: string | null;
  endpoint?: Endpoint;
}

/** How an answer is spoiled on its way; `seconds` is how late one with latency, or the end of a dribbled one, comes. */
export interface TransportFaultOrder extends Where {
  kind: "latency" | "dribbled" | "lost" | "reset" | "empty" | "truncated" | "malformed";
  seconds?: number;
  endpoint?: Endpoint;
}

/** How coming tasks go. */
/** What makes tasks. */
export type CreatingEndpoint = "4o-image/generate" | "aleph/generate" | "flux-kontext/generate" | "createTask" | "runway/generate" | "runway/extend" | "suno/generate" | "suno/extend" | "suno/upload-cover" | "suno/upload-extend" | "suno/add-vocals" | "suno/add-instrumental" | "suno/mashup" | "suno/sounds" | "suno/replace-section" | "suno/lyrics" | "suno/wav" | "suno/mp4" | "suno/vocal-removal" | "suno/midi" | "suno/cover" | "suno-voice/validate" | "suno-voice/regenerate" | "suno-voice/generate" | "suno-voice/check-voice" | "veo/generate" | "veo/extend" | "suno/generate-persona" | "suno/get-timestamped-lyrics" | "suno/style" | "veo/get-1080p-video" | "veo/get-4k-video" | "*" | (string & {});

export interface PlanOrder extends Where {
  endpoint?: CreatingEndpoint;
  by?: "time" | "polls" | "hold";
  seconds?: number;
  outcome?: "success" | "fail";
  quirk?: "" | "before_answer" | "duplicate" | "late" | "lost" | "out_of_order" | "stage_lost" | "stages_out_of_order" | "wrong_signature";
  /** What the task results in: files of one's own, or files that are broken, slow or gone. */
  result?: "broken" | "slow" | "gone" | OwnFile | OwnFile[] | null;
  code?: string | null;
  msg?: string | null;
}

/** A file as Base64, its media type and the ending of its name. */
export interface OwnFile {
  base64: string;
  type?: string;
  suffix?: string;
}

/** A whole bad day: the name of a ready scenario, or the scenario itself. */
export interface ScenarioOrder extends Which {
  scenario: string | Record<string, unknown>;
}

/** A file that URL uploads find under a URL, without any network; `content` is Base64. */
export interface PublishedFile {
  url: string;
  content?: string;
  media_type?: string;
  status?: number;
}

/** The words of a failure; the usual ones where left out. */
export interface FailureWords {
  code?: string | null;
  msg?: string | null;
}

export interface AccountChanges {
  key: string;
  credits?: number;
  webhook_key?: string | null;
  /** The most that the key may spend, as a sub-key's; null: whatever there is. */
  cap?: number | null;
}

export interface Which {
  account?: string | null;
}

/** A move of the clock of one account, or of all: seconds to skip; stop or go on. */
export interface ClockMove extends Which {
  advance?: number;
  freeze?: boolean;
  /** false: do not wait until receivers have answered. */
  wait?: boolean;
}

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
  spent: number;
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
export class Fake {
  constructor(url: string, options?: ConnectOptions);
  readonly url: string;
  readonly key: string | undefined;
  about(): Promise<Record<string, unknown>>;
  health(): Promise<{ status: "ok" }>;
  ready(): Promise<{ status: "ready" }>;
  metrics(): Promise<string>;
  openapi(query?: { model?: string }): Promise<Record<string, unknown>>;
  journal(query?: { account?: string; situation?: string; limit?: number }): Promise<Entry[]>;
  emptyJournal(): Promise<null>;
  conduct(query?: { account?: string }): Promise<Finding[]>;
  tasks(query?: { account?: string }): Promise<Task[]>;
  task(id: string): Promise<Task>;
  hold(id: string): Promise<Task>;
  finish(id: string): Promise<Task>;
  callBack(id: string): Promise<Task>;
  fail(id: string, words?: FailureWords): Promise<Task>;
  accounts(): Promise<Account[]>;
  account(changes: AccountChanges): Promise<Account>;
  reset(which?: Which): Promise<null>;
  reload(): Promise<{ models: number; broken: { file: string; reason: string }[] }>;
  clock(): Promise<Record<string, Clock>>;
  moveClock(move: ClockMove): Promise<Record<string, Clock>>;
  advance(seconds: number, which?: Which): Promise<Record<string, Clock>>;
  freeze(which?: Which): Promise<Record<string, Clock>>;
  resume(which?: Which): Promise<Record<string, Clock>>;
  faults(): Promise<Order[]>;
  fault(order: FaultOrder): Promise<Order>;
  dropFaults(): Promise<{ removed: number }>;
  dropFault(id: number): Promise<null>;
  transportFaults(): Promise<Order[]>;
  transportFault(order: TransportFaultOrder): Promise<Order>;
  dropTransportFaults(): Promise<{ removed: number }>;
  dropTransportFault(id: number): Promise<null>;
  scenarios(): Promise<{ playing: Playing[]; ready: string[] }>;
  play(order: ScenarioOrder): Promise<Playing[]>;
  dropScenarios(query?: { account?: string }): Promise<{ removed: number }>;
  files(query?: { account?: string }): Promise<Record<string, unknown>[]>;
  publish(file: PublishedFile): Promise<Record<string, unknown> | null>;
  plans(): Promise<Order[]>;
  plan(order: PlanOrder): Promise<Order>;
  dropPlans(): Promise<{ removed: number }>;
  dropPlan(id: number): Promise<null>;
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
