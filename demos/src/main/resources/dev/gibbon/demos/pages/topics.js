// Topics with recovery, for a browser page: one file, no build step, nothing else needed. It speaks gibbon.chat.v1.
//
//   const topics = new Topics(['wss://a.example.com/chat/ws', 'wss://b.example.com/chat/ws']);
//   topics.addEventListener('state', ({ detail }) => …);    // detail.state: connecting, open, waiting, closed
//   const room = topics.enter('lobby', 'Ann');
//   room.addEventListener('message', ({ detail }) => …);    // in the order of the topic, each once
//   room.say('Hello');                                      // kept until the server has stored it
//
// It connects to the nodes in turn, with a back-off and jitter. After each connect it enters its topics again with the position of
// the last message that it saw, so that the server sends what was missed; and it says again, under the same sequence, what
// was not acknowledged, which the server stores once. What cannot be told any more is announced by the event `lost`.

const PROTOCOL = 'gibbon.chat.v1';

// Milliseconds.
const FIRST_WAIT = 400; // the back-off's first step; it doubles
const LONGEST_WAIT = 15_000;
const STEADY = 10_000; // a connection that lived so long begins the back-off anew
const CONNECT_TIME = 8_000; // from the start to the hello
const ANSWER_TIME = 10_000; // to anything that was asked
const QUIET_TIME = 30_000; // without a message the server is asked whether it is there: a page is told of no heartbeat

const REMEMBERED_IDS = 2_000; // to know a message again in a new epoch

function emit(target, type, detail = {}) {
  target.dispatchEvent(new CustomEvent(type, { detail }));
}

/** 128 bits that nobody can guess. Who knows them can publish in this page's name. */
function secret() {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}

/**
 * The connection to one of several nodes, and the rooms that it carries. Events:
 *
 * `state`: detail has `state` and `url`. connecting: a socket is being opened. open: also `node`, the name that the server tells,
 * and `limits`. waiting: also `delay` in milliseconds, `code` and `reason` of the close (1006 if none came), and `url` is where it
 * will go next. closed: by `close()`.
 * `refused`: the server did not understand; detail has `code` and `text`.
 */
export class Topics extends EventTarget {
  #nodes;
  #turn = 0;
  #failures = 0;
  #rooms = new Map();
  #secret = secret();
  #sequence = 0; // of the last message in any room, so that none comes twice in a room that was left and entered again
  #socket = null;
  #open = false;
  #openedAt = 0;
  #state = { state: 'closed' };
  #waiting = 0; // timers
  #patience = 0;
  #quiet = 0;

  /** @param nodes addresses of the nodes' sockets, the nearest first; the server may tell of more */
  constructor(nodes) {
    super();
    this.#nodes = [...new Set(nodes)];
    globalThis.addEventListener?.('online', () => this.retry());
    queueMicrotask(() => this.#connect()); // so that listeners can be added first
  }

  /** What the last event `state` said. */
  get state() {
    return this.#state;
  }

  get nodes() {
    return [...this.#nodes];
  }

  /** Enters a topic, now and after each reconnect, until `leave()`. One that was entered already is returned as it is. */
  enter(name, as) {
    let room = this.#rooms.get(name);
    if (room === undefined) {
      room = new Room(name, as, {
        secret: this.#secret,
        send: (message) => this.#send(message),
        next: () => ++this.#sequence,
        forget: () => this.#rooms.delete(name),
      });
      this.#rooms.set(name, room);
      if (this.#open) {
        room.opened();
      }
    }
    return room;
  }

  /** Tries at once instead of waiting for the back-off. */
  retry() {
    if (this.#state.state === 'waiting') {
      this.#connect();
    }
  }

  close() {
    this.#forgetSocket(1000);
    clearTimeout(this.#waiting);
    this.#become({ state: 'closed' });
  }

  #become(state) {
    this.#state = state;
    emit(this, 'state', state);
  }

  #connect() {
    if (this.#socket !== null) {
      return;
    }
    clearTimeout(this.#waiting);
    const url = this.#nodes[this.#turn % this.#nodes.length];
    this.#become({ state: 'connecting', url });
    let socket;
    try {
      socket = new WebSocket(url, [PROTOCOL]);
    } catch (failure) {
      this.#failed(1006, failure.message);
      return;
    }
    this.#socket = socket;
    socket.addEventListener('message', (event) => {
      if (socket === this.#socket) {
        this.#received(event.data);
      }
    });
    socket.addEventListener('close', (event) => {
      if (socket === this.#socket) {
        this.#drop(event.code, event.reason);
      }
    });
    this.#expect(CONNECT_TIME);
  }

  /** Lets something come within a time; else the connection is dead. */
  #expect(time) {
    clearTimeout(this.#patience);
    this.#patience = setTimeout(() => this.#drop(1006, 'no answer'), time);
  }

  #received(data) {
    clearTimeout(this.#patience);
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => {
      this.#send({ type: 'ping' });
      this.#expect(ANSWER_TIME);
    }, QUIET_TIME);
    const message = JSON.parse(data);
    if (message.type === 'hello') {
      this.#hello(message);
    } else if (message.room !== undefined) {
      this.#rooms.get(message.room)?.received(message);
    } else if (message.type === 'refused') {
      emit(this, 'refused', message);
    }
  }

  #hello({ node, nodes, limits }) {
    this.#nodes = [...new Set([...this.#nodes, ...nodes])];
    this.#open = true;
    this.#openedAt = Date.now();
    this.#become({ state: 'open', url: this.#socket.url, node, limits });
    for (const room of this.#rooms.values()) {
      room.opened();
    }
  }

