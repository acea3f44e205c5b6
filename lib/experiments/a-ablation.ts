import { comparisonExperiment } from './comparison-experiment';
import { providerNote } from './feature-tables';

export const aAblation = comparisonExperiment({
  name: 'a-ablation',
  title: 'Paper A, Table 6',
  description:
    'LLM-MedNER without each of its parts: the second channel, the enhanced text, keywords, descriptions, parts of speech, relations, cross attention, convolutions, ' +
    'the biaffine predictor; and with a CRF. Paper A: each lowers F1, by 2.6 to 8.9 points on CMeEE-V2, the CRF by as much as the loss of the convolutions.',
  paper: 'llm-medner',
  rows: [
    { variant: 'llm-medner', label: 'LLM-MedNER' },
    { variant: 'llm-medner-single-channel', label: 'single channel' },
    { variant: 'llm-medner-wo-enhanced-text', label: 'w/o enhanced text' },
    { variant: 'llm-medner-wo-keywords', label: 'w/o keywords' },
    { variant: 'llm-medner-wo-descriptions', label: 'w/o semantic descriptions' },
    { variant: 'llm-medner-wo-pos', label: 'w/o parts of speech' },
    { variant: 'llm-medner-wo-relations', label: 'w/o entity relations' },
    { variant: 'llm-medner-wo-cross-attention', label: 'w/o cross attention' },
    { variant: 'llm-medner-wo-conv', label: 'w/o convolutions' },
    { variant: 'llm-medner-wo-biaffine', label: 'w/o biaffine' },
    { variant: 'llm-medner-crf', label: 'with CRF' },
  ],
  defined: true,
  notes: [providerNote],
});
