import React, { useState } from 'react';

/** Parts of one level that are shown before somebody asks for the others. */
const SHOWN_PARTS = 100;

/** Levels that are open at first. */
const OPEN_LEVELS = 2;

/** What is shown in place of a secret. */
const SECRET_DOTS = '••••';

/** A value of JSON to look at: its parts open and close, and a sealed one is dots. */
export function JsonView({ value }: { readonly value: unknown }) {
  return (
    <div className="ch-json">
      <JsonPart value={value} level={0} />
    </div>
  );
}

function JsonPart(props: { readonly name?: string; readonly value: unknown; readonly level: number }) {
  const { name, value, level } = props;
  const label = name === undefined ? null : <span className="ch-json-key">{name}: </span>;
  if (typeof value !== 'object' || value === null || isSealed(value)) {
    return (
      <span>
        {label}
        <JsonLeaf value={value} />
      </span>
    );
  }
  return <JsonBranch label={label} value={value} level={level} />;
}

function JsonBranch(props: {
  readonly label: React.ReactNode;
  readonly value: object;
  readonly level: number;
}) {
  const { label, value, level } = props;
  const [shown, setShown] = useState(SHOWN_PARTS);
  const parts = Object.entries(value);
  const isList = Array.isArray(value);
  const size = `${parts.length} ${isList ? 'element' : 'field'}${parts.length === 1 ? '' : 's'}`;
  if (parts.length === 0) {
    return (
      <span>
        {label}
        {isList ? '[ ]' : '{ }'}
      </span>
    );
  }
  return (
    <details open={level < OPEN_LEVELS}>
      <summary>
        {label}
        <span className="ch-none">{isList ? `[ ${size} ]` : `{ ${size} }`}</span>
      </summary>
      <ul>
        {parts.slice(0, shown).map(([name, part]) => (
          <li key={name}>
            <JsonPart name={name} value={part} level={level + 1} />
          </li>
        ))}
        {parts.length > shown && (
          <li>
            <button type="button" className="ch-button" onClick={() => setShown(shown + SHOWN_PARTS)}>
              {(parts.length - shown).toLocaleString()} more
            </button>
          </li>
        )}
      </ul>
    </details>
  );
}

function JsonLeaf({ value }: { readonly value: unknown }) {
  if (isSealed(value) || value === SECRET_DOTS) {
    return (
      <span className="ch-json-secret" title="This value is encrypted, and is not shown.">
        {SECRET_DOTS}
      </span>
    );
  }
  if (typeof value === 'string') return <span className="ch-json-text">{JSON.stringify(value)}</span>;
  if (typeof value === 'number') return <span className="ch-json-number">{String(value)}</span>;
  return <span className="ch-json-word">{String(value)}</span>;
}

/** As the queue stores a secret argument. */
function isSealed(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '$sealed' in value;
}
