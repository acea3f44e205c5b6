import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { checkSender, Refusal } from '../../lib/demo/request';

describe('a request to the demo', () => {
  const check = (localPort: number, host: string, origin?: string) => () => checkSender({ method: 'POST', headers: { host, origin }, socket: { localPort } } as IncomingMessage);
  const refused = (error: unknown) => error instanceof Refusal && error.status === 403;

  it('on port 80 may leave the port out of Host and Origin, as browsers do', () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      check(80, host, `http://${host}`)();
      check(80, `${host}:80`, `http://${host}:80`)();
      assert.throws(check(8017, host), refused);
      assert.throws(check(8017, `${host}:8017`, `http://${host}`), refused);
    }
    assert.throws(check(80, 'evil.example'), refused);
    assert.throws(check(80, 'localhost', 'http://evil.example'), refused);
  });
});
