import { here } from './conversation.js';
import { Topics } from './topics.js';

// The page of the chat. What anybody typed is shown by textContent only.

const LOG_ENTRIES = 500; // kept in a room's log
const QUIET_AFTER_ENTERING = 300; // milliseconds without a message: the history has come
const NEAR_END = 40; // pixels
const LIMITS = { text: 512, name: 32, room: 64 }; // until a server tells its own

const id = (name) => document.getElementById(name);
const encoder = new TextEncoder();
const rooms = new Map(); // views by room, in the order of entering
let topics = null;
let current = null; // the view that is shown
let limits = LIMITS;
let countdown = 0;

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

function two(n) {
  return String(n).padStart(2, '0');
}

function plural(n, noun) {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** A room's part of the page: its log, its place in the list, what is unread. */
class RoomView {
  #pending = new Map(); // by sequence: what was said and has not come back
  #confirmed = element('div', 'confirmed');
  #unconfirmed = element('div', 'unconfirmed');
  #divider = null;
  #following = true; // the log shows its end, unless somebody has scrolled back
  #settling = 0;
  #away = false;
  unread = 0;
  draft = '';

  constructor(room) {
    this.room = room;
    this.log = element('div', 'log chat-log');
    this.log.setAttribute('role', 'log');
    this.log.setAttribute('aria-live', 'polite');
    this.log.setAttribute('aria-label', `Messages in ${room.name}`);
    this.log.tabIndex = 0;
    this.log.hidden = true;
    this.log.append(this.#confirmed, this.#unconfirmed);
    id('logs').append(this.log);
    this.log.addEventListener('scroll', () => {
      this.#following = this.#atEnd();
      this.#seen();
    });
    new ResizeObserver(() => this.#follow()).observe(this.log);

    this.button = element('button', '');
    this.button.type = 'button';
    this.button.addEventListener('click', () => {
      show(this);
      id('text').focus();
    });
    this.item = element('li', '');
    this.item.append(this.button);
    id('rooms').append(this.item);
    this.#settle();
    this.#listen();
  }

  #listen() {
    const on = (type, hear) => this.room.addEventListener(type, ({ detail }) => hear(detail));
    on('entered', ({ again }) => {
      this.#settle();
      this.#setAway(false);
      if (!again) {
        remember(this.room);
      }
    });
    on('message', (message) => this.#message(message));
    on('members', () => this.#people());
    on('joined', ({ member }) => this.#came(member));
    on('left', ({ member }) => this.#went(member));
    on('held', ({ sequence, text }) => this.#held(sequence, text));
    on('refused', (refusal) => this.#refused(refusal));
    on('lost', ({ reason }) => this.#notice('bad', reason === 'trimmed'
      ? 'Messages are missing here: more was said than the history keeps.'
      : 'Messages may be missing here: the place where they are stored has lost some.'));
    on('dropped', ({ count }) => this.#notice('bad', `${plural(count, 'message')} left out: this page was too slow.`));
    on('away', () => this.#setAway(true));
    on('back', () => this.#setAway(false));
  }

  /** While a history comes, a screen reader is not told each message. */
  #settle() {
    this.log.setAttribute('aria-busy', 'true');
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#settling = 0;
      this.log.setAttribute('aria-busy', 'false');
    }, QUIET_AFTER_ENTERING);
  }

  #atEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_END;
  }

  #follow() {
    if (this.#following && !this.log.hidden) {
      this.log.scrollTop = this.log.scrollHeight;
    }
  }

  get watched() {
    return current === this && document.visibilityState === 'visible' && this.#following;
  }

  /** Shown, at its end, by somebody who looks: nothing is unread. */
  #seen() {
    if (this.watched && this.unread > 0) {
      this.unread = 0;
      marks();
    }
    newest();
  }

  shown() {
    this.log.hidden = false;
    this.#follow();
    this.#seen();
    this.#people();
  }

  hide() {
    this.log.hidden = true;
    this.#divider?.remove();
    this.#divider = null;
  }

  toEnd() {
    this.#following = true;
    this.#follow();
    this.#seen();
  }

  seen() {
    this.#seen();
  }

  #append(entry) {
    this.#confirmed.append(entry);
    while (this.#confirmed.childElementCount > LOG_ENTRIES) {
      this.#confirmed.firstElementChild.remove();
    }
    this.#follow();
  }

  #notice(kind, text) {
    this.#append(element('p', `notice ${kind}`, text));
  }

  #entry(className, name, text, time) {
    const entry = element('div', className);
    const head = element('div', 'about');
    head.append(element('bdi', 'who', name), element('span', 'how', ''));
    const at = element('time', '', `${two(time.getHours())}:${two(time.getMinutes())}`);
    at.dateTime = time.toISOString();
    at.title = time.toLocaleString();
    head.append(at);
    const said = element('p', 'what', text);
    said.dir = 'auto';
    entry.append(head, said);
    return entry;
  }

  #message({ name, text, time, id: messageId, sequence }) {
    if (this.#settling !== 0) {
      this.#settle();
    }
    const own = sequence !== undefined;
    this.#forgetPending(sequence);
    if (!own && !this.watched) {
      if (this.unread === 0) {
        this.#divider?.remove();
        this.#divider = element('p', 'notice new', 'new');
        this.#confirmed.append(this.#divider);
      }
      this.unread++;
      marks();
    }
    const entry = this.#entry(own ? 'message sent' : 'message received', name, text, time);
    entry.dataset.id = messageId;
    this.#append(entry);
    newest();
  }

  #forgetPending(sequence) {
    const entry = this.#pending.get(sequence);
    if (entry !== undefined) {
      entry.remove();
      this.#pending.delete(sequence);
    }
  }

  say(text) {
    const entry = this.#entry('message sent waiting', this.room.as, text, new Date());
    entry.setAttribute('aria-hidden', 'true'); // read out once, when it has its place
    const sequence = this.room.say(text);
    this.#pending.set(sequence, entry);
    this.#unconfirmed.append(entry);
    this.#divider?.remove();
    this.#divider = null;
    this.toEnd();
  }

  #held(sequence, text) {
    const entry = this.#pending.get(sequence);
    if (entry !== undefined) {
      entry.querySelector('.how').textContent = 'waits';
    }
    if (current === this) {
      fault('say', text);
    }
  }

  #refused({ sequence, code, text, said }) {
    if (sequence === undefined) {
      gone(this, code, text);
      return;
    }
    this.#forgetPending(sequence);
    this.#notice('bad', text);
    if (current === this && id('text').value === '') {
      id('text').value = said; // to be mended and sent again
      typed();
    }
  }

  #setAway(away) {
    this.#away = away;
    if (current === this) {
      tell();
    }
  }

  get away() {
    return this.#away;
  }

  #named(name) {
    return [...this.room.members.values()].filter((member) => member.name === name).length;
  }

  // Who reconnects comes under a new id before the old one has gone, or just after; the name tells who it is.
  #came({ name }) {
    if (this.#named(name) === 1) {
      this.#notice('', `${name} has joined`);
    }
    this.#people();
  }

  #went({ name }) {
    if (this.#named(name) === 0) {
      this.#notice('', `${name} has left`);
    }
    this.#people();
  }

  #people() {
    if (current !== this) {
      return;
    }
    const names = new Map();
    for (const { name } of this.room.members.values()) {
      names.set(name, (names.get(name) ?? 0) + 1);
    }
    const sorted = [...names].sort(([one], [other]) => one.localeCompare(other));
    id('people').replaceChildren(...sorted.map(([name, times]) => {
      const item = element('li', name === this.room.as ? 'self' : '');
      item.append(element('bdi', '', name));
      if (times > 1) {
        item.append(element('span', 'times', ` ×${times}`));
      }
      return item;
    }));
    id('here').textContent = names.size === 0 ? '' : names.size;
  }

  get waits() {
    return this.room.unsaid.length > 0;
  }

  remove() {
    clearTimeout(this.#settling);
    this.log.remove();
    this.item.remove();
    rooms.delete(this.room.name);
  }
}

