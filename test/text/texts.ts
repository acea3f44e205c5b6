import fc from 'fast-check';

const range = (first: number, last: number) => fc.integer({ min: first, max: last }).map((c) => String.fromCodePoint(c));

/** Medical Chinese as it is typed: for vocabularies and for realistic stretches of random texts. */
export const sampleTexts = [
  '患者，男，６５岁，因“反复胸闷、气促3年”入院。BP 150/90mmHg，CT示：左肺上叶结节（直径1.2cm）。',
  'β-内酰胺酶阳性；给予头孢曲松（Ceftriaxone）2.0g ivgtt qd×7天，体温38.5℃降至36.8℃。',
  '2型糖尿病（T2DM）合并高血压病3级，HbA1c 9.2%，尿蛋白+++。Ménière病、Sjögren综合征待排除。',
  'Graves病患者TSH<0.01，FT4↑；B超提示甲状腺弥漫性肿大。\r\n既往史：无特殊。家族史：母亲患乳腺癌。',
  '急性ST段抬高型心肌梗死，行PCI术，植入支架2枚。术后予阿司匹林100mg+氯吡格雷75mg口服。',
];

const pieces: fc.Arbitrary<string>[] = [
  fc.constantFrom(...sampleTexts).chain((text) => fc.integer({ min: 0, max: text.length }).map((n) => text.slice(n, n + 12))),
  range(0x4e00, 0x9fff),
  range(0x3400, 0x4dbf),
  range(0x20000, 0x2a6df),
  range(0xf900, 0xfaff),
  range(0x2f800, 0x2fa1d),
  range(0xff01, 0xff5e),
  range(0x21, 0x7e),
  fc.stringMatching(/^[A-Za-z0-9]{1,12}$/),
  fc.stringMatching(/^[A-Za-z]{95,105}$/),
  fc.constantFrom(' ', '  ', '\t', '\n', '\r\n', '\u00a0', '\u3000', '\u2009', '\u2028', '\u0085', '\u1680'),
  fc.constantFrom('\u0000', '\ufffd', '\u0007', '\u200b', '\u200d', '\ufeff', '\u00ad', '\ue000', '\u007f'),
  fc.constantFrom('é', 'e\u0301', 'e\u0323\u0301', 'İ', 'ı', 'ß', 'ẞ', 'ﬁ', 'ǆ', 'Å', 'K', 'Ω', 'ÀÉ', 'ά', '\u0301'),
  fc.constantFrom('한국', '의학', '\u1112\u1161\u11ab', 'が', 'か\u3099', 'ｶﾞ', 'カ', 'हिन्दी', '\u302e', '\u1b44', '≠', ';', '`'),
  fc.constantFrom('🩺', '👨‍⚕️', '🇨🇳', '𝔄', '𝟙', '①', '㎎', '℃', 'Ⅱ', '⁺', '‰', '—', '……', '「', '·'),
  fc.constantFrom('[CLS]', '[MASK]', '[UNK]', '[PAD', '##a', '[sep]'),
];

/** Texts of every kind a tokenizer can meet, without Σ and without lone surrogates. */
export const anyText: fc.Arbitrary<string> = fc.array(fc.oneof(...pieces), { maxLength: 24 }).map((parts) => parts.join(''));

/** The ideographs that BERT isolates beyond the basic plane. */
export const astralIdeograph = /[\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;
