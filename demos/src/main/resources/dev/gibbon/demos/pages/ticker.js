import { Conversation, here } from './conversation.js';

const conversation = new Conversation(() => new WebSocket(here('/ticker')));

document.getElementById('many').addEventListener('click', () => {
  for (let i = 1; i <= 17; i++) {
    conversation.sendText(`message ${i}`);
  }
});
