import { createContext, useContext } from 'react';
import type { IconName } from './icon.tsx';

/** What a state means to an operator: it went well, it is under way, it failed, somebody should look, none of these. */
export type Tone = 'good' | 'busy' | 'bad' | 'warn' | 'plain';

/** How a state looks. */
export interface StateLook {
  readonly tone: Tone;
  readonly icon: IconName;
  /** Default: the word with a capital, and spaces for underscores. */
  readonly label?: string;
}

/** How states look, by their words. */
export type States = Readonly<Record<string, StateLook>>;

/** The words of the queue and of the admin. */
const KNOWN_STATES: States = {
  succeeded: { tone: 'good', icon: 'done' },
  done: { tone: 'good', icon: 'done' },
  enabled: { tone: 'good', icon: 'done' },
  idle: { tone: 'good', icon: 'done' },
  failed: { tone: 'bad', icon: 'failed' },
  lost: { tone: 'bad', icon: 'failed' },
  refused: { tone: 'bad', icon: 'stopped' },
  disabled: { tone: 'bad', icon: 'stopped' },
  'timed out': { tone: 'bad', icon: 'failed' },
  'worker died': { tone: 'bad', icon: 'failed' },
  'out of memory': { tone: 'bad', icon: 'failed' },
  'engine lost': { tone: 'bad', icon: 'failed' },
  'given up': { tone: 'bad', icon: 'failed' },
  interrupted: { tone: 'warn', icon: 'stopped' },
  cancelled: { tone: 'warn', icon: 'stopped' },
  silent: { tone: 'warn', icon: 'warning' },
  stopping: { tone: 'warn', icon: 'paused' },
  paused: { tone: 'warn', icon: 'paused' },
  delayed: { tone: 'warn', icon: 'waiting' },
  queued: { tone: 'plain', icon: 'waiting' },
  stopped: { tone: 'plain', icon: 'stopped' },
  starting: { tone: 'busy', icon: 'busy' },
  running: { tone: 'busy', icon: 'busy' },
  working: { tone: 'busy', icon: 'busy' },
};

const PLAIN: StateLook = { tone: 'plain', icon: 'plain' };

/** The states of the app whose page is shown, beside those that are known everywhere. */
export const AppStates = createContext<States>({});

/** Returns how states look on this page: those of its app first. A word that is unknown is plain. */
export function useStates(): (state: string) => Required<StateLook> {
  const own = useContext(AppStates);
  return (state) => {
    const look = lookUp(own, state) ?? lookUp(KNOWN_STATES, state) ?? PLAIN;
    return { ...look, label: look.label ?? inWords(state) };
  };
}

function lookUp(states: States, state: string): StateLook | undefined {
  return Object.hasOwn(states, state) ? states[state] : undefined;
}

function inWords(state: string): string {
  const words = state.replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
