// The golden session in JavaScript: the same for Node (node.mjs) and for a browser (golden.html).
import { Stream } from "./tonus.js";

/** Bytes of the module and of the session, and the lines `index,cue`; gives the digest and the states that were counted. */
export async function golden(wasm, bytes, cues) {
  const states = { rest: 0, controlled: 0, overactive: 0, invalid: 0 };
  const options = { rateHz: 1000, channels: 2, uvPerCount: 0.25 };
  const stream = await Stream.open(await WebAssembly.compile(wasm), options, (decision) => states[decision.state]++);
  for (const line of cues.trim().split("\n").slice(1)) {
    const [index, cue] = line.split(",");
    stream.ask(Number(index), cue);
  }
  for (let at = 0; at < bytes.length; at += 1000) stream.pushBytes(bytes.subarray(at, at + 1000));
  stream.finish();
  return { digest: stream.digest(), states };
}
