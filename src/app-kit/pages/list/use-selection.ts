import { useMemo, useState } from 'react';

/** The rows of a list that are ticked. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  readonly toggle: (id: string) => void;
  /** Ticks all rows that are shown; where all of them are, none. */
  readonly toggleAll: () => void;
  readonly clear: () => void;
}

/** Keeps which rows are ticked; those that are no longer shown are not. */
export function useSelection(rows: readonly { readonly id: string }[]): Selection {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const ids = useMemo(() => new Set(rows.map(({ id }) => id).filter((id) => ticked.has(id))), [rows, ticked]);
  return {
    ids,
    toggle(id) {
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setTicked(next);
    },
    toggleAll: () => setTicked(ids.size === rows.length ? new Set() : new Set(rows.map(({ id }) => id))),
    clear: () => setTicked(new Set()),
  };
}
