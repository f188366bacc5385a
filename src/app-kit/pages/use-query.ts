import { useSearchParams } from 'react-router-dom';

/** The query of the page's address: what a list is narrowed by, so that it can be kept, sent on, and gone back to. */
export interface Query {
  /** A value; empty where it is not there. */
  readonly get: (name: string) => string;
  /** Changes values, and leaves out those that are empty; everything else stays, but for the page. */
  readonly set: (values: Readonly<Record<string, string>>) => void;
  /** These values, as the end of a URL. */
  readonly pick: (...names: string[]) => string;
}

/** The name of the value that says which page of a list is shown; another filter starts at the first one. */
const PAGE_NAME = 'page';

/** Reads and changes the query of the page's address. */
export function useQuery(): Query {
  const [params, setParams] = useSearchParams();
  return {
    get: (name) => params.get(name) ?? '',
    set(values) {
      const next = new URLSearchParams(params);
      next.delete(PAGE_NAME);
      for (const [name, value] of Object.entries(values)) {
        if (value === '') next.delete(name);
        else next.set(name, value);
      }
      setParams(next);
    },
    pick(...names) {
      const picked = new URLSearchParams(
        names.flatMap((name) => {
          const value = params.get(name);
          return value ? [[name, value]] : [];
        }),
      );
      return picked.size > 0 ? `?${picked}` : '';
    },
  };
}
