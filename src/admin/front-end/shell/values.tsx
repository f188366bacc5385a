import React from 'react';
import { Link } from 'react-router-dom';
import {
  adminPath,
  ExactTime,
  JsonView,
  recordPath,
  StateBadge,
  spanInWords,
} from '../../../app-kit/pages/index.ts';
import { isUuid } from '../../../platform/uuid.ts';

interface ValueProps {
  readonly property: {
    readonly path: string;
    readonly custom: {
      readonly label: string;
      readonly kind: string;
      readonly resource?: string;
      readonly column?: string;
    };
  };
  readonly record: { readonly id: string; readonly params: Readonly<Record<string, unknown>> };
}

/** A value of whatever kind, in a list or on the page of its row; the kinds are those of `AdminColumn`. */
function Value({ property, record, isListed }: ValueProps & { readonly isListed: boolean }) {
  const { kind, resource = '', column } = property.custom;
  const value = record.params[property.path];
  if (value === undefined || value === null || value === '') return <span className="ch-none">–</span>;
  const text = String(value);
  // A list has no room for whole ids, and none for a group that is named by one.
  const shown = isListed && isUuid(text) ? `${text.slice(0, 8)}…` : text;
  switch (kind) {
    case 'id':
      return (
        <span className="ch-id" title={text}>
          {shown}
        </span>
      );
    case 'reference':
      return (
        <Link to={adminPath(recordPath(resource, text))} className="ch-link">
          {shown}
        </Link>
      );
    case 'related':
      return (
        <Link
          to={adminPath(`/resources/${resource}?filters.${column}=${encodeURIComponent(record.id)}`)}
          className="ch-plain-link ch-number"
        >
          {text}
        </Link>
      );
    case 'task':
      return (
        <a href={adminPath(`/tasks/${text}`)} className="ch-link">
          {shown}
        </a>
      );
    case 'url':
      return /^https?:\/\//.test(text) ? (
        <a
          href={text}
          target="_blank"
          rel="noreferrer"
          className={isListed ? 'ch-plain-link ch-clip' : 'ch-plain-link'}
        >
          {text}
        </a>
      ) : (
        <span>{text}</span>
      );
    case 'timestamp':
      return <ExactTime moment={text} />;
    case 'duration':
      return <span className="ch-number">{spanInWords(Number(value))}</span>;
    case 'number':
      return <span className="ch-number">{text}</span>;
    case 'status':
      return <StateBadge state={text} />;
    case 'json':
      return isListed ? <Clipped text={text} /> : <Json text={text} />;
    case 'long-text':
      return isListed ? <Clipped text={text} /> : <pre className="ch-pre">{text}</pre>;
    default:
      return (
        <span className={isListed ? 'ch-clip' : ''} title={text}>
          {shown}
        </span>
      );
  }
}

function Clipped({ text }: { readonly text: string }) {
  return (
    <span className="ch-clip" title={text}>
      {text}
    </span>
  );
}

/** JSON that came as a text. */
function Json({ text }: { readonly text: string }) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return <pre className="ch-pre">{text}</pre>;
  }
  return (
    <div className="ch-pre">
      <JsonView value={value} />
    </div>
  );
}

/** A value in a list of AdminJS. */
export function ListValue(props: ValueProps) {
  return <Value {...props} isListed={true} />;
}

/** A value on a page of AdminJS, with its name. */
export function ShowValue(props: ValueProps) {
  return (
    <div className="ch-shown">
      <h3>{props.property.custom.label}</h3>
      <Value {...props} isListed={false} />
    </div>
  );
}
