// A WebSocket client (the package ws) that does what the lines on its standard input say, and tells on its standard output
// what it hears; dev.gibbon.interop.Agent has the language of both. Payloads are in Base64.
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const tell = (...words) => process.stdout.write(words.join(' ') + '\n');
const encode = (bytes) => Buffer.from(bytes).toString('base64');
const decode = (word) => Buffer.from(word ?? '', 'base64');

// What is offered, by the names of dev.gibbon.interop.Offer.
const offers = {
  NONE: false,
  USUAL: { threshold: 0 },
  TAKEOVER: { threshold: 0, clientMaxWindowBits: 15 },
  NO_TAKEOVER: { threshold: 0, clientNoContextTakeover: true, serverNoContextTakeover: true },
  SMALL_WINDOWS: {
    threshold: 0,
    clientNoContextTakeover: true,
    serverNoContextTakeover: true,
    clientMaxWindowBits: 9,
    serverMaxWindowBits: 9,
  },
  SMALL_WINDOWS_TAKEOVER: { threshold: 0, clientMaxWindowBits: 9, serverMaxWindowBits: 9 },
};

let socket;

function connect(url, offer) {
  let agreed = '';
  const mine = new WebSocket(url, { perMessageDeflate: offers[offer], rejectUnauthorized: false });
  socket = mine;
  mine.on('upgrade', (response) => (agreed = response.headers['sec-websocket-extensions'] ?? ''));
  mine.on('open', () => tell('open', encode(agreed)));
  mine.on('message', (data, isBinary) => tell(isBinary ? 'binary' : 'text', encode(data)));
  mine.on('pong', (data) => tell('pong', encode(data)));
  mine.on('close', (code, reason) => tell('closed', code, encode(reason)));
  mine.on('error', (error) => tell('error', encode(error.message)));
}

function parts(binary, words) {
  words.forEach((word, i) => socket.send(decode(word), { binary, fin: i === words.length - 1 }));
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [verb, ...words] = line.split(' ');
  switch (verb) {
    case 'connect': return connect(words[0], words[1]);
    case 'text': return socket.send(decode(words[0]), { binary: false });
    case 'binary': return socket.send(decode(words[0]), { binary: true });
    case 'text-parts': return parts(false, words);
    case 'binary-parts': return parts(true, words);
    case 'ping': return socket.ping(decode(words[0]));
    case 'close': return socket.close(Number(words[0]), decode(words[1]));
    case 'cut': return socket.terminate();
    default: return tell('error', encode('unknown: ' + line));
  }
}).on('close', () => process.exit());
