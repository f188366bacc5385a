import React from 'react';
import { distanceInWords } from './moments.ts';
import { useNow } from './use-now.ts';

/** Older moments are shown by their date. */
const RECENT_MILLISECONDS = 7 * 86_400_000;

/**
 * A moment as its distance from now, in the reader's own zone where it is long ago; the exact moment, in the reader's
 * zone and in UTC, when the mouse rests on it.
 */
export function RelativeTime(props: {
  /** ISO 8601. */
  readonly moment: string;
  /** Whether it may be ahead, as the next run of a schedule. What has happened is never "in 5 seconds". Default: false. */
  readonly isPlanned?: boolean;
}) {
  const { moment, isPlanned = false } = props;
  const date = new Date(moment);
  const clock = useNow();
  const now = isPlanned ? clock : Math.max(clock, date.getTime());
  const isRecent = Math.abs(now - date.getTime()) < RECENT_MILLISECONDS;
  return (
    <time className="ch-time" dateTime={moment} title={exactly(moment)}>
      {isRecent
        ? distanceInWords(moment, now, 'en')
        : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  );
}

/** A time of day to the second, in the reader's own zone. */
export function Clock({ milliseconds }: { readonly milliseconds: number }) {
  const moment = new Date(milliseconds).toISOString();
  return (
    <time className="ch-number" dateTime={moment} title={exactly(moment)}>
      {clockOf(new Date(milliseconds))}
    </time>
  );
}

/** A moment to the second, in the reader's own zone; the exact moment when the mouse rests on it. */
export function ExactTime({ moment }: { readonly moment: string }) {
  const date = new Date(moment);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return (
    <time className="ch-time" dateTime={moment} title={exactly(moment)}>
      {day} {clockOf(date)}
    </time>
  );
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function clockOf(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function exactly(moment: string): string {
  const local = new Date(moment).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
  return `${local}\n${moment}`;
}
