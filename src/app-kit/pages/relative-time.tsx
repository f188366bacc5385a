import React from 'react';
import { distanceInWords } from './moments.ts';
import { useNow } from './use-now.ts';

/** Older moments are told by their date. */
const RECENT_MILLISECONDS = 7 * 86_400_000;

/**
 * A moment as its distance from now, in the reader's own zone where it is long ago; the exact moment, in the reader's
 * zone and in UTC, when the mouse rests on it.
 *
 * @param props.moment ISO 8601.
 */
export function RelativeTime({ moment }: { readonly moment: string }) {
  const now = useNow();
  const date = new Date(moment);
  const isRecent = Math.abs(now - date.getTime()) < RECENT_MILLISECONDS;
  return (
    <time className="ch-time" dateTime={moment} title={exactly(moment)}>
      {isRecent
        ? distanceInWords(moment, now, 'en')
        : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })}
    </time>
  );
}

/** A moment to the second, in the reader's own zone; the exact moment when the mouse rests on it. */
export function ExactTime({ moment }: { readonly moment: string }) {
  const date = new Date(moment);
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return (
    <time className="ch-time" dateTime={moment} title={exactly(moment)}>
      {day} {two(date.getHours())}:{two(date.getMinutes())}:{two(date.getSeconds())}
    </time>
  );
}

function exactly(moment: string): string {
  const local = new Date(moment).toLocaleString(undefined, { dateStyle: 'full', timeStyle: 'long' });
  return `${local}\n${moment}`;
}
