import { convolution } from './convolution';
import { creation } from './creation';
import { elementwise } from './elementwise';
import type { KernelFamily } from './family';
import { fused } from './fused';
import { indexing } from './indexing';
import { matmul } from './matmul';
import { reductions } from './reductions';
import { shape } from './shape';

/** Every kernel that runs in libtorch. */
export const torchKernels: KernelFamily = { ...elementwise, ...reductions, ...shape, ...creation, ...matmul, ...convolution, ...indexing, ...fused };