function enter(name, roomName) {
  if (topics === null) {
    const others = id('page').dataset.nodes.split(' ').filter((node) => node !== '');
    topics = new Topics([here('/chat/ws'), ...others]);
    topics.addEventListener('state', tell);
    topics.addEventListener('refused', ({ detail }) => fault('say', detail.text));
  }
  let view = rooms.get(roomName);
  if (view === undefined) {
    view = new RoomView(topics.enter(roomName, name));
    rooms.set(roomName, view);
  }
  id('door').hidden = true;
  id('chat').hidden = false;
  show(view);
  tell();
  id('text').focus();
}

/** A room that cannot be entered, or was left. */
function gone(view, code, text) {
  view.remove();
  const next = rooms.values().next().value;
  if (next === undefined) {
    id('chat').hidden = true;
    id('door').hidden = false;
    current = null;
    fault('door', text ?? '');
    id(code === 'bad-room' ? 'room' : 'name').focus();
    marks();
  } else {
    if (current === view) {
      show(next);
    }
    fault('more', text ?? '');
    marks();
  }
}

function show(view) {
  if (current !== view) {
    if (current !== null) {
      current.draft = id('text').value;
      current.hide();
    }
    current = view;
    id('text').value = view.draft;
    typed();
    fault('say', '');
  }
  id('title').textContent = view.room.name;
  view.shown();
  marks();
  newest();
  tell();
}

