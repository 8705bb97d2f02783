/**
 * Browsers slow the timers of a hidden page down to one a minute, but not those of a worker. A softphone is hidden most
 * of the time, and must know all the same whether it can be called.
 */
const WORKER = "onmessage = ({ data: [id, ms] }) => setTimeout(() => postMessage(id), ms);";

const waiting = new Map<number, () => void>();
let worker: Worker | null | undefined;
let lastId = 0;

/** Calls back after `ms`, also in a hidden page. The returned function cancels it. */
export function steadyTimeout(callback: () => void, ms: number): () => void {
  worker ??= makeWorker();
  if (!worker) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  }
  lastId += 1;
  const id = lastId;
  waiting.set(id, callback);
  worker.postMessage([id, ms]);
  return () => waiting.delete(id);
}

/** Returns what `answer` resolves to. Rejects with a `TimeoutError` if that takes longer than `ms`. */
export function withTimeout<Answer>(ms: number, answer: Promise<Answer>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = steadyTimeout(() => reject(new DOMException(`no answer within ${ms} ms`, "TimeoutError")), ms);
    answer.then(resolve, reject).finally(cancel);
  });
}

/** Null where there are no workers, or a page's policy forbids them. */
function makeWorker(): Worker | null {
  if (typeof Worker === "undefined" || typeof URL.createObjectURL !== "function") return null;
  try {
    const made = new Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
    made.onmessage = ({ data }: MessageEvent<number>) => {
      const callback = waiting.get(data);
      waiting.delete(data);
      callback?.();
    };
    return made;
  } catch {
    return null;
  }
}
