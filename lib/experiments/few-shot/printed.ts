import { offlineProvider, type ModelIdentity } from '../../llm';
import { printedScore, type ReportedScore } from '../paper';

/** A line of Table 8. */
export interface PrintedRow {
  /** The paper's name of it. */
  row: string;
  /** How servers name the model of a few-shot line, a dated release of it included and its siblings (turbo, flash, 4o) not; absent where the line is none. */
  model?: RegExp;
  /** Whose figures the paper's are, by data set; its own where nothing stands. */
  quoted: Partial<Record<string, string>>;
}

const zhu = { 'CMeEE-V2': 'quoted: Zhu et al. 2023' };

/** Section 4.8 tells of CMeEE-V2 whose figures they are, but for Qwen-14B's; those of CCKS2019 and CCKS2020 are the paper's own. */
export const fewShotRows: readonly PrintedRow[] = [
  { row: 'GPT-4 (few-shot)', model: /(^|\/)gpt-4(-\d{4})?$/i, quoted: zhu },
  { row: 'ChatGPT (few-shot)', model: /(^|\/)(gpt-3\.5-turbo(-\d{4})?|chatgpt)$/i, quoted: zhu },
  { row: 'ChatGLM-4 (few-shot)', model: /(^|\/)(chat)?glm-?4(-\d{4})?$/i, quoted: zhu },
  { row: 'Qwen-14B (few-shot)', model: /(^|\/)qwen-14b(-chat)?$/i, quoted: { 'CMeEE-V2': 'of unnamed source' } },
];

export const tunedRows: readonly PrintedRow[] = ['Chinese-LLaMA-2 13B (LoRA)', 'Baichuan-13B (LoRA)'].map((row) => ({ row, quoted: zhu }));

export const ownRow: PrintedRow = { row: 'LLM-MedNER', quoted: {} };

/** The few-shot line whose model a server's is; undefined where the paper has none. */
export const printedFor = ({ model }: ModelIdentity): PrintedRow | undefined =>
  (model === offlineProvider ? undefined : fewShotRows.find((row) => row.model!.test(model)));

/** What the paper prints in a line for the data set that belongs to the corpus; null where it prints no number there. */
export function printedFigures({ row }: PrintedRow, corpus: string): ReportedScore | null {
  const score = printedScore({ paper: 'llm-medner', table: 'Table 8', row }, corpus);
  return score && score.f1 !== null ? score : null;
}
