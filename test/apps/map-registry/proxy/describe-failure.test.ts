import { expect, it } from '@jest/globals';
import { PictureError } from '../../../../src/apps/map-registry/pictures/decode-picture.ts';
import { describeFailure, isOurFailure } from '../../../../src/apps/map-registry/proxy/describe-failure.ts';
import { OgcError } from '../../../../src/map-kit/ogc-error.ts';

it.each([
  ['a fault of the program', new TypeError('x is undefined'), true],
  ['a picture that is none', new PictureError('The server sent no picture.'), false],
  ['an operation that there is not', new OgcError('OperationNotSupported', 'No.', { status: 501 }), false],
  ['a wrong parameter', new OgcError('InvalidParameterValue', 'No.', { status: 400 }), false],
])('knows whether %s is a failure of this server', (_name, error, isOurs) => {
  expect(isOurFailure(describeFailure(error))).toBe(isOurs);
});
