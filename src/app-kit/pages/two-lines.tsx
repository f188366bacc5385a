import React from 'react';

/** Texts up to here are one line. */
const ONE_LINE_CHARACTERS = 48;

/**
 * A text of any length in two lines, cut off in its middle where it is too long: how errors begin says what happened,
 * and how they end says to what. The whole text is shown when the mouse rests on it.
 */
export function TwoLines({ text }: { readonly text: string }) {
  const [start, end] = halvesOf(text);
  return (
    <span className="ch-two-lines" title={text}>
      <span className="ch-clip">{start}</span>
      {end !== '' && (
        <span className="ch-clip ch-clip-start">
          <bdi>{end}</bdi>
        </span>
      )}
    </span>
  );
}

/** Divides a text at the space that is nearest to its middle; without a space, in the middle. */
function halvesOf(text: string): readonly [string, string] {
  if (text.length <= ONE_LINE_CHARACTERS) return [text, ''];
  const middle = Math.floor(text.length / 2);
  const before = text.lastIndexOf(' ', middle);
  const after = text.indexOf(' ', middle);
  const spaces = [before, after].filter((at) => at > text.length / 5 && at < (4 * text.length) / 5);
  const [cut = middle] = spaces.sort((one, other) => Math.abs(one - middle) - Math.abs(other - middle));
  return [text.slice(0, cut), text.slice(cut)];
}
