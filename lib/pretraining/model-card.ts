import { loadCorpus } from '../corpus';
import type { Vocabulary } from '../text';
import type { PretrainConfig } from './config';
import type { PretrainRecord } from './record';
import { coverage } from './vocabulary';

/** What a vocabulary can spell of a corpus. */
export interface CorpusCoverage {
  corpus: string;
  tokens: number;
  /** Share of tokens that are not [UNK]. */
  share: number;
  /** Distinct characters that the vocabulary lacks. */
  lost: number;
}

/** Over every labelled document of each corpus. */
export async function corpusCoverage(vocabulary: Vocabulary, corpora: readonly string[]): Promise<CorpusCoverage[]> {
  const rows: CorpusCoverage[] = [];
  for (const corpus of corpora) {
    const { splits } = await loadCorpus(corpus, { split: 'official' });
    const { tokens, share, lost } = coverage(vocabulary, Object.values(splits).flat().map(({ text }) => text));
    rows.push({ corpus, tokens, share, lost: lost.length });
  }
  return rows;
}

const million = (value: number): string => `${(value / 1e6).toFixed(1)} million`;
const number = (value: number): string => value.toLocaleString('en');
const percent = (share: number, digits = 1): string => `${(100 * share).toFixed(digits)} %`;

/** The README beside a published encoder: what it was trained on, for how long, how well it guesses, and what it is for. */
export function modelCard(name: string, record: PretrainRecord, covered: readonly CorpusCoverage[]): string {
  const { config, text, training, hardware, backend, parameters, vocabulary } = record;
  const { encoder, masking } = config;
  const { counts, parts, inputs } = text;
  const before = training.before ? [{ step: 0, tokens: 0, ...training.before }] : [];
  const curve = [...before, ...training.curve];
  const best = curve.find(({ step }) => step === training.best?.epoch) ?? curve[curve.length - 1];
  const folders = byFolder(inputs.files);
  const shown = [...before, ...everyOf(training.curve, 12)];
  const words = wording(config);
  return `# ${name}

A small Chinese medical encoder: ${encoder.layers} Transformer layers of ${encoder.hidden}, ${encoder.heads} heads, ${encoder.positions === 'rope' ? 'rotary positions' : 'learned positions'},
${number(vocabulary.tokens)} tokens, ${million(parameters.encoder)} parameters (${million(parameters.all)} with the head that guesses hidden tokens). ${words.origin}; made by

    ${record.command}

\`model.safetensors\` is in half precision under the names of transformers' \`${encoder.positions === 'rope' ? 'RoFormerForMaskedLM' : 'BertForMaskedLM'}\`, which loads this folder as it is;
\`vocab.txt\` is ${words.vocabulary} BERT's tokenizer rules. \`pretraining.json\` is the full record.

## Text

| source | files | MB |
| --- | ---: | ---: |
${folders.map(({ folder, files, bytes }) => `| ${folder} | ${files} | ${(bytes / 1e6).toFixed(1)} |`).join('\n')}
${config.text.corpora.length ? `| training texts of ${config.text.corpora.join(', ')} (no entities) | ${number(inputs.passages)} texts | |\n` : ''}
Of ${number(counts.passages)} passages ${number(counts.kept)} were kept (${million(parts.train.characters + parts.heldout.characters)} characters, ${million(parts.train.tokens + parts.heldout.tokens)} tokens): left out were
${number(counts.duplicates)} duplicates, ${number(counts.short)} with fewer than 8 Chinese characters, ${number(counts.foreign)} mostly not Chinese, ${number(counts.guardedDocuments)} that hold one of the ${number(inputs.guarded)} guarded
documents (everything outside the training split of ${[...new Set([...config.text.corpora, ...config.text.guarded])].join(', ') || 'no corpus'} under any split that the papers use, random ones with seed 1), and ${number(counts.guardedRuns)} that share
40 or more characters in a row with one. Documents of a published training split were read, the tenth included that a run sets apart of it to choose its epoch where dev is scored; so may those have been that a random
split with another seed scores. ${number(parts.heldout.passages)} passages (${number(parts.heldout.tokens)} tokens) were held out.

The texts are their publishers' and are not part of this project; the weights are the project's, under its licence${words.licence}. Some of the sources allow
research use only: ask for permission before a product is built on this.

## Training

${number(training.step)} updates of ${config.training.batchSize} sequences of ${text.length} tokens, ${million(training.tokens)} tokens in all (${(training.tokens / parts.train.tokens).toFixed(1)} passes over the text): ${percent(masking.share, 0)} of the tokens hidden${masking.wholeWords ? ', whole words' : ''}${masking.ngrams ? ' in runs of 1 to 4' : ''},
${startText(record)}AdamW at ${config.training.learningRate} with linear warm-up and decay, ${config.precision}. ${(training.seconds / 3600).toFixed(1)} hours on ${hardware.cores} cores of ${hardware.cpu} (${backend.name}, ${Object.entries(backend.versions).map(([lib, version]) => `${lib} ${version}`).join(', ')}).

| update | million tokens | held-out loss | hidden tokens guessed |
| ---: | ---: | ---: | ---: |
${shown.map(({ step, tokens, heldOutLoss, accuracy }) => `| ${number(step)} | ${(tokens / 1e6).toFixed(1)} | ${heldOutLoss.toFixed(3)} | ${percent(accuracy)} |`).join('\n')}

Kept are the weights of the lowest held-out loss: update ${number(best.step)}, loss ${best.heldOutLoss.toFixed(3)}, ${percent(best.accuracy)} of hidden tokens guessed.

## Vocabulary

| corpus | tokens | spelt | characters without a token |
| --- | ---: | ---: | ---: |
${covered.map(({ corpus, tokens, share, lost }) => `| ${corpus} | ${number(tokens)} | ${percent(share, 3)} | ${lost} |`).join('\n')}

## For what, and not for what

${words.purpose} It is no medical
knowledge base: what it guesses for a hidden word is what such texts often say, not what is true, and must not be used for decisions about people.
`;
}

