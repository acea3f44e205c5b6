import { ChatClient, parseModels } from '../../lib/llm';

/** Asks a server questions FIRST to LAST one after the other, a process of its own: ADDRESS CACHE FIRST LAST. */
const [address, cache, first, last] = process.argv.slice(2);
const entry = { name: 'tested', baseURL: address, model: 'm-1', keyVariable: null, price: { prompt: 2, completion: 8 }, context: 4096 };
const client = new ChatClient(parseModels(JSON.stringify({ models: [entry] }), 'llm.yaml')[0], { cache });

async function main(): Promise<void> {
  for (let i = Number(first); i <= Number(last); i++) {
    const { text } = await client.chat({ messages: [{ role: 'user', content: `问${i}` }], temperature: 0.2, topP: 0.85, maxTokens: 64 });
    process.stdout.write(`${i} ${text.length}\n`);
  }
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
