import './search.css';
import React, { useEffect, useRef } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router-dom';
import { Alert, adminPath, EmptyState, Loaded, Page, Panel, useLive } from '../../../app-kit/pages/index.ts';
import type { SearchAnswer, SearchGroup } from '../../search/shapes.ts';

/** The page of the search, below the admin's root. */
export const SEARCH_PATH = '/pages/search';

/** A search is not repeated by itself. */
const ONCE = { everySeconds: 3_600 } as const;

/** What a search found, by app. The only hit of a search is opened at once. */
export function SearchPage() {
  const [params] = useSearchParams();
  const text = params.get('q') ?? '';
  const live = useLive<SearchAnswer>(
    text === '' ? undefined : `/api/search?${new URLSearchParams({ q: text })}`,
    ONCE,
  );
  return (
    <Page title={text === '' ? 'Search' : `Search for “${text}”`}>
      {text === '' ? (
        <EmptyState title="Nothing to search for" icon="search" text="Type an id, a name, or words above." />
      ) : (
        <Loaded live={live}>{({ groups }) => <Hits groups={groups} />}</Loaded>
      )}
    </Page>
  );
}

function Hits({ groups }: { readonly groups: readonly SearchGroup[] }) {
  const navigate = useNavigate();
  const [only, ...others] = groups.flatMap(({ hits }) => hits);
  const isOnlyOne = only !== undefined && others.length === 0 && groups.every(({ hasFailed }) => !hasFailed);
  const target = isOnlyOne ? adminPath(only.path) : undefined;
  useEffect(() => {
    if (target !== undefined) navigate(target, { replace: true });
  }, [target, navigate]);
  const list = useRef<HTMLDivElement>(null);
  if (target !== undefined) return null;
  if (groups.length === 0) {
    return (
      <EmptyState
        title="Nothing found"
        icon="search"
        text="The first six characters of an id are enough. Words are found by their beginnings, the names of tasks as a whole."
      />
    );
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys only move between the links in it.
    <div ref={list} onKeyDown={(event) => moveFocus(event, list.current)}>
      {groups.map((group) => (
        <Group key={group.title} group={group} />
      ))}
    </div>
  );
}

function Group({ group: { title, hits, hasFailed } }: { readonly group: SearchGroup }) {
  return (
    <Panel title={title} isFlush={hits.length > 0}>
      {hasFailed && <Alert tone="warn">This part of the search failed. The log says why.</Alert>}
      <ul className="search-hits">
        {hits.map(({ kind, title: name, subtitle, path }) => (
          <li key={path}>
            <Link to={adminPath(path)}>
              <span className="search-kind">{kind}</span>
              <span className="search-hit">
                <strong>{name}</strong>
                {subtitle !== undefined && <small className="ch-clip">{subtitle}</small>}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The arrow keys go from hit to hit; Tab does as well. */
function moveFocus(event: React.KeyboardEvent, list: HTMLElement | null): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0 || !list) return;
  const links = [...list.querySelectorAll<HTMLAnchorElement>('.search-hits a')];
  const next = links[links.findIndex((link) => link.matches(':focus')) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
