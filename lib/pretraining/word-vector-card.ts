import type { WordVectorTrainingRecord } from './word-vectors';

const count = (value: number): string => value.toLocaleString('en');
const million = (value: number): string => `${(value / 1e6).toFixed(1)} million`;
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** A section of the README beside a published encoder: the word vectors in the same folder. */
export function wordVectorCard({ config, command, text, vectors, hardware, seconds, agreement }: WordVectorTrainingRecord): string {
  const { mode, window, negatives, epochs, minCount } = config.training;
  const { counts } = text;
  return `## Word vectors

\`word-vectors.safetensors\` holds ${count(vectors.rows)} vectors of ${vectors.dimension} in half precision (one tensor, \`vectors\`), \`words.txt\` the words of its rows, the most frequent of ${count(vectors.trained)} after
[PAD], [UNK], [CLS] and [SEP]. A run takes them with \`--set wordVectors.pretrained=FOLDER --set wordVectors.unlabelled=[]\`; made by

    ${command}

Word2Vec (${mode}, window ${window}, ${negatives} noise words, ${epochs} passes, words of fewer than ${minCount} occurrences as [UNK]) on ${million(text.words)} words: the same
${count(counts.kept)} passages as the encoder's text, with none held out, segmented by jieba${config.dictionaries.length ? ` with the words of ${config.dictionaries.join(', ')}` : ''}. ${percent(vectors.coverage)} of the text's words have a vector.
${((seconds.text + seconds.training) / 60).toFixed(0)} minutes of wall time on one core of ${hardware.cpu}. \`word-vectors.json\` is the full record.
${agreement ? agreementTable(agreement) : ''}`;
}

function agreementTable({ neighbours, terms, share, chance, types }: NonNullable<WordVectorTrainingRecord['agreement']>): string {
  return `
Do words of one type lie together? Of the ${neighbours} typed terms nearest to each of ${count(terms)} typed terms of a lexicon (${types.length} types), the share of its own type:

| type | terms | share | by chance |
| --- | ---: | ---: | ---: |
${types.map((row) => `| ${row.type} | ${count(row.terms)} | ${percent(row.share)} | ${percent(row.chance)} |`).join('\n')}
| mean of the types | ${count(terms)} | ${percent(share)} | ${percent(chance)} |
`;
}
