import { setTimeout as sleep } from 'node:timers/promises';
import { DemoError } from '../../../../app-kit/sandbox/demo-error.ts';

/** A member as the API shows it. */
export interface Member {
  readonly id: string;
  readonly status: string;
  readonly error?: string;
  readonly image_count?: number;
  readonly dlcs_uris?: readonly string[];
  readonly progress?: { readonly pages_done: number; readonly pages_total: number };
}

/** Where and as whom to submit. */
export interface Caller {
  readonly apiUrl: string;
  readonly customer: number;
  readonly space: number;
  readonly authorization: string;
}

const POLL_MILLISECONDS = 150;

/** How long the API may be away before the demo gives up. */
const SILENCE_MILLISECONDS = 30_000;

/** Submits one PDF; returns its member. @throws {DemoError} with what the API said. */
export async function submit(caller: Caller, origin: string, slug: string): Promise<Member> {
  const response = await fetch(`${caller.apiUrl}/customers/${caller.customer}/queue`, {
    method: 'POST',
    headers: { Authorization: caller.authorization, 'Content-Type': 'application/json' },
    body: JSON.stringify({
      '@context': 'http://www.w3.org/ns/hydra/context.jsonld',
      '@type': 'Collection',
      member: [
        {
          '@type': 'vocab:Composite',
          id: `${slug}-{:04d}`,
          space: caller.space,
          origin,
          originFormat: 'application/pdf',
          incrementSeed: 1,
          string1: slug,
          number1: '{:d}',
        },
      ],
    }),
  });
  const text = await response.text();
  if (response.status !== 202) {
    throw new DemoError(`The API did not accept the PDF (${response.status}): ${text}`);
  }
  const { members } = JSON.parse(text) as { members: readonly Member[] };
  const [member] = members;
  if (!member) throw new DemoError(`The API accepted the PDF, but named no member: ${text}`);
  return member;
}

/**
 * Waits until a member is completed or has failed, and reports its progress.
 *
 * @throws {DemoError} if the API stays away.
 */
export async function follow(
  caller: Caller,
  member: Member,
  show: (member: Member) => void,
  signal: AbortSignal,
): Promise<Member> {
  // Its URI may lead through a proxy that is not there yet.
  const url = `${caller.apiUrl}${new URL(member.id).pathname}`;
  let lastHeard = Date.now();
  for (;;) {
    const current = await read(url, caller.authorization);
    if (current) {
      lastHeard = Date.now();
      show(current);
      if (current.status === 'COMPLETED' || current.status === 'ERROR') return current;
    } else if (Date.now() - lastHeard > SILENCE_MILLISECONDS) {
      throw new DemoError(`The API at ${caller.apiUrl} does not answer any more`);
    }
    await sleep(POLL_MILLISECONDS, undefined, { signal });
  }
}

async function read(url: string, authorization: string): Promise<Member | undefined> {
  try {
    const response = await fetch(url, { headers: { Authorization: authorization } });
    // 422 is how the API shows a member that failed.
    return response.ok || response.status === 422 ? ((await response.json()) as Member) : undefined;
  } catch {
    return undefined;
  }
}

/** The pages of batches, in order, as the DLCS knows them: their origins. @throws {DemoError} */
export async function pageUrls(batchUris: readonly string[], authorization: string): Promise<string[]> {
  const urls: string[] = [];
  for (const batchUri of batchUris) {
    for (let page = 1, left = Number.POSITIVE_INFINITY; left > 0; page += 1) {
      const response = await fetch(`${batchUri}/images?page=${page}&pageSize=100`, {
        headers: { Authorization: authorization },
      });
      if (!response.ok) throw new DemoError(`The DLCS does not show ${batchUri}/images: ${response.status}`);
      const { member, totalItems } = (await response.json()) as {
        member: readonly { origin: string }[];
        totalItems: number;
      };
      urls.push(...member.map(({ origin }) => origin));
      left = member.length === 0 ? 0 : totalItems - page * 100;
    }
  }
  return urls;
}