/** Unread marks: in the list of rooms, and in the title for who looks at another page. */
function marks() {
  let all = 0;
  for (const view of rooms.values()) {
    all += view.unread;
    view.button.replaceChildren(element('bdi', '', view.room.name));
    if (view.unread > 0) {
      const mark = element('span', 'unread', view.unread > 99 ? '99+' : view.unread);
      mark.append(element('span', 'hidden', ' unread'));
      view.button.append(' ', mark);
    }
    if (view === current) {
      view.button.setAttribute('aria-current', 'true');
    } else {
      view.button.removeAttribute('aria-current');
    }
  }
  document.title = `${all > 0 ? `(${all}) ` : ''}${current === null ? 'Chat' : current.room.name} · Gibbon`;
}

function newest() {
  const unread = current?.unread ?? 0;
  id('newest').hidden = unread === 0;
  id('newest').textContent = `${plural(unread, 'new message')} ↓`;
}

function address(url) {
  return new URL(url).host;
}

/** What is known of the connection, in words; the seconds beside it are not read out. */
function tell() {
  clearInterval(countdown);
  id('countdown').textContent = '';
  const { state, node, url, delay, reason, limits: told } = topics.state;
  id('retry').hidden = state !== 'waiting';
  let words = state;
  if (state === 'open') {
    limits = told;
    words = current?.away ? `on node ${node}, which waits for its store` : `on node ${node}`;
  } else if (state === 'connecting' && url !== undefined) {
    words = `connecting to ${address(url)}`;
  } else if (state === 'waiting') {
    words = reason === '' || reason === 'no answer' ? 'connection lost' : `connection lost: ${reason}`;
    const until = Date.now() + delay;
    const count = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      id('countdown').textContent = `${address(url)} in ${seconds} s`;
    };
    count();
    countdown = setInterval(count, 250);
  }
  id('state').dataset.state = state === 'open' && current?.away ? 'connecting' : state;
  if (id('state').textContent !== words) {
    id('state').textContent = words;
  }
}

function fault(where, text) {
  id(`${where}-fault`).textContent = text;
}

/** What the server would refuse, in its words; an empty text if nothing is wrong. */
function faultOf(what, text) {
  const most = limits[what];
  if (text === '') {
    return what === 'name' ? 'Who are you? A name has at least one character.' : 'Which room? Its name has at least one character.';
  }
  if ([...text].length > most) {
    return `A ${what === 'name' ? 'name' : 'room'} has at most ${most} characters.`;
  }
  return '';
}

const tidy = (text) => text.normalize('NFC').trim();

function remember(room) {
  try {
    localStorage.setItem('gibbon.chat.name', room.as);
  } catch {
    // It is asked for again.
  }
}

id('enter').addEventListener('submit', (event) => {
  event.preventDefault();
  const name = tidy(id('name').value);
  const room = tidy(id('room').value);
  const inName = faultOf('name', name);
  const wrong = inName || faultOf('room', room);
  fault('door', wrong);
  if (wrong === '') {
    enter(name, room);
  } else {
    id(inName === '' ? 'room' : 'name').focus();
  }
});

id('another').addEventListener('submit', (event) => {
  event.preventDefault();
  const room = tidy(id('more').value);
  const wrong = faultOf('room', room);
  fault('more', wrong);
  if (wrong === '') {
    id('more').value = '';
    enter(current.room.as, room);
  }
});

id('say').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = id('text').value.trim();
  const size = encoder.encode(text).length;
  if (size > limits.text) {
    fault('say', `Too long by ${plural(size - limits.text, 'byte')}.`);
  } else if (text !== '') {
    fault('say', '');
    id('text').value = '';
    typed();
    current.say(text);
  }
});

id('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    id('say').requestSubmit();
  }
});

/** The box grows with its text, and says how much room is left when there is little. */
function typed() {
  const box = id('text');
  box.style.height = 'auto';
  box.style.height = `${box.scrollHeight + box.offsetHeight - box.clientHeight}px`;
  const left = limits.text - encoder.encode(box.value.trim()).length;
  id('room-left').textContent = left < 0 ? `${plural(-left, 'byte')} too long` : left < 100 ? `${plural(left, 'byte')} left` : '';
}

id('text').addEventListener('input', () => {
  fault('say', '');
  typed();
});
id('newest').addEventListener('click', () => {
  current.toEnd();
  id('text').focus();
});
id('retry').addEventListener('click', () => {
  topics.retry();
  id('text').focus();
});
id('leave').addEventListener('click', () => {
  const view = current;
  view.room.leave();
  gone(view);
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') {
    topics?.retry();
    current?.seen();
  }
});
window.addEventListener('beforeunload', (event) => {
  if ([...rooms.values()].some((view) => view.waits)) {
    event.preventDefault(); // something was said that is not stored yet
  }
});

if (matchMedia('(max-width: 48rem)').matches) {
  id('people-part').open = false;
}
try {
  id('name').value = localStorage.getItem('gibbon.chat.name') ?? '';
} catch {
  // It stays empty.
}
if (location.hash.length > 1) {
  try {
    id('room').value = decodeURIComponent(location.hash.slice(1));
  } catch {
    // Not a room.
  }
}
id(id('name').value === '' ? 'name' : 'room').focus();
