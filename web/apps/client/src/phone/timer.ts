/**
 * Timers that run on time in a page that nobody looks at: browsers let a hidden page's own timers wait for a second, and
 * after five minutes for a whole one, but not those of a worker.
 */
const SOURCE = "onmessage = ({ data: [id, at] }) => setTimeout(() => postMessage(id), at - Date.now())";

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, () => void>();

function start(): Worker | null {
  if (typeof Worker === "undefined") return null;
  const url = URL.createObjectURL(new Blob([SOURCE], { type: "text/javascript" }));
  const made = new Worker(url);
  URL.revokeObjectURL(url);
  made.onmessage = ({ data }: MessageEvent<number>) => run(data);
  return made;
}

function run(id: number): void {
  const done = waiting.get(id);
  waiting.delete(id);
  done?.();
}

/** Before the first call comes, so that it need not wait for a worker to begin. */
export function prepare(): void {
  worker ??= start();
}

/** Calls `done` after that time; the returned function forgets it. */
export function after(milliseconds: number, done: () => void): () => void {
  last += 1;
  const id = last;
  waiting.set(id, done);
  prepare();
  // By the clock: the worker itself may take its time to begin.
  if (worker) worker.postMessage([id, Date.now() + milliseconds]);
  else setTimeout(run, milliseconds, id);
  return () => waiting.delete(id);
}
