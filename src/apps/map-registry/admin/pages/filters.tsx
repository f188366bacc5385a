import React from 'react';
import { FilterChoice, type Query } from '../../../../app-kit/pages/index.ts';
import { useForm } from './api.ts';

/** Narrows a list by a state. */
export function StateFilter(props: { readonly query: Query; readonly states: readonly string[] }) {
  const { query, states } = props;
  return (
    <FilterChoice query={query} name="state" label="State" choices={states.map((state) => [state, state])} />
  );
}

/** Narrows a list by a catalogue. */
export function CatalogFilter({ query }: { readonly query: Query }) {
  const catalogs = useForm().data?.catalogs ?? [];
  return (
    <FilterChoice
      query={query}
      name="catalog"
      label="Catalogue"
      choices={catalogs.map(({ slug, name }) => [slug, name])}
    />
  );
}
