import React from 'react';
import { useSearchParams } from 'react-router-dom';
import { EmptyState } from '../../../app-kit/pages/index.ts';

/** What a list of AdminJS shows where it is empty. */
export function NoRecords({ resource }: { readonly resource: { readonly name: string } }) {
  const [params, setParams] = useSearchParams();
  const filters = [...params.keys()].filter((name) => name.startsWith('filters.'));
  if (filters.length === 0) {
    return (
      <EmptyState title="Nothing here yet" text={`${resource.name}: what comes shows here by itself.`} />
    );
  }
  const clear = () => {
    const rest = new URLSearchParams(params);
    for (const name of filters) rest.delete(name);
    setParams(rest);
  };
  return (
    <EmptyState
      title="Nothing fits the filter"
      icon="search"
      text="Change the filter, or look at everything."
    >
      <button type="button" className="ch-button" onClick={clear}>
        Show all
      </button>
    </EmptyState>
  );
}
