// Draws frames as RFC 6455, 5.2 does: 32 bits a row where there is room, 16 on a phone. A frame comes from the server as
// { in, time, fin, rsv, opcode, masked, key, lengthBits, length, header, wire, plain, missed }, octets in hexadecimal.

import { clock, count, element } from './conversation.js';

const KEPT_FRAMES = 100;
const DRAWN_OCTETS = 8;
const LISTED_OCTETS = 32;
const OPCODES = { 0: 'continuation', 1: 'text', 2: 'binary', 8: 'close', 9: 'ping', 10: 'pong' };

const SHORT_NAMES = { 0: 'cont.' };

const wide = matchMedia('(min-width: 46rem)');

const octetsOf = (hex) => hex.match(/../g) ?? [];
const bitsOf = (octet) => parseInt(octet, 16).toString(2).padStart(8, '0');
const octetsIn = (bits) => bits.match(/.{8}/g).map((octet) => parseInt(octet, 2).toString(16).padStart(2, '0')).join(' ');
const opcodeName = (opcode) => OPCODES[opcode] ?? 'reserved';

export class Wire {
  #list;
  #waiting = [];
  #number = 0;
  #newest = [];
  #compressing = { true: false, false: false };

  constructor(list) {
    this.#list = list;
    wide.addEventListener('change', () => {
      for (const frame of list.querySelectorAll('details[open]')) {
        frame.redraw();
      }
    });
  }

  clear() {
    this.#waiting = [];
    this.#number = 0;
    this.#newest = [];
    this.#list.replaceChildren();
  }

  /** Takes a frame; frames are drawn together, at most once a screen refresh. */
  show(frame) {
    if (this.#waiting.length === 0) {
      requestAnimationFrame(() => this.#draw());
    }
    frame.number = ++this.#number;
    frame.compressed = this.#isCompressed(frame);
    this.#waiting.push(frame);
    if (this.#waiting.length > KEPT_FRAMES) {
      const dropped = this.#waiting.shift();
      this.#waiting[0].missed += dropped.missed + 1;
    }
  }

  /** RFC 7692, 6: RSV1 is set on the first frame of a compressed message, and tells for all of them. */
  #isCompressed(frame) {
    const way = String(frame.in);
    if (frame.missed > 0) {
      this.#compressing = { true: false, false: false };
    }
    if (frame.opcode >= 8) {
      return false;
    }
    const compressed = frame.opcode === 0 ? this.#compressing[way] : (frame.rsv & 4) !== 0;
    this.#compressing[way] = compressed && !frame.fin;
    return compressed;
  }

  #draw() {
    const frames = this.#waiting;
    this.#waiting = [];
    for (const frame of frames) {
      if (frame.missed > 0) {
        this.#list.prepend(element('li', 'lost', `${count(frame.missed, 'frame')} not shown: too many at once`));
      }
      const item = element('li', '');
      const details = newFrame(frame);
      item.append(details);
      this.#list.prepend(item);
      // The last two are open: usually what was sent and what came back.
      this.#newest.push(details);
      details.open = true;
      if (this.#newest.length > 2) {
        const older = this.#newest.shift();
        older.open = older.dataset.kept === 'yes';
      }
    }
    while (this.#list.childElementCount > KEPT_FRAMES) {
      this.#list.lastElementChild.remove();
    }
  }
}

function newFrame(frame) {
  const details = element('details', `frame ${frame.in ? 'client' : 'server'}`);
  details.dataset.number = frame.number;
  const summary = document.createElement('summary');
  const facts = [count(frame.length, 'byte')];
  if (!frame.fin) {
    facts.push('not the last');
  } else if (frame.opcode === 0) {
    facts.push('the last');
  }
  if (frame.compressed) {
    facts.push('compressed');
  }
  summary.append(
      element('span', 'number', `${frame.number}`),
      element('span', 'way', frame.in ? '→' : '←'),
      element('span', 'hidden', frame.in ? 'to the server' : 'from the server'),
      element('span', 'kind', opcodeName(frame.opcode)),
      element('span', 'facts', facts.join(', ')),
      element('time', '', clock(new Date(frame.time))));
  const diagram = element('div', 'diagram');
  details.append(summary, diagram);
  details.redraw = () => diagram.replaceChildren(...drawing(frame));
  details.addEventListener('toggle', () => {
    if (details.open) {
      details.redraw();
    } else {
      diagram.replaceChildren();
    }
  });
  // Closed and opened by hand, it stays as it was put.
  summary.addEventListener('click', () => {
    details.dataset.kept = details.open ? 'no' : 'yes';
  });
  return details;
}

function drawing(frame) {
  const parts = [bitDiagram(frame), ...octetTables(frame)];
  const said = saying(frame);
  if (said !== '') {
    parts.push(element('p', 'said', said));
  }
  if (frame.compressed) {
    parts.push(compression(frame));
  }
  return parts;
}

/** The frame's fields in order: name, bits, and what they say; null where the octets themselves do. */
function fieldsOf(frame) {
  const bits = octetsOf(frame.header).map(bitsOf).join('');
  const fields = [];
  let at = 0;
  const take = (length, className, label, value) => {
    fields.push({ className, label, value, bits: bits.slice(at, at + length) });
    at += length;
  };
  take(1, '', 'FIN', '');
  take(1, '', 'RSV1', '');
  take(1, '', 'RSV2', '');
  take(1, '', 'RSV3', '');
  take(4, '', 'opcode', `${frame.opcode.toString(16).toUpperCase()} ${SHORT_NAMES[frame.opcode] ?? opcodeName(frame.opcode)}`);
  take(1, '', 'MASK', '');
  const extended = frame.lengthBits > 7;
  take(7, '', 'length', extended ? (frame.lengthBits === 16 ? '126' : '127') : `${frame.length}`);
  if (extended) {
    take(frame.lengthBits, '', `length in ${frame.lengthBits} bits`, frame.length.toLocaleString('en'));
  }
  if (frame.masked) {
    take(32, 'key', 'masking key', null);
  }
  const drawn = octetsOf(frame.wire).slice(0, DRAWN_OCTETS);
  if (drawn.length > 0) {
    const cut = drawn.length < frame.length ? `, first ${drawn.length} bytes` : '';
    const label = `${frame.masked ? 'masked payload' : 'payload'}${cut}`;
    fields.push({ className: 'payload', label, value: null, bits: drawn.map(bitsOf).join('') });
  }
  return fields;
}

