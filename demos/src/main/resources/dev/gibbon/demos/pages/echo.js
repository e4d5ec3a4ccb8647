import { Conversation, here } from './conversation.js';
import { Wire } from './wire.js';

const servers = document.getElementById('servers');
const deflate = document.getElementById('deflate');
const note = document.getElementById('wire-note');
const wire = new Wire(document.getElementById('wire'));
const NOTHING_YET = 'Frames appear here, the newest first.';
let shown = ''; // the id of the connection on the wire

/** 128 bits that nobody can guess: they pair the echo socket with the wire socket of this page, and of no other. */
function newId() {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/** Opens the wire first, so that it misses no frame; its first message, "ready", says that the server has it registered. */
function openWire(id, signal) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(here(`/wire?id=${id}`));
    let ready = false;
    signal.addEventListener('abort', () => {
      if (!ready) {
        socket.close();
      }
    });
    socket.addEventListener('message', (event) => {
      if (event.data === 'ready') {
        ready = true;
        shown = id;
        wire.clear();
        note.textContent = NOTHING_YET;
        resolve();
      } else if (shown === id) {
        note.textContent = '';
        wire.show(JSON.parse(event.data));
      }
    });
    socket.addEventListener('close', (event) => {
      if (!ready) {
        reject(new Error(signal.aborted ? 'given up' : 'the server cannot be reached'));
      } else if (shown !== id) {
        // Another connection is on the wire by now.
      } else if (event.code !== 1000) {
        note.textContent = `The wire ended early, with code ${event.code}.`;
      } else if (event.reason !== '') {
        note.textContent = `The wire has ended: ${event.reason}.`;
      }
    });
  });
}

new Conversation(async (signal) => {
  if (servers.querySelector(':checked').value === 'raw') {
    shown = '';
    wire.clear();
    note.textContent = 'The raw server has no second socket: its frames are not shown.';
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    return new WebSocket(`${scheme}://${location.hostname}:${servers.dataset.rawPort}/`);
  }
  const id = newId();
  const path = deflate.checked ? '/echo' : '/echo/plain';
  await openWire(id, signal);
  return new WebSocket(here(`${path}?id=${id}`));
});

if (new URLSearchParams(location.search).get('server') === 'raw') {
  servers.querySelector('[value=raw]').checked = true;
}
