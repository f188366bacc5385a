import { type ResourceJSON, useFilterDrawer, useQueryParams } from 'adminjs';
import React from 'react';
import { FilterDay } from '../../../app-kit/pages/index.ts';

/** What a list of AdminJS's is narrowed by: values by column, and moments by column and end. */
type ListFilters = Readonly<Record<string, string | undefined>>;

/** Between a column and an end of its time, in the addresses that AdminJS makes. */
const END_SEPARATOR = '~~';

/** What AdminJS's lists are narrowed by. Its own fields have no names for who cannot see the page. */
export function FilterDrawer({ resource }: { readonly resource: ResourceJSON }) {
  const { isVisible, toggleFilter } = useFilterDrawer();
  const { filters, storeParams, clearParams } = useQueryParams<object, ListFilters>();
  if (!isVisible) return null;
  const known: ListFilters = filters ?? {};
  const send = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value).trim()]);
    storeParams({ filters: Object.fromEntries(typed.filter(([, value]) => value !== '')), page: '1' });
  };
  return (
    // Another filter makes new fields, with what it says.
    <form
      className="ch-filters ch-list-filters"
      aria-label="Filter"
      onSubmit={send}
      key={JSON.stringify(known)}
    >
      {resource.filterProperties.map((property) => (
        <PropertyFilter key={property.propertyPath} property={property} known={known} />
      ))}
      <button type="submit" className="ch-button ch-button-primary">
        Show
      </button>
      <button type="button" className="ch-button" onClick={() => clearParams('filters')}>
        Show all
      </button>
      <button type="button" className="ch-button" onClick={toggleFilter}>
        Close
      </button>
    </form>
  );
}

function PropertyFilter(props: {
  readonly property: ResourceJSON['filterProperties'][number];
  readonly known: ListFilters;
}) {
  const { property, known } = props;
  const { propertyPath: path, type, availableValues, custom } = property;
  const label = String(custom['label'] ?? path);
  if (type === 'datetime') {
    const prefix = `${path}${END_SEPARATOR}`;
    const query = { get: (name: string) => known[`${prefix}${name}`] ?? '' };
    return (
      <>
        <FilterDay query={query} name="from" label={`${label} from`} prefix={prefix} />
        <FilterDay query={query} name="to" label="to" prefix={prefix} />
      </>
    );
  }
  const value = known[path] ?? '';
  return availableValues ? (
    <label>
      <span className="ch-filters-name">{label}</span>
      <select className="ch-select" name={path} defaultValue={value}>
        <option value="">Any</option>
        {availableValues.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </label>
  ) : (
    <label>
      <span className="ch-filters-name">{label}</span>
      <input className="ch-input" name={path} defaultValue={value} autoComplete="off" />
    </label>
  );
}
