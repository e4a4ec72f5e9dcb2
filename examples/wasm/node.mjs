// usage: node node.mjs TONUS.WASM GOLDEN.COBS GOLDEN.CUES.CSV
import { readFile } from "node:fs/promises";
import { golden } from "./golden.js";

const [wasm, bytes, cues] = process.argv.slice(2);
const { digest, states } = await golden(await readFile(wasm), await readFile(bytes), await readFile(cues, "utf8"));
console.log(digest);
console.log(Object.entries(states).map(([state, count]) => `${count} ${state}`).join(", "));
