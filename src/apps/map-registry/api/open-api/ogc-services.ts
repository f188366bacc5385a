import type { OpenApiFragment } from '../../../../platform/http/open-api.ts';
import { BASIC, REFUSALS, SLUG } from './shared-parts.ts';

const OGC = ['Map registry: OGC services'];

const xml = { 'application/xml': { schema: { type: 'string' } } };

const parameter = (name: string, description: string, example: string) => ({
  name,
  in: 'query',
  description,
  schema: { type: 'string' },
  example,
});

const layer = {
  name: 'layer',
  in: 'path',
  required: true,
  description: 'The UUID or the id of a layer.',
  schema: { type: 'string' },
};

const UNKNOWN_CATALOG = { description: 'There is no such catalogue.' };

const GET_RECORDS = `<csw:GetRecords xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:ogc="http://www.opengis.net/ogc"
  service="CSW" version="2.0.2" resultType="results">
  <csw:Query typeNames="csw:Record">
    <csw:ElementSetName>brief</csw:ElementSetName>
    <csw:Constraint version="1.1.0"><ogc:Filter>
      <ogc:PropertyIsLike wildCard="%" singleChar="_" escapeChar="!">
        <ogc:PropertyName>csw:AnyText</ogc:PropertyName><ogc:Literal>%river%</ogc:Literal>
      </ogc:PropertyIsLike>
    </ogc:Filter></csw:Constraint>
  </csw:Query>
</csw:GetRecords>`;

/** What the description of the API says of CSW, OpenSearch, and the maps of layers. */
export const ogcServicesOpenApi: OpenApiFragment = {
  tags: [
    {
      name: 'Map registry: OGC services',
      description: 'The catalogue as CSW, and each layer as WMS and WMTS.',
    },
  ],
  paths: {
    '/registry/{slug}/csw': {
      get: {
        tags: OGC,
        operationId: 'requestCsw',
        summary: 'CSW 2.0.2 and 3.0.0 by parameters, and OpenSearch',
        security: [],
        parameters: [
          SLUG,
          parameter('service', 'CSW', 'CSW'),
          parameter('version', '2.0.2 or 3.0.0', '2.0.2'),
          parameter(
            'request',
            'GetCapabilities, DescribeRecord, GetDomain, GetRecords or GetRecordById.',
            'GetCapabilities',
          ),
        ],
        responses: { '200': { description: 'What was requested.', content: xml }, '404': UNKNOWN_CATALOG },
      },
      post: {
        tags: OGC,
        operationId: 'postCsw',
        summary: 'CSW by XML; Transaction and Harvest need an operator',
        security: [{}, ...BASIC],
        parameters: [SLUG],
        requestBody: {
          required: true,
          content: { 'application/xml': { schema: { type: 'string' }, example: GET_RECORDS } },
        },
        responses: {
          '200': { description: 'What was requested.', content: xml },
          ...REFUSALS,
          '404': UNKNOWN_CATALOG,
        },
      },
    },
    '/registry/opensearch': {
      get: {
        tags: OGC,
        operationId: 'describeOpenSearch',
        summary: 'Get the description of the OpenSearch',
        security: [],
        responses: {
          '200': {
            description: 'The description.',
            content: { 'application/opensearchdescription+xml': { schema: { type: 'string' } } },
          },
        },
      },
    },
    '/registry/{slug}/layer/{layer}/map/service': {
      get: {
        tags: OGC,
        operationId: 'requestLayer',
        summary: 'WMS 1.1.1 and 1.3.0, and WMTS 1.0.0, of one layer',
        security: [],
        parameters: [
          SLUG,
          layer,
          parameter('service', 'WMS or WMTS.', 'WMS'),
          parameter('request', 'GetCapabilities, GetMap or GetTile.', 'GetCapabilities'),
        ],
        responses: {
          '200': { description: 'What was requested.' },
          '404': { description: 'There is no such layer, or no such tile.' },
          '502': { description: 'The server of the layer has sent no picture.' },
          '503': { description: 'Too many requests wait.' },
          '504': { description: 'The server of the layer did not reply in time.' },
        },
      },
    },
  },
  schemas: {},
};
