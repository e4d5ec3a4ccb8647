// The controls and the log of one page, and the one socket they talk to. Whatever came from the wire is shown by textContent
// only. The page's elements are found by their ids; `connect` makes the socket.

const LOG_ENTRIES = 200;
const SHOWN_CHARACTERS = 300;
const SHOWN_BYTES = 16;

const CLOSE_CODES = {
  1000: 'normal closure',
  1001: 'going away',
  1002: 'protocol error',
  1003: 'unsupported data',
  1005: 'no code was sent',
  1006: 'the connection was lost, no Close came',
  1007: 'invalid payload',
  1008: 'policy violation',
  1009: 'message too big',
  1011: 'internal error',
  1013: 'try again later',
};

const id = (name) => document.getElementById(name);

/** The address of a socket on the server that sent this page. */
export function here(path) {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;
}

export function clock(date = new Date()) {
  const two = (n) => String(n).padStart(2, '0');
  const millis = String(date.getMilliseconds()).padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}

export function count(n, noun) {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
}

export function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

export class Conversation {
  #connect;
  #socket = null;
  #attempt = null;
  #state = 'closed';
  #focusLost = false;
  #following = true; // the log shows its end, unless somebody has scrolled back
  #needsSocket = ['send', 'send-file', 'many'].map(id).filter((found) => found !== null);

  /** @param connect given an AbortSignal, makes a WebSocket, or a promise of one; a failure is told by its message */
  constructor(connect) {
    this.#connect = connect;
    id('open').addEventListener('click', () => this.#open());
    id('close').addEventListener('click', () => this.#close());
    id('say').addEventListener('submit', (event) => {
      event.preventDefault();
      this.sendText(id('text').value);
    });
    id('log').addEventListener('scroll', ({ target }) => {
      this.#following = target.scrollHeight - target.scrollTop - target.clientHeight < 40;
    });
    id('hand').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#sendFile(id('file').files[0]);
    });
  }

  get state() {
    return this.#state;
  }

  sendText(text) {
    if (this.#state === 'open') {
      this.#socket.send(text);
      this.#log('sent', 'sent', text);
    }
  }

  async #sendFile(file) {
    const socket = this.#socket;
    if (this.#state !== 'open') {
      return;
    }
    if (file === undefined) {
      this.#note('bad', 'no file', 'Choose a file first.');
      return;
    }
    try {
      const bytes = await file.arrayBuffer();
      if (socket.readyState === WebSocket.OPEN) {
        socket.send(bytes);
        this.#log('sent', 'sent', bytes);
      }
    } catch (failure) {
      this.#note('bad', 'file not read', failure.message);
    }
  }

  async #open() {
    const attempt = new AbortController();
    this.#attempt = attempt;
    this.#become('connecting');
    let socket;
    try {
      socket = await this.#connect(attempt.signal);
    } catch (failure) {
      this.#note('bad', 'not open', failure.message);
      this.#become('closed');
      return;
    }
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('open', () => {
      this.#socket = socket;
      this.#note('note', 'open', [socket.url.split('?')[0], socket.extensions].filter((part) => part !== '').join('; '));
      this.#become('open');
    });
    socket.addEventListener('message', (event) => this.#log('received', 'received', event.data));
    socket.addEventListener('close', (event) => this.#closed(event));
    attempt.signal.addEventListener('abort', () => socket.close());
    if (attempt.signal.aborted) {
      socket.close();
    }
  }

  #close() {
    if (this.#state === 'connecting') {
      this.#attempt.abort();
      return;
    }
    try {
      const code = Number(id('code')?.value || 1000);
      const reason = id('reason')?.value ?? '';
      this.#socket.close(code, reason);
      this.#note('note', 'closing', reason === '' ? `${code}` : `${code}; reason: ${reason}`);
      this.#become('closing');
    } catch (failure) {
      this.#note('bad', 'not closed', failure.message);
    }
  }

  #closed(event) {
    const wasOpen = this.#socket !== null;
    this.#socket = null;
    const name = CLOSE_CODES[event.code] ?? (event.code >= 3000 ? 'a code of the application' : 'unknown');
    const reason = event.reason === '' ? 'no reason given' : `reason: ${event.reason}`;
    const clean = event.wasClean ? 'clean' : 'not clean';
    this.#note(
        event.wasClean ? 'note' : 'bad',
        wasOpen ? 'closed' : 'not open',
        `${event.code} ${name}; ${reason}; ${clean}`);
    this.#become('closed');
  }

  #become(state) {
    this.#state = state;
    const focused = document.activeElement;
    id('state').dataset.state = state;
    id('state').textContent = state;
    id('open').disabled = state !== 'closed';
    id('close').disabled = state !== 'open' && state !== 'connecting';
    for (const control of this.#needsSocket) {
      control.disabled = state !== 'open';
    }
    // Who works by keyboard loses the focus with a control that is disabled, and finds it at the next one to use.
    this.#focusLost ||= focused?.disabled && focused.matches(':focus-visible');
    if (this.#focusLost && (state === 'open' || state === 'closed')) {
      this.#focusLost = false;
      id(state === 'open' ? 'text' : 'open').focus();
    }
  }

  #log(className, who, data) {
    if (typeof data === 'string') {
      const shown = data.length > SHOWN_CHARACTERS ? `${data.slice(0, SHOWN_CHARACTERS)}…` : data;
      this.#add(className, who, `text, ${count(new TextEncoder().encode(data).length, 'byte')}`, shown);
    } else {
      const bytes = new Uint8Array(data);
      const shown = Array.from(bytes.subarray(0, SHOWN_BYTES), (b) => b.toString(16).padStart(2, '0')).join(' ');
      const more = bytes.length > SHOWN_BYTES ? ' …' : '';
      this.#add(`${className} binary`, who, `binary, ${count(bytes.length, 'byte')}`, shown + more);
    }
  }

  #note(className, who, text) {
    this.#add(className, who, '', text);
  }

  #add(className, who, about, text) {
    const log = id('log');
    const entry = element('div', className);
    const head = element('div', 'about');
    head.append(element('span', 'who', who), element('span', '', about), element('time', '', clock()));
    entry.append(head, element('p', 'what', text));
    log.append(entry);
    while (log.childElementCount > LOG_ENTRIES) {
      log.firstElementChild.remove();
    }
    if (this.#following) {
      log.scrollTop = log.scrollHeight;
    }
  }
}
