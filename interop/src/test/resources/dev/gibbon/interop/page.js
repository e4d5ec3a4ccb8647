// Run in a page once: a WebSocket client that ChromiumClient drives. Payloads are in Base64.
const heard = [];
let socket;
let wake = () => {};

const encode = (bytes) => {
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(binary);
};
const decode = (word) => Uint8Array.from(atob(word), (c) => c.charCodeAt(0));
const tell = (...words) => {
  heard.push(words);
  wake();
};

window.peer = {
  connect(url, done) {
    socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => done(['open', socket.extensions]);
    socket.onmessage = ({ data }) =>
      typeof data === 'string'
        ? tell('text', encode(new TextEncoder().encode(data)))
        : tell('binary', encode(new Uint8Array(data)));
    socket.onerror = () => done(['failed']);
    socket.onclose = ({ code, reason, wasClean }) => tell('closed', code, reason, wasClean);
    heard.length = 0;
  },
  // Does what is to be done, and is done when there is something that was heard; gives all of it.
  converse(commands, done) {
    for (const [verb, ...words] of commands) {
      if (verb === 'text') socket.send(new TextDecoder('utf-8', { ignoreBOM: true }).decode(decode(words[0])));
      else if (verb === 'binary') socket.send(decode(words[0]));
      else socket.close(words[0], words[1]);
    }
    wake = () => {
      if (heard.length === 0) return;
      wake = () => {};
      done(heard.splice(0));
    };
    wake();
  },
};
