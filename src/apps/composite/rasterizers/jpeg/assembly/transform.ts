// The transform of a block to frequencies (ITU-T T.81, A.3.3), by the method of Arai, Agui and Nakajima: its factors that
// differ from frequency to frequency are left to the quantisation.

/** Parts of one, in 32768ths. */
const COS_4_16: i16 = 23170;
const SIN_2_16: i16 = 12540;
const COS_2_MINUS_COS_6: i16 = 17734;
const COS_2_PLUS_COS_6_MINUS_1: i16 = 10045;

/** Transforms a block where it lies: its levels may reach from -128 to 128. */
export function transform(block: usize): void {
  transformColumnsAndTurn(block);
  transformColumnsAndTurn(block);
}

/** All eight columns side by side. Then rows and columns change places, so that the second time does the rows. */
function transformColumnsAndTurn(block: usize): void {
  const a0 = v128.load(block);
  const a1 = v128.load(block, 16);
  const a2 = v128.load(block, 32);
  const a3 = v128.load(block, 48);
  const a4 = v128.load(block, 64);
  const a5 = v128.load(block, 80);
  const a6 = v128.load(block, 96);
  const a7 = v128.load(block, 112);

  const sum07 = i16x8.add(a0, a7);
  const sum16 = i16x8.add(a1, a6);
  const sum25 = i16x8.add(a2, a5);
  const sum34 = i16x8.add(a3, a4);
  const even0 = i16x8.add(sum07, sum34);
  const even3 = i16x8.sub(sum07, sum34);
  const even1 = i16x8.add(sum16, sum25);
  const even2 = i16x8.sub(sum16, sum25);
  const turned = i16x8.q15mulr_sat_s(i16x8.add(even2, even3), i16x8.splat(COS_4_16));
  const f0 = i16x8.add(even0, even1);
  const f4 = i16x8.sub(even0, even1);
  const f2 = i16x8.add(even3, turned);
  const f6 = i16x8.sub(even3, turned);

  const difference07 = i16x8.sub(a0, a7);
  const difference16 = i16x8.sub(a1, a6);
  const difference25 = i16x8.sub(a2, a5);
  const difference34 = i16x8.sub(a3, a4);
  const odd0 = i16x8.add(difference34, difference25);
  const odd1 = i16x8.q15mulr_sat_s(i16x8.add(difference25, difference16), i16x8.splat(COS_4_16));
  const odd2 = i16x8.add(difference16, difference07);
  const shared = i16x8.q15mulr_sat_s(i16x8.sub(odd0, odd2), i16x8.splat(SIN_2_16));
  const low = i16x8.add(i16x8.q15mulr_sat_s(odd0, i16x8.splat(COS_2_MINUS_COS_6)), shared);
  // The factor is above one, which the product cannot express.
  const high = i16x8.add(
    i16x8.add(odd2, i16x8.q15mulr_sat_s(odd2, i16x8.splat(COS_2_PLUS_COS_6_MINUS_1))),
    shared,
  );
  const plus = i16x8.add(difference07, odd1);
  const minus = i16x8.sub(difference07, odd1);
  const f5 = i16x8.add(minus, low);
  const f3 = i16x8.sub(minus, low);
  const f1 = i16x8.add(plus, high);
  const f7 = i16x8.sub(plus, high);

  const pairs01 = v128.shuffle<i16>(f0, f1, 0, 8, 1, 9, 2, 10, 3, 11);
  const pairs23 = v128.shuffle<i16>(f2, f3, 0, 8, 1, 9, 2, 10, 3, 11);
  const pairs45 = v128.shuffle<i16>(f4, f5, 0, 8, 1, 9, 2, 10, 3, 11);
  const pairs67 = v128.shuffle<i16>(f6, f7, 0, 8, 1, 9, 2, 10, 3, 11);
  const fours03 = v128.shuffle<i32>(pairs01, pairs23, 0, 4, 1, 5);
  const fours47 = v128.shuffle<i32>(pairs45, pairs67, 0, 4, 1, 5);
  v128.store(block, v128.shuffle<i64>(fours03, fours47, 0, 2));
  v128.store(block, v128.shuffle<i64>(fours03, fours47, 1, 3), 16);
  const nextFours03 = v128.shuffle<i32>(pairs01, pairs23, 2, 6, 3, 7);
  const nextFours47 = v128.shuffle<i32>(pairs45, pairs67, 2, 6, 3, 7);
  v128.store(block, v128.shuffle<i64>(nextFours03, nextFours47, 0, 2), 32);
  v128.store(block, v128.shuffle<i64>(nextFours03, nextFours47, 1, 3), 48);

  const endPairs01 = v128.shuffle<i16>(f0, f1, 4, 12, 5, 13, 6, 14, 7, 15);
  const endPairs23 = v128.shuffle<i16>(f2, f3, 4, 12, 5, 13, 6, 14, 7, 15);
  const endPairs45 = v128.shuffle<i16>(f4, f5, 4, 12, 5, 13, 6, 14, 7, 15);
  const endPairs67 = v128.shuffle<i16>(f6, f7, 4, 12, 5, 13, 6, 14, 7, 15);
  const endFours03 = v128.shuffle<i32>(endPairs01, endPairs23, 0, 4, 1, 5);
  const endFours47 = v128.shuffle<i32>(endPairs45, endPairs67, 0, 4, 1, 5);
  v128.store(block, v128.shuffle<i64>(endFours03, endFours47, 0, 2), 64);
  v128.store(block, v128.shuffle<i64>(endFours03, endFours47, 1, 3), 80);
  const lastFours03 = v128.shuffle<i32>(endPairs01, endPairs23, 2, 6, 3, 7);
  const lastFours47 = v128.shuffle<i32>(endPairs45, endPairs67, 2, 6, 3, 7);
  v128.store(block, v128.shuffle<i64>(lastFours03, lastFours47, 0, 2), 96);
  v128.store(block, v128.shuffle<i64>(lastFours03, lastFours47, 1, 3), 112);
}
