import type { Database } from '../../../platform/database/connection.ts';
import type { DirectTurns } from './direct-turns.ts';
import type { Announcement } from './job-table.ts';
import { Slots } from './slots.ts';
import { bringDuePackages } from './times.ts';

/** How often it is looked for packages that are due, where no notification tells of them: one may be lost. */
const LONGEST_LOOK_SECONDS = 5;

/** How often it is looked for slots that nothing told of. */
const SWEEP_SECONDS = 15;

/** How many keys may be noted that may have a slot free. */
const MOST_KEYS_NOTED = 2_000;

/** After a sweep that takes long, the pause is so many times as long as that. */
const PAUSE_FACTOR = 5;

/**
 * Lets packages of a queue wait for their turn that waited for their time, or for a slot within their limit. Each engine
 * does this before it takes packages, and only when there is something to do. Packages that are taken directly need no slot.
 */
export class Admission {
  readonly #database: Database;
  readonly #queueName: string;
  readonly #slots: Slots;
  readonly #onDue: () => void;
  /** By `performance.now()`, as all moments here. */
  #nextLook = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The keys that may have a free slot. */
  readonly #freed = new Set<string>();
  /** The keys of which was heard that packages came, or left. */
  readonly #heard = new Set<string>();
  #isSweepDue = true;
  #sweepFrom = '';
  #earliestSweep = 0;
  #latestSweep = 0;

  /** @param onDue called when a package is due. */
  constructor(database: Database, queueName: string, onDue: () => void) {
    this.#database = database;
    this.#queueName = queueName;
    this.#slots = new Slots(database, queueName);
    this.#onDue = onDue;
  }

  /** Notes that packages came, or that one with a slot was deleted. */
  hear({ waitsFor, limitKey }: Announcement): void {
    if (waitsFor === 'time') this.#nextLook = 0;
    if (waitsFor !== 'slot') return;
    if (limitKey === undefined) this.#isSweepDue = true;
    else this.#heard.add(limitKey);
  }

  /** Notes that slots may be free. */
  free(limitKeys: readonly string[]): void {
    for (const key of limitKeys) this.#freed.add(key);
  }

  /** Notes that it may have missed something. */
  lookAgain(): void {
    this.#nextLook = 0;
    this.#isSweepDue = true;
  }

  /** Lets packages wait for their turn, or for a slot, that are due; returns how many wait for their turn with that. */
  async bringDue(): Promise<number> {
    return performance.now() >= this.#nextLook ? this.#bringDue() : 0;
  }

  /** Whether packages may get slots. */
  get expectsSlots(): boolean {
    return (
      this.#freed.size > 0 ||
      this.#heard.size > 0 ||
      this.#hasToSweep ||
      performance.now() >= this.#latestSweep
    );
  }

  /**
   * Has packages taken directly, without giving them slots. If nothing is left that could get one, what was noted of slots
   * before is forgotten.
   */
  async takeDirectly(take: () => Promise<DirectTurns>): Promise<DirectTurns> {
    // What is noted while the statement runs is for the next one, also of the same keys.
    const [freed, heard, wasSweepDue] = [drain(this.#freed), drain(this.#heard), this.#isSweepDue];
    this.#isSweepDue = false;
    let taken: DirectTurns | undefined;
    try {
      taken = await take();
      return taken;
    } finally {
      if (taken?.left === 'nothing') {
        this.#sweepFrom = '';
        this.#latestSweep = performance.now() + SWEEP_SECONDS * 1_000;
      } else {
        this.#isSweepDue ||= wasSweepDue;
        this.free(freed);
        for (const key of heard) this.#heard.add(key);
        this.#forgetMany();
        this.free(taken?.overtakenKeys ?? []);
      }
    }
  }

  /** Returns the keys whose slots are free as of a task's end, for others; this engine has heard of them with that. */
  passFreed(): readonly string[] {
    const keys = drain(this.#freed);
    for (const key of keys) this.#heard.add(key);
    this.#forgetMany();
    return keys;
  }

  /** Gives slots that are free to packages; returns how many wait for their turn with that. */
  async giveSlots(): Promise<number> {
    if (this.#maySweep()) await this.#sweep();
    if (this.#heard.size > 0) await this.#lookAtHeard();
    return this.#fillFreed();
  }

  /** Ends its timer. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  async #bringDue(): Promise<number> {
    // What is announced while the statement runs is looked for by the next one.
    this.#nextLook = performance.now() + LONGEST_LOOK_SECONDS * 1_000;
    const { turns, limitKeys, nextSeconds } = await bringDuePackages(this.#database, this.#queueName);
    this.free(limitKeys);
    if (nextSeconds === null || nextSeconds > LONGEST_LOOK_SECONDS) return turns;
    this.#nextLook = Math.min(this.#nextLook, performance.now() + nextSeconds * 1_000);
    clearTimeout(this.#timer);
    // A timer may be early: the look that it asks for is taken in any case.
    this.#timer = setTimeout(
      () => {
        this.#nextLook = 0;
        this.#onDue();
      },
      nextSeconds * 1_000 + 1,
    ).unref();
    return turns;
  }

  /** A key that has no slot free, as most have none, costs one statement for all of them. */
  async #lookAtHeard(): Promise<void> {
    // Those that are heard meanwhile are looked at once more.
    const keys = drain(this.#heard);
    try {
      this.free(await this.#slots.openOf(keys));
    } catch (error) {
      for (const key of keys) this.#heard.add(key);
      throw error;
    }
  }

  /** Nothing is done with the keys while packages are taken directly. If there are many, a sweep finds them again. */
  #forgetMany(): void {
    if (this.#freed.size + this.#heard.size <= MOST_KEYS_NOTED) return;
    this.#freed.clear();
    this.#heard.clear();
    this.#sweepFrom = '';
    this.#isSweepDue = true;
  }

  #maySweep(): boolean {
    const now = performance.now();
    return now >= this.#latestSweep || (this.#hasToSweep && now >= this.#earliestSweep);
  }

  /** Whether sweeps are due, or have not come to the end of the keys. */
  get #hasToSweep(): boolean {
    return this.#isSweepDue || this.#sweepFrom !== '';
  }

  async #sweep(): Promise<void> {
    const begun = performance.now();
    // What is noted further on may be of keys that were swept already: it takes sweeps from the first key.
    if (this.#sweepFrom === '') this.#isSweepDue = false;
    const { openKeys, nextKey } = await this.#slots.sweep(this.#sweepFrom);
    this.free(openKeys);
    this.#sweepFrom = nextKey;
    const ended = performance.now();
    this.#earliestSweep = ended + PAUSE_FACTOR * (ended - begun);
    this.#latestSweep = ended + SWEEP_SECONDS * 1_000;
  }

  async #fillFreed(): Promise<number> {
    if (this.#freed.size === 0) return 0;
    const keys = drain(this.#freed);
    try {
      return await this.#slots.fill(keys);
    } catch (error) {
      this.free(keys);
      throw error;
    }
  }
}

/** Empties a set; returns what it held. */
function drain<T>(set: Set<T>): T[] {
  const all = [...set];
  set.clear();
  return all;
}
