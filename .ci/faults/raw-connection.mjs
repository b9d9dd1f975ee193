/**
 * An HTTP client that says whatever it is told to, byte for byte: real clients correct a wrong length before it leaves. A connection is
 * kept from one request to the next as long as the server keeps it.
 */

import { once } from 'node:events';
import { connect } from 'node:net';

/** A request as bytes; `headers` are the lines as they are sent, and may lie. */
export function rawRequest(method, path, headers, body = Buffer.alloc(0)) {
  const lines = [`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), body]);
}

/** A request whose length is true. */
export function post(path, type, body, headers = []) {
  return rawRequest('POST', path, [`Content-Type: ${type}`, `Content-Length: ${body.length}`, ...headers], body);
}

export class RawConnection {
  constructor(port) {
    this.port = port;
  }

  /**
   * Sends a request and reads one answer.
   *
   * @param isWhole false when the request may be shorter or longer than it says: then it is the last of its connection
   * @returns status, headers in lower case, body; undefined when the server hung up without a word
   * @throws Error when there is no answer in time, or when nobody listens
   */
  async ask(bytes, { isWhole = true, limitMs = 20_000 } = {}) {
    const socket = await this.open();
    const read = readAnswer(socket, limitMs);
    socket.write(bytes);
    const answer = await read;
    if (!isWhole || !answer || answer.headers.connection === 'close') this.close();
    return answer;
  }

  close() {
    this.socket?.destroy();
    this.socket = undefined;
  }

  async open() {
    if (this.socket && !this.socket.destroyed && !this.socket.readableEnded) return this.socket;
    const socket = connect(this.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined); // a server that hangs up; the reader sees the end of it
    this.socket = socket;
    return socket;
  }
}

function readAnswer(socket, limitMs) {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const end = (settle, value) => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose);
      settle(value);
    };
    const onData = (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      const answer = parse(bytes);
      if (answer) end(resolve, answer);
    };
    const onClose = () => end(resolve, undefined);
    const timer = setTimeout(() => end(reject, new Error(`no answer within ${limitMs} ms`)), limitMs);
    socket.on('data', onData).on('close', onClose);
  });
}

/** The answer, when all of it is there: the service says the length of each. */
function parse(bytes) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first, ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(/: ?(.*)/s, 2)));
  const status = Number(first.split(' ')[1]);
  if (status === 100) return parse(bytes.subarray(end + 4));
  const body = bytes.subarray(end + 4, end + 4 + Number(headers['content-length']));
  return body.length === Number(headers['content-length']) ? { status, headers, body } : undefined;
}
