import { Router } from 'express';
import { MOST_SEARCH_HITS } from '../../app-kit/admin/app-admin.ts';
import { textOf } from '../../app-kit/admin/list-query.ts';
import type { SearchHit } from '../../app-kit/admin/search-hit.ts';
import type { AppContext } from '../../app-kit/app-context.ts';
import { titleOf } from '../../app-kit/installed-apps.ts';
import type { LoadedApp } from '../../app-kit/loaded-apps.ts';
import { within } from '../../platform/deadline.ts';
import type { Logger } from '../../platform/logging.ts';
import type { TaskDescriber } from '../queue/task-describer.ts';
import type { SearchAnswer, SearchGroup } from './shapes.ts';
import { findTasks } from './task-search.ts';

/** How long a search waits for one part of the site. */
const LIMIT_MILLISECONDS = 3_000;

/** Characters of a search; nothing that is longer is an id or a name. */
const LONGEST_TEXT = 200;

/** A part of the site that can be searched. */
interface Part {
  readonly title: string;
  readonly find: (text: string) => Promise<readonly SearchHit[]>;
}

/** `GET /api/search?q=`: one search over the apps and the tasks, at most ten hits of each. */
export function createSearchRoutes(
  context: AppContext,
  apps: readonly LoadedApp[],
  describer: TaskDescriber,
): Router {
  const { database, logger } = context.platform;
  const parts: readonly Part[] = [
    ...apps.flatMap(({ app, admin, context: own }): Part[] => {
      const { search } = admin ?? {};
      return search ? [{ title: titleOf(app), find: (text) => search.find(own, text) }] : [];
    }),
    { title: 'Queue', find: (text) => findTasks(database, describer, text) },
  ];
  return Router().get('/api/search', async (request, response) => {
    const text = textOf(request, 'q')?.slice(0, LONGEST_TEXT);
    const found = text === undefined ? [] : await Promise.all(parts.map((part) => ask(part, text, logger)));
    const answer: SearchAnswer = {
      groups: found.filter(({ hits, hasFailed }) => hits.length > 0 || hasFailed),
    };
    response.json(answer);
  });
}

async function ask({ title, find }: Part, text: string, logger: Logger): Promise<SearchGroup> {
  try {
    const hits = await within(LIMIT_MILLISECONDS, find(text));
    return { title, hits: hits.slice(0, MOST_SEARCH_HITS), hasFailed: false };
  } catch (error) {
    logger.warn({ err: error, part: title }, 'a part of the search failed');
    return { title, hits: [], hasFailed: true };
  }
}
