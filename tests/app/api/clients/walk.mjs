// Walks through every operation with the official Node client; says as JSON how each went. Run by test_clients.py.
// Arguments: the folder of the client, the address of the server, a key, and the address that webhooks shall call.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

const [folder, address, key, hook] = process.argv.slice(2);
const { default: OpenAI, toFile } = createRequire(`${folder}/`)("openai");
const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: key, maxRetries: 0 });
const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypmp42"), Buffer.alloc(40)]);
const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(40)]);
const results = {}, made = {};
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function step(name, act) {
  try {
    await act();
    results[name] = "works";
  } catch (error) {
    if (error instanceof OpenAI.APIError && error.status) results[name] = `refused: ${error.code}`;
    else if (error instanceof assert.AssertionError) results[name] = `WRONG: ${error.message}`;
    else results[name] = `client: ${error.name}: ${String(error.message).slice(0, 60)}`;
  }
}

async function poll(video) {
  for (const until = Date.now() + 90_000; Date.now() < until && ["queued", "in_progress"].includes(video.status);) {
    await pause(100);
    video = await client.videos.retrieve(video.id);
  }
  return video;
}

await step("models", async () => {
  const names = [];
  for await (const model of client.models.list()) names.push(model.id);
  assert.ok(names.includes("sora-2") && names.includes("sora-2-pro"));
});
await step("create and poll", async () => {
  const body = { prompt: "a cat on the beach", seconds: "4", size: "720x1280", model: "sora-2" };
  const video = (made.first = await poll(await client.videos.create(body)));
  assert.deepEqual([video.status, video.progress, video.error], ["completed", 100, null]);
  assert.deepEqual([video.seconds, video.size, video.object], ["4", "720x1280", "video"]);
});
await step("create with extra fields", async () => {
  const extra = { seed: 7, n: 2, audio: false, negative_prompt: "rain", style: "snow", guidance: 3.5 };
  extra.voice = "old woman";
  extra.storyboard = JSON.stringify([{ at: 0, prompt: "it sits" }, { at: 5, video: { id: made.first.id } }]);
  const video = await client.videos.create({ prompt: "a dog runs", seconds: "10", size: "704x1280", ...extra });
  assert.deepEqual([video.status, video.seconds, video.size, video.seed], ["queued", "10", "704x1280", 7]);
  assert.equal(video.takes.length, 2);
});
await step("create with a picture", async () => {
  const picture = await toFile(png, "start.png", { type: "image/png" });
  await client.videos.create({ prompt: "a cat", input_reference: picture });
});
await step("create with a picture's address", () =>
  client.videos.create({ prompt: "a cat", input_reference: { image_url: `data:image/png;base64,${png.toString("base64")}` } }));
await step("create with characters", () =>
  client.videos.create({ prompt: "a cat", characters: [{ id: "char_1" }, { id: "char_2" }] }));
await step("retrieve", async () => assert.equal((await client.videos.retrieve(made.first.id)).id, made.first.id));
await step("list, all pages", async () => {
  const ids = [];
  for await (const video of client.videos.list({ limit: 1 })) ids.push(video.id);
  assert.equal(ids.length, 5);
  assert.equal(ids[4], made.first.id);
});
for (const [variant, type] of [["video", "video/mp4"], ["thumbnail", "image/webp"], ["spritesheet", "image/jpeg"]]) {
  const what = { video: "video", thumbnail: "thumbnail", spritesheet: "sprite sheet" }[variant];
  await step(`download the ${what}`, async () => {
    const content = await client.videos.downloadContent(made.first.id, { variant });
    assert.equal(content.headers.get("content-type"), type);
    assert.ok((await content.arrayBuffer()).byteLength > 0);
  });
}
await step("remix", async () => {
  const video = await client.videos.remix(made.first.id, { prompt: "make it winter" });
  assert.equal(video.remixed_from_video_id, made.first.id);
});
await step("edit a video", () => client.videos.edit({ prompt: "make it winter", video: { id: made.first.id } }));
await step("edit an uploaded video", async () =>
  client.videos.edit({ prompt: "make it winter", video: await toFile(mp4, "clip.mp4", { type: "video/mp4" }) }));
await step("extend a video", () =>
  client.videos.extend({ prompt: "it goes on", seconds: "4", video: { id: made.first.id } }));
await step("create a character", async () =>
  client.videos.createCharacter({ name: "Tilo", video: await toFile(mp4, "tilo.mp4", { type: "video/mp4" }) }));
await step("get a character", () => client.videos.getCharacter("char_0"));
await step("files", async () => {
  const file = await client.files.create({ file: await toFile(Buffer.from("hello"), "notes.txt"), purpose: "user_data" });
  assert.equal((await client.files.retrieve(file.id)).bytes, 5);
  assert.equal(await (await client.files.content(file.id)).text(), "hello");
  assert.ok((await client.files.delete(file.id)).deleted);
});
await step("batches", async () => {
  const line = { custom_id: "a", method: "POST", url: "/v1/videos", body: { prompt: "a car", seconds: "4" } };
  const file = await client.files.create({ file: await toFile(Buffer.from(JSON.stringify(line)), "lines.jsonl"), purpose: "batch" });
  let batch = await client.batches.create({ input_file_id: file.id, endpoint: "/v1/videos", completion_window: "24h" });
  for (const until = Date.now() + 90_000; Date.now() < until && !["completed", "failed"].includes(batch.status);) {
    await pause(300);
    batch = await client.batches.retrieve(batch.id);
  }
  assert.equal(batch.status, "completed");
  assert.equal(JSON.parse(await (await client.files.content(batch.output_file_id)).text()).custom_id, "a");
});
await step("manage webhooks", async () => {
  const asked = { name: "hook", url: hook, event_types: ["video.completed", "video.failed"] };
  if (client.webhooks.create) {
    const endpoint = await client.webhooks.create(asked);
    made.secret = endpoint.signing_secret;
    assert.equal((await client.webhooks.test(endpoint.id, { event_type: "video.failed" })).status_code, 200);
  } else made.secret = (await client.post("/webhook_endpoints", { body: asked })).signing_secret;
});
await step("webhook: unwrap", async () => {
  const video = await poll(await client.videos.create({ prompt: "a bird", seconds: "4" }));
  let heard = null;
  for (const until = Date.now() + 60_000; Date.now() < until && !heard; await pause(200))
    heard = await (await fetch(`${hook}?about=${video.id}`)).json();
  const event = await client.webhooks.unwrap(heard.payload, heard.headers, made.secret);
  assert.deepEqual([event.type, event.data.id], ["video.completed", video.id]);
  await assert.rejects(client.webhooks.unwrap(heard.payload + " ", heard.headers, made.secret));
});
await step("delete", async () => assert.ok((await client.videos.delete(made.first.id)).deleted));
await step("retrieve what was deleted", () => client.videos.retrieve(made.first.id));
await step("a wrong value", () => client.videos.create({ prompt: "a cat", seconds: "90" }));
await step("a wrong key", () =>
  new OpenAI({ baseURL: `${address}/v1`, apiKey: "sk-wrong", maxRetries: 0 }).videos.list());

console.log(JSON.stringify(results));