function bitDiagram(frame) {
  const columns = wide.matches ? 32 : 16;
  const diagram = element('div', 'bits');
  diagram.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  diagram.setAttribute('role', 'img');
  const fields = fieldsOf(frame);
  diagram.setAttribute(
      'aria-label', fields.map(({ label, bits, value }) => `${label} ${value === null ? octetsIn(bits) : `${bits} ${value}`}`).join(', '));
  for (let column = 0; column < columns; column++) {
    diagram.append(element('span', 'ruler', `${column % 10}`));
  }
  let column = 0;
  for (const field of fields) {
    let rest = field.bits;
    let continued = false;
    while (rest !== '') {
      const bits = rest.slice(0, columns - column);
      diagram.append(cellOf(field, bits, continued));
      column = (column + bits.length) % columns;
      rest = rest.slice(bits.length);
      continued = true;
    }
  }
  return diagram;
}

function cellOf(field, bits, continued) {
  const cell = element('div', `cell ${field.className}`);
  cell.classList.toggle('one', bits.length === 1 && !continued);
  cell.style.gridColumn = `span ${bits.length}`;
  const digits = element('span', 'digits');
  for (const bit of bits) {
    digits.append(element('i', bit === '1' ? 'on' : '', bit));
  }
  const value = field.value === null ? octetsIn(bits) : continued ? '' : field.value;
  cell.append(element('span', 'label', continued ? 'continued' : field.label), digits, element('span', 'value', value));
  return cell;
}


/** The payload's first octets: as on the wire, the key over them, and unmasked. */
function octetTables(frame) {
  const columns = wide.matches ? 16 : 8;
  const wire = octetsOf(frame.wire);
  const key = octetsOf(frame.key);
  const plain = octetsOf(frame.plain).slice(0, LISTED_OCTETS);
  const tables = [];
  for (let from = 0; from < plain.length; from += columns) {
    const table = element('table', 'octets');
    const row = (className, name, cells) => {
      const tr = table.insertRow();
      tr.className = className;
      const th = element('th', '', name);
      th.scope = 'row';
      tr.append(th, ...cells.map((cell) => element('td', '', cell)));
    };
    if (frame.masked) {
      row('mixed', 'on the wire', wire.slice(from, from + columns));
      row('', 'key', wire.slice(from, from + columns).map((_, i) => key[(from + i) % 4]));
    }
    row('plain', frame.masked ? 'unmasked' : 'payload', plain.slice(from, from + columns));
    row('', 'as ASCII', plain.slice(from, from + columns).map(asciiOf));
    tables.push(table);
  }
  return tables;
}

function asciiOf(octet) {
  const code = parseInt(octet, 16);
  return code > 32 && code < 127 ? String.fromCharCode(code) : code === 32 ? '␣' : '·';
}

/** A sentence on the payload: a Close frame's code and reason, and how much of a longer one is not shown. */
function saying(frame) {
  const plain = octetsOf(frame.plain);
  if (frame.opcode === 8 && plain.length >= 2) {
    const reason = new TextDecoder().decode(Uint8Array.from(plain.slice(2), (octet) => parseInt(octet, 16)));
    return `Close code ${parseInt(plain[0] + plain[1], 16)}, ${reason === '' ? 'no reason' : `reason: ${reason}`}`;
  }
  const hidden = frame.length - Math.min(plain.length, LISTED_OCTETS);
  return hidden > 0 ? `and ${count(hidden, 'byte')} more` : '';
}

/** What RSV1 means here, and what the payload inflates to, where all of it is at hand. */
function compression(frame) {
  const said = frame.opcode === 0
    ? 'Part of a compressed message: RSV1 was set on its first frame (RFC 7692).'
    : 'RSV1 is set: the payload is compressed by permessage-deflate (RFC 7692).';
  const paragraph = element('p', 'said', said);
  if (frame.fin && frame.opcode !== 0 && octetsOf(frame.plain).length === frame.length) {
    inflated(frame).then((text) => paragraph.append(` Inflated: ${text}`), () => {});
  }
  return paragraph;
}

async function inflated(frame) {
  // RFC 7692, 7.2.1: the sender has cut 00 00 ff ff off. Behind it goes an empty last block, so that the stream ends.
  const octets = [...octetsOf(frame.plain), '00', '00', 'ff', 'ff', '01', '00', '00', 'ff', 'ff'];
  const bytes = Uint8Array.from(octets, (octet) => parseInt(octet, 16));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const plain = new Uint8Array(await new Response(stream).arrayBuffer());
  const shown = plain.slice(0, frame.opcode === 1 ? 200 : LISTED_OCTETS);
  const rest = plain.length > shown.length ? ` … (${count(plain.length, 'byte')})` : '';
  if (frame.opcode === 1) {
    return `${new TextDecoder().decode(shown)}${rest}`;
  }
  return `${Array.from(shown, (octet) => octet.toString(16).padStart(2, '0')).join(' ')}${rest}`;
}
