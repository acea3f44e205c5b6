import type * as tf from '@tensorflow/tfjs';
import { dtypeCodes } from '../backend';
import { eachNamed, kernel, type KernelFamily } from './family';

/** Two inputs `a` and `b` of one element type, broadcast. */
const binary = [
  'Add', 'Sub', 'Multiply', 'RealDiv', 'FloorDiv', 'Mod', 'Pow', 'Maximum', 'Minimum', 'SquaredDifference', 'Atan2', 'BitwiseAnd',
  'Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr',
];

/** One input `x`, no attributes. */
const unary = [
  'Neg', 'Square', 'Abs', 'Sign', 'Relu', 'Relu6', 'Floor', 'Ceil', 'Round', 'LogicalNot', 'IsNan', 'IsInf', 'IsFinite',
  'Exp', 'Expm1', 'Log', 'Log1p', 'Sqrt', 'Rsqrt', 'Reciprocal', 'Erf', 'Sigmoid', 'Softplus', 'Elu', 'Selu',
  'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Tanh', 'Asinh', 'Acosh', 'Atanh',
];

export const elementwise: KernelFamily = {
  ...eachNamed(binary, (name) => ({ a, b }, _, torch) => torch.run1(name, [a, b])),
  ...eachNamed(unary, (name) => ({ x }, _, torch) => torch.run1(name, [x])),
  ...eachNamed(['LeakyRelu', 'Step'], (name) =>
    kernel<{ alpha: number }>(({ x }, { alpha }, torch) => torch.run1(name, [x], [alpha]))),

  AddN: (inputs, _, torch) => torch.run1('AddN', Object.values(inputs)),
  Prelu: ({ x, alpha }, _, torch) => torch.run1('Prelu', [x, alpha]),
  EluGrad: ({ dy, y }, _, torch) => torch.run1('EluGrad', [dy, y]),
  Select: ({ condition, t, e }, _, torch) => torch.run1('Select', [condition, t, e]),
  Identity: ({ x }, _, torch) => torch.share(x),
  ClipByValue: kernel<tf.ClipByValueAttrs>(({ x }, { clipValueMin, clipValueMax }, torch) =>
    torch.run1('ClipByValue', [x], [clipValueMin, clipValueMax])),
  Cast: kernel<tf.CastAttrs>(({ x }, { dtype }, torch) => {
    if (x.dtype === dtype) return torch.share(x);
    const code = dtypeCodes[dtype];
    if (code === undefined) throw new Error(`Cast on ${x.dtype} [${x.shape.join(', ')}]: the torch backend holds no ${dtype} tensors`);
    return torch.run1('Cast', [x], [code]);
  }),
};
