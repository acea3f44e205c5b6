import { processorFeatures } from '../common';
import { backendInfo } from './select';

/** Whether the prepared backend computes products in bfloat16 by the hardware's own instructions, which is twice to eight times as fast as float32. */
export function bfloat16Pays(): boolean {
  const { name, device } = backendInfo();
  if (name !== 'torch') return false;
  // Every GPU that a libtorch of today supports, Ampere and later, has them.
  if (device !== 'cpu') return true;
  const features = processorFeatures();
  return features.has('amx_bf16') || features.has('avx512_bf16');
}
