// Made from code by `make reference`; do not edit.
import type { Answers } from "./index.js";

export interface FailureWords {
  code?: string | null;
  msg?: string | null;
}

export interface PublishedFile {
  url: string;
  /** Base64. */
  content?: string;
  media_type?: string;
  status?: number;
}

export interface AccountChanges {
  key: string;
  credits?: number;
  /** The most that the key may spend, as that of a sub-key; null: whatever there is. */
  cap?: number | null;
  /** The same in an hour of UTC. */
  hourly_cap?: number | null;
  /** The same in a day of UTC. */
  daily_cap?: number | null;
  webhook_key?: string | null;
}

export interface ClockMove {
  advance?: number;
  /** True: time stands; false: it goes on. */
  freeze?: boolean;
  /** False: do not wait until receivers have answered. */
  wait?: boolean;
  /** Seconds that receivers' clocks are ahead of the real one, which signs callbacks. */
  receivers_ahead?: number;
  /** A key or a handle; left out: all. */
  account?: string | null;
}

export type Endpoint = "4o-image/generate" | "4o-image/record-info" | "4o-image/download-url" | "aleph/generate" | "aleph/record-info" | "flux-kontext/generate" | "flux-kontext/record-info" | "createTask" | "recordInfo" | "credit" | "download-url" | "file-base64-upload" | "file-stream-upload" | "file-url-upload" | "runway/generate" | "runway/extend" | "runway/record-detail" | "suno-voice/validate" | "suno-voice/regenerate" | "suno-voice/validate-info" | "suno-voice/generate" | "suno-voice/record-info" | "suno-voice/check-voice" | "suno/generate" | "suno/extend" | "suno/upload-cover" | "suno/upload-extend" | "suno/add-vocals" | "suno/add-instrumental" | "suno/mashup" | "suno/sounds" | "suno/replace-section" | "suno/generate/record-info" | "suno/generate-persona" | "suno/get-timestamped-lyrics" | "suno/lyrics" | "suno/lyrics/record-info" | "suno/wav" | "suno/wav/record-info" | "suno/mp4" | "suno/mp4/record-info" | "suno/vocal-removal" | "suno/vocal-removal/record-info" | "suno/midi" | "suno/midi/record-info" | "suno/cover" | "suno/cover/record-info" | "suno/style" | "veo/generate" | "veo/extend" | "veo/record-info" | "veo/get-1080p-video" | "veo/get-4k-video" | "models" | "modelSchema" | "modelPrice" | "modelSuccessRate" | "*" | (string & {});

export interface FaultOrder {
  situation?: string;
  code?: number;
  /** Alone: the HTML page of a proxy. */
  status?: number;
  msg?: string | null;
  endpoint?: Endpoint;
  /** How many requests; left out: one, null: until taken back. */
  times?: number | null;
  /** A key or a handle; left out: all. */
  account?: string | null;
  /** A name or a pattern such as kling/*; left out: any. */
  model?: string | null;
  /** How many such requests pass first. */
  after?: number;
  /** A text in the body, or a part of it as JSON. */
  when?: string | Record<string, unknown> | null;
  /** The chance of a request that matches: above 0, up to 1. */
  probability?: number;
}

export interface TransportFaultOrder {
  kind: "latency" | "dribbled" | "lost" | "reset" | "empty" | "truncated" | "malformed";
  /** How late an answer with latency, or the end of a dribbled one, comes. */
  seconds?: number;
  endpoint?: Endpoint;
  /** How many requests; left out: one, null: until taken back. */
  times?: number | null;
  /** A key or a handle; left out: all. */
  account?: string | null;
  /** A name or a pattern such as kling/*; left out: any. */
  model?: string | null;
  /** How many such requests pass first. */
  after?: number;
  /** A text in the body, or a part of it as JSON. */
  when?: string | Record<string, unknown> | null;
  /** The chance of a request that matches: above 0, up to 1. */
  probability?: number;
}

export interface OwnFile {
  base64: string;
  type?: string;
  suffix?: string;
}

export type CreatingEndpoint = "4o-image/generate" | "aleph/generate" | "flux-kontext/generate" | "createTask" | "runway/generate" | "runway/extend" | "suno-voice/validate" | "suno-voice/regenerate" | "suno-voice/generate" | "suno/generate" | "suno/extend" | "suno/upload-cover" | "suno/upload-extend" | "suno/add-vocals" | "suno/add-instrumental" | "suno/mashup" | "suno/sounds" | "suno/replace-section" | "suno/lyrics" | "suno/wav" | "suno/mp4" | "suno/vocal-removal" | "suno/midi" | "suno/cover" | "veo/generate" | "veo/extend" | "suno-voice/check-voice" | "suno/generate-persona" | "suno/get-timestamped-lyrics" | "suno/style" | "veo/get-1080p-video" | "veo/get-4k-video" | "*" | (string & {});

export interface PlanOrder {
  by?: "time" | "polls" | "hold";
  seconds?: number;
  outcome?: "success" | "fail";
  quirk?: "" | "before_answer" | "duplicate" | "late" | "lost" | "out_of_order" | "stage_lost" | "stages_out_of_order" | "wrong_signature";
  code?: string | null;
  msg?: string | null;
  result?: "broken" | "slow" | "gone" | null | OwnFile | OwnFile[];
  endpoint?: CreatingEndpoint;
  /** How many requests; left out: one, null: until taken back. */
  times?: number | null;
  /** A key or a handle; left out: all. */
  account?: string | null;
  /** A name or a pattern such as kling/*; left out: any. */
  model?: string | null;
  /** How many such requests pass first. */
  after?: number;
  /** A text in the body, or a part of it as JSON. */
  when?: string | Record<string, unknown> | null;
  /** The chance of a request that matches: above 0, up to 1. */
  probability?: number;
}

