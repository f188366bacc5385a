import { text, texts, wholeNumber } from '../../../platform/settings/values.ts';
import { optionalVariable, variable } from '../../../platform/settings/variable.ts';

/** How kinds of servers are told apart that only their hosts tell, and how catalogues are read. */
export const sourceVariables = {
  warperHosts: variable('REGISTRY_WARPER_HOSTS', texts, {
    default: 'maps.nypl.org,mapwarper.net,warp.worldmap.harvard.edu',
    meaning: 'Hosts that are Map Warpers, separated by commas. A host may have a port.',
  }),
  worldMapHosts: variable('REGISTRY_WORLDMAP_HOSTS', texts, {
    default: 'worldmap.harvard.edu',
    meaning: 'Hosts that are WorldMaps with the API 2.8, separated by commas. A host may have a port.',
  }),
  worldMapLegacyHosts: variable('REGISTRY_WORLDMAP_LEGACY_HOSTS', texts, {
    default: '',
    meaning: 'Hosts that are WorldMaps with the API 1.5, separated by commas. A host may have a port.',
  }),
  worldMapUsername: optionalVariable('REGISTRY_WORLDMAP_USERNAME', text, {
    meaning:
      'The user that reads WorldMaps, by HTTP Basic. Without one they are read as the public sees them.',
  }),
  worldMapPassword: optionalVariable('REGISTRY_WORLDMAP_PASSWORD', text, {
    meaning: 'The password of `REGISTRY_WORLDMAP_USERNAME`.',
    isSecret: true,
  }),
  cswPageRecords: variable('REGISTRY_CSW_PAGE_SIZE', wholeNumber(1, 1_000), {
    default: '10',
    meaning: 'Records that are read at a time from a catalogue (CSW) that is an endpoint.',
  }),
};
