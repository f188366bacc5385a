import { describe, expect, it } from '@jest/globals';
import {
  EMPTY_STATE,
  readSearchState,
  type SearchState,
  writeSearchState,
} from '../../../../src/apps/map-registry/client/front-end/search/search-state.ts';

const FULL: SearchState = {
  text: 'rivers & "old roads"',
  years: { from: -220, to: 1900 },
  originator: 'maps.example',
  serviceType: 'OGC:WMS',
  box: { west: -20.5, south: -10, east: 40.1234, north: 65 },
  sort: 'time',
  page: 3,
};

describe('the address of a search', () => {
  it('has all that is searched for', () => {
    expect(readSearchState(new URLSearchParams(writeSearchState(FULL)))).toEqual(FULL);
  });

  it('is empty where everything is shown', () => {
    expect(writeSearchState(EMPTY_STATE)).toBe('');
    expect(readSearchState(new URLSearchParams())).toEqual(EMPTY_STATE);
  });

  it.each([
    'page=0',
    'page=501',
    'page=two',
    'years=1900~1800',
    'years=x~y',
    'years=~',
    'box=1~2~3',
    'box=40~10~20~30',
    'box=-200~0~0~10',
    'box=NaN~0~1~1',
    'sort=distance',
  ])('leaves out what is wrong: %s', (query) => {
    expect(readSearchState(new URLSearchParams(query))).toEqual(EMPTY_STATE);
  });
});
