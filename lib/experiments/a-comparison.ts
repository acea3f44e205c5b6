import { comparisonExperiment } from './comparison-experiment';
import { providerNote } from './feature-tables';

export const aComparison = comparisonExperiment({
  name: 'a-comparison',
  title: 'Paper A, Table 5',
  description:
    'Character vectors with CNN, BiLSTM and CRF, BERT and RoBERTa with and without them, and LLM-MedNER with a chat model\'s features; beside the paper\'s rows, what ' +
    'LLM-MedNER keeps when scored texts get no features, and what it gains when a span head lets it hold nested entities. Paper A: LLM-MedNER is best on all three corpora.',
  paper: 'llm-medner',
  best: 'LLM-MedNER',
  rows: [
    { variant: 'bilstm-crf', label: 'BiLSTM-CRF' },
    { variant: 'cnn-crf', label: 'CNN-CRF' },
    { variant: 'cnn-bilstm-crf', label: 'CNN-BiLSTM-CRF' },
    { variant: 'bert', label: 'BERT' },
    { variant: 'bert-crf', label: 'BERT-CRF' },
    { variant: 'roberta-bilstm', label: 'RoBERTa-BiLSTM' },
    { variant: 'roberta-bilstm-crf', label: 'RoBERTa-BiLSTM-CRF' },
    { variant: 'llm-medner', label: 'LLM-MedNER' },
    { variant: 'llm-medner', label: 'LLM-MedNER, scored texts as they are', set: ['features.testEnhancement=false'], unprinted: true },
    { variant: 'llm-medner-span', label: 'LLM-MedNER, span head' },
  ],
  notes: [
    'scored texts as they are: no enhanced text and no keywords for them, as if nobody had asked a chat model at test time.',
    providerNote,
  ],
});
