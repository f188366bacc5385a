import React from 'react';
import { spanInWords } from './moments.ts';

/** A span of time in a table; a dash if it is not known. */
export function Span({ seconds }: { readonly seconds: number | null }) {
  if (seconds === null) return <span className="ch-none">–</span>;
  return <span className="ch-number">{spanInWords(seconds)}</span>;
}
