import type { components, operations } from "./kie.js";

type Named<O extends keyof operations> = operations[O];

/** The body of a request of an endpoint, such as `Body<"veo/generate">`. */
export type Body<O extends keyof operations> =
  Named<O> extends { requestBody: { content: { "application/json": infer B } } } ? B : never;

/** What an endpoint answers: a success or a refusal; `code` tells. */
export type Answer<O extends keyof operations> =
  Named<O> extends { responses: { 200: { content: { "application/json": infer A } } } } ? A : never;

/** A refusal, by HTTP status 200 as well. */
export type Refusal = components["schemas"]["Error"];

/** The body of createTask, of any model. */
export type CreateTask = Body<"createTask">;

/** The name of a model of the Market. */
export type Model = CreateTask["model"];

/** The input of a model, such as `Input<"z-image">`. */
export type Input<M extends Model> = Extract<CreateTask, { model: M }>["input"];

/** A task as recordInfo shows it. */
export type TaskRecord = Extract<Answer<"recordInfo">, { code: 200 }>["data"];
