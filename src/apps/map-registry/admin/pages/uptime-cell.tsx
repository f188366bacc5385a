import React from 'react';
import { reliabilityInWords, type Uptime } from '../../uptime.ts';

/** Checks that are shown as bars. */
const BARS = 30;

/** The newest checks as bars, and the share of all that succeeded. */
export function UptimeCell({ uptime }: { readonly uptime: Uptime }) {
  const words = reliabilityInWords(uptime);
  if (uptime.checkCount === 0) return <span className="ch-none">{words}</span>;
  const first = Math.max(0, uptime.recent.length - BARS);
  return (
    <span className="registry-uptime">
      <svg viewBox={`0 0 ${BARS * 4} 16`} aria-hidden="true">
        {[...uptime.recent.slice(first)].map((outcome, index) => (
          <rect
            // The bars have no other name than their place.
            // biome-ignore lint/suspicious/noArrayIndexKey: they are all made anew.
            key={index}
            x={index * 4}
            y={outcome === '1' ? 0 : 6}
            width="2.6"
            height={outcome === '1' ? 16 : 10}
            className={outcome === '1' ? 'registry-up' : 'registry-down'}
          />
        ))}
      </svg>
      <span className="ch-number">{words}</span>
    </span>
  );
}
