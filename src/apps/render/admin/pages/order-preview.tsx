import React, { useEffect, useState } from 'react';
import type { OrderInput } from '../shapes.ts';

/** How long typing has to pause before the preview is drawn again. */
const PAUSE_MILLISECONDS = 300;

/** The first page of what is ordered. */
export function OrderPreview({ input, title }: { readonly input: OrderInput; readonly title: string }) {
  const wanted = addressOf(input);
  const [shown, setShown] = useState(wanted);
  const [failed, setFailed] = useState<string | undefined>(undefined);
  useEffect(() => {
    const timer = setTimeout(() => setShown(wanted), PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [wanted]);
  return (
    <>
      <img
        className={`render-preview render-preview-${input.paperSize}`}
        src={shown}
        alt={`The first page of ${title}`}
        hidden={failed === shown}
        onError={() => setFailed(shown)}
      />
      {failed === shown && <p className="ch-none">There is no preview of this.</p>}
      <p className="ch-hint">The first page. The order has other random numbers.</p>
    </>
  );
}

/** The page of the worksheet for browsers draws it, with the same options. */
function addressOf({
  view,
  options,
  paperSize,
  language,
  colourMode,
  resourceName,
  headerText,
}: OrderInput): string {
  const query = new URLSearchParams({
    ...Object.fromEntries(Object.entries(options).map(([name, value]) => [name, String(value)])),
    paper_size: paperSize,
    language,
    colour_mode: colourMode,
    resource_name: resourceName,
    header_text: headerText,
  });
  return `/render/resources/${view}.png?${query}`;
}