export interface ScenarioOrder {
  scenario: string | Record<string, unknown>;
  /** A key or a handle; left out: all. */
  account?: string | null;
}

export interface Which {
  /** A key or a handle; left out: all. */
  account?: string | null;
}

/** What a lever answers; unknown where nobody has said it. */
type AnswerOf<Name> = Name extends keyof Answers ? Answers[Name] : unknown;

/** The methods of `Fake` that pull a lever each; what they answer stands in `Answers`. */
export interface LeverCalls {
  /** What this fake is and can do. */
  about(): Promise<AnswerOf<"about">>;
  /** Tells that it answers. */
  health(): Promise<AnswerOf<"health">>;
  /** Tells that it takes requests, or HTTP 503 and why it should get none. */
  ready(): Promise<AnswerOf<"ready">>;
  /** What has happened, in figures for Prometheus. */
  metrics(): Promise<AnswerOf<"metrics">>;
  /** API and levers by OpenAPI; ?model=. */
  openapi(query?: { model?: string }): Promise<AnswerOf<"openapi">>;
  /** Requests and callback deliveries, oldest first; ?account=&situation=&limit=&after=. */
  journal(query?: { account?: string; situation?: string; limit?: number; after?: number }): Promise<AnswerOf<"journal">>;
  /** Empties the journal. */
  emptyJournal(): Promise<AnswerOf<"emptyJournal">>;
  /** What the clients did that they should not, as far as the journal tells; ?account=. */
  conduct(query?: { account?: string }): Promise<AnswerOf<"conduct">>;
  /** Every task, oldest first, or the last of them; ?account=&limit=. */
  tasks(query?: { account?: string; limit?: number }): Promise<AnswerOf<"tasks">>;
  /** One task. */
  task(taskId: string): Promise<AnswerOf<"task">>;
  /** Keeps a running task in its present state. */
  hold(taskId: string): Promise<AnswerOf<"hold">>;
  /** Ends a running task with success. */
  finish(taskId: string): Promise<AnswerOf<"finish">>;
  /** Ends a running task with a failure. */
  fail(taskId: string, given?: FailureWords): Promise<AnswerOf<"fail">>;
  /** Sends the callback of an ended task once more. */
  callBack(taskId: string): Promise<AnswerOf<"callBack">>;
  /** The uploaded files that have not expired, oldest first; ?account=. */
  files(query?: { account?: string }): Promise<AnswerOf<"files">>;
  /** Publishes a file under a URL, where URL uploads find it without any network. */
  publish(given: PublishedFile): Promise<AnswerOf<"publish">>;
  /** Every account, by handle. */
  accounts(): Promise<AnswerOf<"accounts">>;
  /** Makes or changes the account of a key. */
  account(given: AccountChanges): Promise<AnswerOf<"account">>;
  /** The time in seconds since the epoch, as the fake and each account see it. */
  clock(): Promise<AnswerOf<"clock">>;
  /** Advances, freezes or resumes the time, of one account or all. */
  moveClock(given?: ClockMove): Promise<AnswerOf<"moveClock">>;
  /** The faults that wait. */
  faults(): Promise<AnswerOf<"faults">>;
  /** Takes all faults back. */
  dropFaults(): Promise<AnswerOf<"dropFaults">>;
  /** Takes one of the faults back. */
  dropFault(id: number): Promise<AnswerOf<"dropFault">>;
  /** Orders a situation or a code for coming requests. */
  fault(given?: FaultOrder): Promise<AnswerOf<"fault">>;
  /** The transport faults that wait. */
  transportFaults(): Promise<AnswerOf<"transportFaults">>;
  /** Takes all transport faults back. */
  dropTransportFaults(): Promise<AnswerOf<"dropTransportFaults">>;
  /** Takes one of the transport faults back. */
  dropTransportFault(id: number): Promise<AnswerOf<"dropTransportFault">>;
  /** Orders a transport fault for the answers to coming requests. */
  transportFault(given: TransportFaultOrder): Promise<AnswerOf<"transportFault">>;
  /** The orders for coming tasks that wait. */
  plans(): Promise<AnswerOf<"plans">>;
  /** Takes all orders for coming tasks back. */
  dropPlans(): Promise<AnswerOf<"dropPlans">>;
  /** Takes one of the orders for coming tasks back. */
  dropPlan(id: number): Promise<AnswerOf<"dropPlan">>;
  /** Orders how coming tasks will go. */
  plan(given?: PlanOrder): Promise<AnswerOf<"plan">>;
  /** The scenarios that are played, and the names of the ready ones. */
  scenarios(): Promise<AnswerOf<"scenarios">>;
  /** Plays a scenario, for one account or for all. */
  play(given: ScenarioOrder): Promise<AnswerOf<"play">>;
  /** Ends all scenarios; ?account= ends that of one. */
  dropScenarios(query?: { account?: string }): Promise<AnswerOf<"dropScenarios">>;
  /** Forgets one account, or everything. */
  reset(given?: Which): Promise<AnswerOf<"reset">>;
  /** Reads the revisions again, and lists the broken files. */
  reload(): Promise<AnswerOf<"reload">>;
}
