import Graticule from 'ol/layer/Graticule.js';
import Fill from 'ol/style/Fill.js';
import Stroke from 'ol/style/Stroke.js';
import Text from 'ol/style/Text.js';

/** Whether the reader wants dark colours. */
export const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
const LINE = isDark ? '#7d8a92' : '#8a979f';
const TEXT = isDark ? '#e8ecee' : '#1c2024';
const HALO = isDark ? '#14181b' : '#ffffff';

/** Makes a grid of degrees with labels, in the colours that the reader wants. */
export function graticule(): Graticule {
  const label = () =>
    new Text({
      font: '12px system-ui, sans-serif',
      fill: new Fill({ color: TEXT }),
      stroke: new Stroke({ color: HALO, width: 3 }),
    });
  const [longitudes, latitudes] = [label(), label()];
  longitudes.setTextBaseline('bottom');
  latitudes.setTextAlign('end');
  return new Graticule({
    strokeStyle: new Stroke({ color: LINE, width: 0.6 }),
    showLabels: true,
    lonLabelStyle: longitudes,
    latLabelStyle: latitudes,
    wrapX: false,
  });
}
