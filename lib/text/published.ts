import { specialTokens, type Vocabulary } from './vocabulary';

/**
 * A vocabulary as the two files that transformers and transformers.js read a BERT tokenizer from, `tokenizer.json` and
 * `tokenizer_config.json`.
 */
export function publishedTokenizer(vocabulary: Vocabulary, lowercase: boolean): { json: object; config: object } {
  const json = {
    version: '1.0',
    added_tokens: specialTokens.map((content) => ({
      id: vocabulary.id(content), content, special: true, single_word: false, lstrip: false, rstrip: false, normalized: false,
    })),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.tokens.map((token, id) => [token, id])),
    },
  };
  const config = { unk_token: '[UNK]', pad_token: '[PAD]', cls_token: '[CLS]', sep_token: '[SEP]', mask_token: '[MASK]', do_lower_case: lowercase };
  return { json, config };
}
