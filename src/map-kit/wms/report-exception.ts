import { wmsExceptionReport } from '../exception-report.ts';
import { OgcError } from '../ogc-error.ts';
import type { OgcRequest } from '../ogc-request.ts';
import {
  type EncodedPicture,
  emptyPicture,
  encodePicture,
  findPictureFormat,
  type PictureFormat,
} from '../picture-encoding.ts';
import type { OwsReply } from '../replies/ows-service.ts';
import { exceptionPicture } from './exception-picture.ts';
import { type PictureSize, type PictureStyle, readPictureStyle, readSize } from './map-parameters.ts';
import { wmsReportVersion } from './wms-version.ts';

/** Draws a picture as soon as there is memory for it. */
export type DrawWithMemory = (
  size: PictureSize,
  draw: () => Promise<EncodedPicture>,
) => Promise<EncodedPicture>;

/** A picture in the place of a map that could not be drawn. */
interface ExceptionPicture extends PictureSize {
  readonly format: PictureFormat;
  /** `undefined`: it shows the message. */
  readonly blank: PictureStyle | undefined;
}

/** Returns an exception of WMS as XML, or as a picture where the client asks for that. */
export async function reportWmsException(
  error: OgcError,
  parameters: OgcRequest,
  maximumPixels: number,
  withMemory: DrawWithMemory,
): Promise<OwsReply> {
  const wanted = exceptionPictureOf(parameters, maximumPixels);
  if (!wanted) return wmsExceptionReport(error, wmsReportVersion(parameters));
  const picture = await withMemory(wanted, () => drawException(error, wanted));
  return { ...picture, headers: { 'X-Exception-Status': String(error.status) } };
}

/** Returns the picture that is to report an exception; `undefined` if none is asked for, or the request for it is wrong itself. */
function exceptionPictureOf(parameters: OgcRequest, maximumPixels: number): ExceptionPicture | undefined {
  try {
    if (!/^getmap$/i.test(parameters.find('request') ?? '')) return undefined;
    const exceptions = parameters.find('exceptions')?.toLowerCase() ?? '';
    const format = findPictureFormat(parameters.find('format') ?? '');
    if (!format || !/(inimage|blank)$/.test(exceptions)) return undefined;
    const blank = exceptions.endsWith('blank') ? readPictureStyle(parameters) : undefined;
    return { ...readSize(parameters, maximumPixels), format, blank };
  } catch (fault) {
    if (fault instanceof OgcError) return undefined;
    throw fault;
  }
}

async function drawException(
  { message }: OgcError,
  { widthPixels, heightPixels, format, blank }: ExceptionPicture,
): Promise<EncodedPicture> {
  if (!blank) return exceptionPicture(message, widthPixels, heightPixels, format);
  if (!blank.background) return emptyPicture(widthPixels, heightPixels);
  const rgba = Buffer.alloc(widthPixels * heightPixels * 4);
  return encodePicture({ widthPixels, heightPixels, rgba }, format, blank.background);
}
