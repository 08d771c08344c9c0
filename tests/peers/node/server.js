// An SMSC made with npm smpp: takes submissions, tells them on, sends what it is told to send.
'use strict';

const smpp = require('smpp');
const { serve, tell, textOf } = require('./lines');

// Large enough that decimal and hexadecimal differ.
const FIRST_ID = 1000;

let session;
let last = FIRST_ID;

serve({
  listen(order, answer) {
    const server = smpp.createServer((opened) => {
      opened.on('error', () => {});
      opened.on('bind_transceiver', (pdu) => {
        session = opened;
        opened.send(pdu.response());
        tell({ event: 'bound', system_id: pdu.system_id });
      });
      opened.on('submit_sm', (pdu) => {
        last += 1;
        opened.send(pdu.response({ message_id: order.hex ? last.toString(16) : String(last) }));
        const { udh } = pdu.short_message;
        tell({
          event: 'submit', id: last, source: pdu.source_addr, to: pdu.destination_addr, text: textOf(pdu.short_message.message),
          total: udh ? udh[0][3] : 1, sequence: udh ? udh[0][4] : 1, coding: pdu.data_coding,
        });
      });
      opened.on('enquire_link', (pdu) => opened.send(pdu.response()));
      opened.on('unbind', (pdu) => { opened.send(pdu.response()); opened.close(); });
    });
    server.listen(0, '127.0.0.1', () => answer({ port: server.address().port }));
  },

  // A receipt or a message from a handset; `receipt` says which.
  deliver(order, answer) {
    const pdu = { source_addr: order.source, destination_addr: order.to, short_message: order.text, data_coding: order.coding };
    session.deliver_sm(order.receipt ? { ...pdu, esm_class: 4 } : pdu, (resp) => answer({ status: resp.command_status }));
  },
});
