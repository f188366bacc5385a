import { testKills } from './kill-matrix.ts';

// In a file of its own: together, the kills take too long for one.
testKills('Postgres');
