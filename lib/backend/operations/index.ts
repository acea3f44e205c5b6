export { adamStep, type AdamStepOptions } from './adam-step';
export { attention, type AttentionOptions } from './attention';
export { dropout } from './dropout';
export { embedding } from './embedding';
export { gelu } from './gelu';
export { globalNormClip } from './global-norm-clip';
export { layerNorm } from './layer-norm';
export { linear } from './linear';
export { softmaxCrossEntropy } from './softmax-cross-entropy';
