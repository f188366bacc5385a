import React from 'react';
import { Icon, type IconName } from './icon.tsx';

/** What a state means to an operator: it went well, it is under way, it failed, somebody should look, none of these. */
export type Tone = 'good' | 'busy' | 'bad' | 'warn' | 'plain';

/** How each word of the queue, of members and of the site shows itself; an unknown word is plain. */
const STATES: Readonly<Record<string, readonly [Tone, IconName]>> = {
  COMPLETED: ['good', 'done'],
  accepted: ['good', 'done'],
  succeeded: ['good', 'done'],
  done: ['good', 'done'],
  enabled: ['good', 'done'],
  idle: ['good', 'done'],
  ERROR: ['bad', 'failed'],
  failed: ['bad', 'failed'],
  lost: ['bad', 'failed'],
  refused: ['bad', 'stopped'],
  disabled: ['bad', 'stopped'],
  cancelled: ['warn', 'stopped'],
  stopping: ['warn', 'paused'],
  paused: ['warn', 'paused'],
  delayed: ['warn', 'waiting'],
  PENDING: ['plain', 'waiting'],
  pending: ['plain', 'waiting'],
  queued: ['plain', 'waiting'],
  starting: ['busy', 'busy'],
  stopped: ['plain', 'stopped'],
  FETCHING_ORIGIN: ['busy', 'busy'],
  RASTERIZING: ['busy', 'busy'],
  PUSHING_TO_DLCS: ['busy', 'busy'],
  BUILDING_DLCS_REQUEST: ['busy', 'busy'],
  posting: ['busy', 'busy'],
  running: ['busy', 'busy'],
  working: ['busy', 'busy'],
};

/** `FETCHING_ORIGIN` as people write it: "Fetching origin". */
export function stateInWords(state: string): string {
  if (state === 'ERROR') return 'Failed';
  const words = state.replaceAll('_', ' ').toLowerCase().replace('dlcs', 'DLCS');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a state means. */
export function toneOf(state: string): Tone {
  return STATES[state]?.[0] ?? 'plain';
}

/** The drawing of a state. */
export function iconOf(state: string): IconName {
  return STATES[state]?.[1] ?? 'plain';
}

/** A state in a word, a shape and a colour: the word is enough, and so is the shape with it. */
export function StateBadge({ state, label }: { readonly state: string; readonly label?: string }) {
  const tone = toneOf(state);
  return (
    <span className={`ch-badge ch-tone-${tone}`} title={state}>
      <Icon name={iconOf(state)} className={tone === 'busy' ? 'ch-turn' : ''} />
      {label ?? stateInWords(state)}
    </span>
  );
}