/** What a card says of an encoder that began at random, and of one that went on from another. */
function wording({ from }: PretrainConfig): Record<'origin' | 'vocabulary' | 'licence' | 'purpose', string> {
  if (from === undefined) {
    return {
      origin: 'Trained by this project to guess hidden words',
      vocabulary: 'a part of the common Chinese BERT vocabulary in its order, with',
      licence: '',
      purpose: `For taggers and span models that must train in minutes on a processor, for teaching, and for comparing heads on equal terms. It is some twenty times smaller than
the base-size encoders of the papers and has seen thousands of times less text: scores with it are not theirs.`,
    };
  }
  return {
    origin: `It is \`${from}\`, trained further to guess hidden words, on text of another kind (domain-adaptive pre-training)`,
    vocabulary: 'that of the encoder it goes on from;',
    licence: `, as far as those of \`${from}\` allow`,
    purpose: `For taggers and span models of texts like those it was trained further on; what is said of \`${from}\` holds for it too.`,
  };
}

/** What the weights were before the first update, where they were not random. */
function startText({ start }: PretrainRecord): string {
  if (!start) return '';
  return `from the weights of SHA-256 ${start.weights.slice(0, 12)}…${start.head ? '' : ', which had no head that guesses: it was random'}, `;
}

function byFolder(files: readonly { name: string; bytes: number }[]): { folder: string; files: number; bytes: number }[] {
  const folders = new Map<string, { folder: string; files: number; bytes: number }>();
  for (const { name, bytes } of files) {
    const folder = name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : name;
    const row = folders.get(folder) ?? { folder, files: 0, bytes: 0 };
    folders.set(folder, { folder, files: row.files + 1, bytes: row.bytes + bytes });
  }
  return [...folders.values()];
}

/** About `count` items, evenly spaced, the last always. */
function everyOf<T>(items: readonly T[], count: number): T[] {
  const stride = Math.max(1, Math.ceil(items.length / count));
  return items.filter((_, i) => (items.length - 1 - i) % stride === 0);
}