  #send(message) {
    if (this.#open && this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(message));
      if (message.type === 'say' || message.type === 'enter') {
        this.#expect(ANSWER_TIME);
      }
    }
  }

  #forgetSocket(code) {
    const socket = this.#socket;
    this.#socket = null; // what it still says is not heard
    this.#open = false;
    clearTimeout(this.#patience);
    clearTimeout(this.#quiet);
    for (const room of this.#rooms.values()) {
      room.closed();
    }
    socket?.close(code);
  }

  #drop(code, reason) {
    if (this.#open && Date.now() - this.#openedAt > STEADY) {
      this.#failures = 0;
    }
    this.#forgetSocket(1000);
    this.#failed(code, reason);
  }

  #failed(code, reason) {
    this.#turn++;
    // Half of the wait is random, so that all pages of a node that went do not come back at the same moment.
    const step = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
    const delay = Math.round(step / 2 + Math.random() * step / 2);
    this.#failures++;
    this.#waiting = setTimeout(() => this.#connect(), delay);
    this.#become({ state: 'waiting', url: this.#nodes[this.#turn % this.#nodes.length], delay, code, reason });
  }
}

/**
 * One topic. Events, each with a detail:
 *
 * `entered`: `member`, this page's own id; `again` if it was entered before. `members`: `members`, all who are there, by id.
 * `joined`: `member`. `left`: `member`, `id`.
 * `message`: `name`, `text`, `time` (a Date), `id`, and `sequence` if it is one of this page's own.
 * `stored`: `sequence` of an own message is safe; its `message` has come or will come in its place.
 * `refused`: `code`, `text` to show; with `sequence` and `said` if a message was refused for ever, without if the topic was.
 * `held`: as refused, but it will be tried again after `retryAfter` seconds.
 * `lost`: messages are missing here; `reason` is trimmed or new_epoch. `dropped`: so many were left out, `count`.
 * `away`, `back`: the server has lost, and found, the engine that stores.
 */
export class Room extends EventTarget {
  #topics; // what it may do there
  #entered = false;
  #before = false; // it was entered once
  #after; // the position of the last message
  #producer = null; // the public one, under which this page's messages appear
  #waiting = new Map(); // by sequence: what was said and is not stored yet, oldest first
  #underWay = null; // the one sequence that waits for an answer: one at a time keeps them in order
  #hold = 0; // a timer
  #ids = new Set(); // of the last messages
  #members = new Map();

  constructor(name, as, topics) {
    super();
    this.name = name;
    this.as = as;
    this.#topics = topics;
  }

  get entered() {
    return this.#entered;
  }

  /** Who is there, by id. */
  get members() {
    return this.#members;
  }

