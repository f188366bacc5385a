import React from 'react';
import { Link } from 'react-router-dom';
import { adminPath, listPath, readSiteResources, recordPath } from '../../../app-kit/pages/index.ts';
import type { AuditRow } from '../../people/shapes.ts';

/** An action in the past, and as what somebody tried: "paused", "pause". */
const VERBS: Readonly<Record<string, readonly [past: string, plain: string]>> = {
  signIn: ['signed in', 'sign in'],
  signOut: ['signed out', 'sign out'],
  signOutEverywhere: ['signed out everywhere:', 'sign out everywhere:'],
  changePassword: ['changed the password of', 'change the password of'],
  resetPassword: ['set the password of', 'set the password of'],
  changeRole: ['changed the role of', 'change the role of'],
  create: ['created', 'create'],
  edit: ['changed', 'change'],
  delete: ['deleted', 'delete'],
  disable: ['disabled', 'disable'],
  enable: ['enabled', 'enable'],
  pause: ['paused', 'pause'],
  resume: ['resumed', 'resume'],
  purge: ['purged', 'purge'],
  run: ['ran', 'run'],
  resubmit: ['resubmitted', 'resubmit'],
  reveal: ['saw the secrets of', 'see the secrets of'],
  cancel: ['cancelled', 'cancel'],
};

/** What one record of a list of the admin is called; those of apps are called after their list. */
const NOUNS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  queues: ['queue', 'queues'],
  schedules: ['schedule', 'schedules'],
  administrators: ['administrator', 'administrators'],
  'failed-tasks': ['failed task', 'failed tasks'],
  'queued-tasks': ['queued task', 'queued tasks'],
  'running-tasks': ['running task', 'running tasks'],
  'successful-tasks': ['successful task', 'successful tasks'],
};

/** An action as people write it: "sign in". */
export function verbOf(action: string): string {
  return (VERBS[action]?.[1] ?? action).replace(':', '');
}

/** A list as people write it: "queues". */
export function resourceInWords(resource: string): string {
  return (
    NOUNS[resource]?.[1] ??
    readSiteResources()
      .find(({ id }) => id === resource)
      ?.label.toLowerCase() ??
    resource
  );
}

/** What a line of the audit log says after the name: "paused the queue reports", with links to what it was done to. */
export function AuditSentence({ row }: { readonly row: AuditRow }) {
  const { action, outcome } = row;
  const [past, plain] = VERBS[action] ?? [`did “${action}” to`, `do “${action}” to`];
  const verb =
    outcome === 'done' ? past : outcome === 'failed' ? `tried to ${plain}` : `was not allowed to ${plain}`;
  return (
    <>
      {row.resource === null ? verb.replace(/:$/, '') : verb} <AuditObject row={row} />
    </>
  );
}

function AuditObject({ row }: { readonly row: AuditRow }) {
  const { resource, recordIds, recordCount } = row;
  if (resource === null) return null;
  const [one, many] = NOUNS[resource] ?? [resourceInWords(resource), resourceInWords(resource)];
  const [id] = recordIds;
  if (recordCount === 0 || id === undefined) {
    return (
      <Link className="ch-plain-link" to={adminPath(listPath(resource))}>
        {many}
      </Link>
    );
  }
  if (recordCount > 1) {
    return (
      <>
        {recordCount.toLocaleString()}{' '}
        <Link className="ch-plain-link" to={adminPath(listPath(resource))}>
          {many}
        </Link>
      </>
    );
  }
  if (resource === 'queues') {
    return (
      <>
        the queue{' '}
        <Link className="ch-plain-link" to={adminPath(listPath(resource))}>
          {id}
        </Link>
      </>
    );
  }
  return (
    <>
      the {one}{' '}
      <Link className="ch-link" to={adminPath(recordPath(resource, id))} title={id}>
        {id.slice(0, 8)}
      </Link>
    </>
  );
}
