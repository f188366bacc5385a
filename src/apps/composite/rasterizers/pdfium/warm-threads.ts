import { PageThread } from './page-thread.ts';

/** How long threads wait for the next document: starting one, and its slow first pages, cost as much as drawing two. */
const IDLE_MILLISECONDS = 5 * 60_000;

/** Threads without a document, the one that was used last at the end. */
let idleThreads: PageThread[] = [];
let idleTimer: NodeJS.Timeout | undefined;

/** A thread without a document: one that is warm, or a new one. */
export function takeThread(): PageThread {
  let thread = idleThreads.pop();
  while (thread && !thread.isReusable) thread = idleThreads.pop();
  return thread ?? new PageThread();
}

/** Takes a thread back whose document is not needed any more, for the next document; or ends it. */
export async function giveBackThread(thread: PageThread): Promise<void> {
  if (thread.isReusable) await thread.close();
  if (!thread.isReusable) {
    await thread.terminate();
    return;
  }
  idleThreads.push(thread);
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => void endIdleThreads(), IDLE_MILLISECONDS).unref();
}

/** Ends the threads that wait for a document, and gives their memory back. */
async function endIdleThreads(): Promise<void> {
  const threads = idleThreads;
  idleThreads = [];
  clearTimeout(idleTimer);
  await Promise.all(threads.map((thread) => thread.terminate()));
}
