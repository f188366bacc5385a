import React, { useId, useState } from 'react';
import type { Query } from './use-query.ts';

/** What a list can be narrowed by, each a part of the page's address. */
export function Filters(props: {
  readonly query: Query;
  readonly children: React.ReactNode;
  readonly names: readonly string[];
}) {
  const { query, children, names } = props;
  const isNarrowed = names.some((name) => query.get(name) !== '');
  const send = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    query.set(Object.fromEntries(names.map((name) => [name, String(form.get(name) ?? '').trim()])));
  };
  return (
    // A new address makes new fields, with what it says.
    <form className="ch-filters" onSubmit={send} key={query.pick(...names)}>
      {children}
      <button type="submit" className="ch-button ch-button-primary">
        Show
      </button>
      {isNarrowed && (
        <button
          type="button"
          className="ch-button"
          onClick={() => query.set(Object.fromEntries(names.map((name) => [name, ''])))}
        >
          Show all
        </button>
      )}
    </form>
  );
}

/** A field of {@link Filters}. */
export function FilterField(props: {
  readonly query: Query;
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'search' | 'number';
  readonly placeholder?: string;
  readonly isWide?: boolean;
  /** What is offered while it is typed; anything else can be typed, too. */
  readonly suggestions?: readonly string[] | undefined;
}) {
  const { query, name, label, type = 'text', placeholder, isWide = false, suggestions } = props;
  const listId = useId();
  return (
    <label className={isWide ? 'ch-wide' : ''}>
      <span className="ch-filters-name">{label}</span>
      <input
        className="ch-input"
        name={name}
        type={type}
        min={type === 'number' ? 0 : undefined}
        placeholder={placeholder}
        defaultValue={query.get(name)}
        list={suggestions && listId}
      />
      {suggestions && (
        <datalist id={listId}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
    </label>
  );
}

/** A choice among words, which takes effect at once. */
export function FilterChoice(props: {
  readonly query: Query;
  readonly name: string;
  readonly label: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
}) {
  const { query, name, label, choices } = props;
  return (
    <label>
      <span className="ch-filters-name">{label}</span>
      <select
        className="ch-select"
        name={name}
        defaultValue={query.get(name)}
        onChange={(event) => query.set({ [name]: event.target.value })}
      >
        <option value="">Any</option>
        {choices.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A day in the reader's zone; the address keeps its first moment. */
export function FilterDay(props: {
  readonly query: Pick<Query, 'get'>;
  readonly name: 'from' | 'to';
  readonly label: string;
  /** What precedes the name in the form. */
  readonly prefix?: string;
}) {
  const { query, name, label, prefix = '' } = props;
  const [day, setDay] = useState(dayOf(query.get(name), name));
  return (
    <label>
      <span className="ch-filters-name">{label}</span>
      <input className="ch-input" type="date" value={day} onChange={(event) => setDay(event.target.value)} />
      <input type="hidden" name={`${prefix}${name}`} value={momentOf(day, name)} />
    </label>
  );
}

/** The day that begins at a moment, or, of `to`, that ends there. */
function dayOf(moment: string, name: 'from' | 'to'): string {
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return '';
  if (name === 'to') date.setDate(date.getDate() - 1);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

function momentOf(day: string, name: 'from' | 'to'): string {
  const date = new Date(`${day}T00:00:00`);
  if (Number.isNaN(date.getTime())) return '';
  if (name === 'to') date.setDate(date.getDate() + 1);
  return date.toISOString();
}
