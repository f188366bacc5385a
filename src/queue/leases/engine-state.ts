/** The states of an engine, as Django-Q has them; `lost` is one that others found silent. */
export type EngineState = 'starting' | 'idle' | 'working' | 'stopping' | 'stopped' | 'lost';

/** How long an engine may be silent before others take its tasks. */
export const LEASE_SECONDS = 15;

/** One of an engine's processes. */
export interface EngineMemory {
  readonly role: 'sentinel' | 'worker';
  readonly pid: number;
  readonly residentBytes: number;
  /** Tasks that it has done so far. */
  readonly tasks: number;
}
