// A typed client, compiled by the tests and not run: what it may write, and what the compiler refuses.
import type { Answer, Body, CreateTask, Input, TaskRecord } from "fakie/types";

const input: Input<"z-image"> = { prompt: "a lake", aspect_ratio: "1:1" };
const body: CreateTask = { model: "z-image", input };
// @ts-expect-error: the page allows no such ratio
const wrongRatio: Input<"z-image"> = { prompt: "a lake", aspect_ratio: "2:1" };
// @ts-expect-error: the page requires a prompt
const noPrompt: Input<"z-image"> = { aspect_ratio: "1:1" };
// @ts-expect-error: there is no such model
const noModel: CreateTask = { model: "z-imagine", input };
const video: Body<"veo/generate"> = { prompt: "a lake" };

export async function picture(jobs: string, headers: Record<string, string>): Promise<TaskRecord | string> {
  const made = await fetch(`${jobs}/createTask`, { method: "POST", headers, body: JSON.stringify(body) });
  const answer = (await made.json()) as Answer<"createTask">;
  if (answer.code !== 200 || !answer.data || !("taskId" in answer.data)) return answer.msg;
  const asked = await fetch(`${jobs}/recordInfo?taskId=${answer.data.taskId}`, { headers });
  const record = (await asked.json()) as Answer<"recordInfo">;
  if (record.code !== 200 || !record.data || !("state" in record.data)) return record.msg;
  return record.data as TaskRecord;
}

export const written = [wrongRatio, noPrompt, noModel, video];