  /** What was said and is not stored yet, as [sequence, text], oldest first. */
  get unsaid() {
    return [...this.#waiting];
  }

  /** Says something, now or when the connection is back. Returns its sequence. */
  say(text) {
    const sequence = this.#topics.next();
    this.#waiting.set(sequence, text);
    this.#sayNext();
    return sequence;
  }

  /** Leaves for good; what is not stored yet is given up. */
  leave() {
    this.#end();
    this.#topics.send({ type: 'leave', room: this.name });
  }

  #end() {
    this.closed();
    this.#topics.forget();
  }

  /** The connection is open. */
  opened() {
    this.#topics.send({ type: 'enter', room: this.name, name: this.as, producer: this.#topics.secret, after: this.#after });
  }

  /** The connection is gone. */
  closed() {
    this.#entered = false;
    this.#underWay = null;
    clearTimeout(this.#hold);
    this.#hold = 0;
  }

  #sayNext() {
    if (!this.#entered || this.#underWay !== null || this.#hold !== 0 || this.#waiting.size === 0) {
      return;
    }
    const [sequence, text] = this.#waiting.entries().next().value;
    this.#underWay = sequence;
    this.#topics.send({ type: 'say', room: this.name, sequence, text });
  }

  received(message) {
    switch (message.type) {
      case 'entered':
        this.#hasEntered(message);
        break;
      case 'members':
        this.#members = new Map(message.members.map((member) => [member.id, member]));
        emit(this, 'members', { members: this.#members });
        break;
      case 'joined':
        this.#members.set(message.member.id, message.member);
        emit(this, 'joined', { member: message.member });
        break;
      case 'left': {
        const member = this.#members.get(message.id);
        if (this.#members.delete(message.id)) {
          emit(this, 'left', { member, id: message.id });
        }
        break;
      }
      case 'message':
        this.#message(message);
        break;
      case 'stored':
        this.#stored(message.sequence);
        break;
      case 'refused':
        this.#refused(message);
        break;
      case 'lost':
        this.#after = message.at;
        emit(this, 'lost', { reason: message.reason });
        break;
      case 'dropped':
      case 'away':
      case 'back':
        emit(this, message.type, message);
        break;
      default: // of a later version: not for us
    }
  }

  #hasEntered({ member, producer, at, lost }) {
    this.#producer = producer;
    this.#entered = true;
    if (lost !== undefined || this.#after === undefined) {
      this.#after = at;
    }
    emit(this, 'entered', { member, again: this.#before });
    this.#before = true;
    if (lost !== undefined) {
      emit(this, 'lost', { reason: lost });
    }
    this.#sayNext();
  }

  #message({ at, name, text, time }) {
    if (at.epoch === this.#after?.epoch && at.offset <= this.#after.offset) {
      return; // seen
    }
    this.#after = at;
    if (this.#ids.has(at.id)) {
      return; // the engine was restored, and begins a new epoch with what it still had
    }
    this.#ids.add(at.id);
    if (this.#ids.size > REMEMBERED_IDS) {
      this.#ids.delete(this.#ids.values().next().value);
    }
    const cut = at.id.lastIndexOf('/');
    const own = at.id.slice(0, cut) === this.#producer;
    const sequence = own ? Number(at.id.slice(cut + 1)) : undefined;
    if (own) {
      this.#waiting.delete(sequence); // whoever reads it knows that it is stored
    }
    emit(this, 'message', { name, text, time: new Date(time), id: at.id, sequence });
  }

  #stored(sequence) {
    this.#waiting.delete(sequence);
    if (this.#underWay === sequence) {
      this.#underWay = null;
    }
    emit(this, 'stored', { sequence });
    this.#sayNext();
  }

  #refused({ sequence, code, text, retryAfter }) {
    if (this.#underWay === sequence) {
      this.#underWay = null;
    }
    if (retryAfter !== undefined) {
      emit(this, 'held', { sequence, code, text, retryAfter });
      clearTimeout(this.#hold);
      this.#hold = setTimeout(() => {
        this.#hold = 0;
        if (this.#entered) {
          this.#sayNext();
        } else {
          this.opened();
        }
      }, retryAfter * 1000);
    } else if (sequence !== undefined) {
      const said = this.#waiting.get(sequence);
      this.#waiting.delete(sequence);
      emit(this, 'refused', { sequence, code, text, said });
      this.#sayNext();
    } else {
      this.#end();
      emit(this, 'refused', { code, text });
    }
  }
}
