import { testKills } from './kill-matrix.ts';

testKills('the workers', 'the engine', 'the server');
