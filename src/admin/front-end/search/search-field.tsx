import React, { useEffect, useRef, useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { adminPath, Icon, readSiteApps } from '../../../app-kit/pages/index.ts';
import { SEARCH_PATH } from './search-page.tsx';

/** What the field says: what the apps find, and tasks. */
function placeholder(): string {
  const things = readSiteApps().flatMap(({ searchable }) => searchable ?? []);
  return `Search ${[...things, 'tasks'].join(', ')}`;
}

/** The field of the search, above every page. `/` and Ctrl-K lead to it. */
export function SearchField() {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const searched = params.get('q') ?? '';
  const [text, setText] = useState(searched);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(searched), [searched]);
  useEffect(() => focusByKey(field), []);
  const send = (event: React.FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') navigate(`${adminPath(SEARCH_PATH)}?${new URLSearchParams({ q: text.trim() })}`);
  };
  const label = placeholder();
  return (
    <search className="ch-search">
      <form onSubmit={send}>
        <Icon name="search" />
        <input
          ref={field}
          className="ch-input"
          type="search"
          aria-label={label}
          aria-keyshortcuts="/ Control+K"
          title="Press / or Ctrl-K to search"
          placeholder={label}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <span className="ch-search-key" aria-hidden="true">
          /
        </span>
      </form>
    </search>
  );
}

function focusByKey(field: React.RefObject<HTMLInputElement>): () => void {
  const onKey = (event: KeyboardEvent) => {
    const isCtrlK = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
    const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isCtrlK && !(isSlash && !isTyping(event.target))) return;
    event.preventDefault();
    field.current?.focus();
    field.current?.select();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  );
}
