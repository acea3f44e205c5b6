import type { Parameter } from '../layers/parameters';

/**
 * Each parameter's factor of its learning rate under layer-wise decay (Howard and Ruder 2018, section 3.2): decay^(L − l) in layer l of the
 * encoder's L, counted from 1, and decay^L in the embeddings below; 1 on top of the encoder.
 */
export function layerFactors(parameters: readonly Parameter[], decay: number): number[] {
  const depths = parameters.map(({ name, group }) => (group === 'encoder' ? depth(name) : Infinity));
  const layers = Math.max(0, ...depths.filter(Number.isFinite));
  return depths.map((l) => (l === Infinity ? 1 : decay ** (layers - l)));
}

/** From the encoder's published names: 0 for `embeddings.…`, l + 1 for `encoder.layer.l.…`. */
function depth(name: string): number {
  const layer = /(?:^|\.)encoder\.layer\.(\d+)\./.exec(name);
  if (layer) return Number(layer[1]) + 1;
  if (/(?:^|\.)embeddings\./.test(name)) return 0;
  throw new Error(`parameter ${name} is of the encoder, but of no layer that its name tells`);
}
