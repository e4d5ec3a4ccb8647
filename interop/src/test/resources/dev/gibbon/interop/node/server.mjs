// A WebSocket server (the package ws) that echoes, and obeys the instructions of dev.gibbon.interop.Instruction. It ends with
// its standard input.
// Arguments: what it makes of permessage-deflate, and for TLS files with the certificate
// and the key, in PEM.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { WebSocketServer } from 'ws';

// By the names of dev.gibbon.interop.Offer.
const answers = {
  NONE: false,
  USUAL: { threshold: 0 },
  TAKEOVER: { threshold: 0 },
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

const [answer, cert, key] = process.argv.slice(2);
const PART = 1000;

function echo(socket, data, binary, inParts) {
  if (!inParts || data.length <= PART) {
    socket.send(data, { binary });
    return;
  }
  for (let from = 0; from < data.length; from += PART) {
    socket.send(data.subarray(from, from + PART), { binary, fin: from + PART >= data.length });
  }
}

function serve(socket) {
  let inParts = false;
  socket.on('message', (data, binary) => {
    const text = binary ? '' : data.toString();
    if (!text.startsWith('! ')) return echo(socket, data, binary, inParts);
    const [, verb, first, ...rest] = text.split(' ');
    switch (verb) {
      case 'close': return socket.close(Number(first), rest.join(' '));
      case 'ping': return socket.ping(first);
      case 'parts': return (inParts = true);
    }
  });
  socket.on('pong', (data) => socket.send('pong ' + data));
  socket.on('error', (error) => console.error(error));
}

const http = cert ? createSecureServer({ cert: readFileSync(cert), key: readFileSync(key) }) : createServer();
new WebSocketServer({ server: http, perMessageDeflate: answers[answer] }).on('connection', serve);
http.listen(0, '127.0.0.1', () => process.stdout.write(`listening ${http.address().port}\n`));
process.stdin.on('end', () => process.exit()).resume();
