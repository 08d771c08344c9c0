// An ESME made with npm smpp, as its README shows it.
'use strict';

const smpp = require('smpp');
const { serve, tell, textOf } = require('./lines');

let session;

// One submit_sm a segment. Texts go in as strings: the library encodes them. It calls GSM 03.38 data_coding 1, which the
// specification gives to ASCII, so a text that fits GSM 03.38 says 0 itself.
const submissions = {
  plain: (order) => [{ short_message: order.text, ...(order.coding === 0 ? { data_coding: 0 } : {}) }],
  payload: (order) => [{ message_payload: order.text, data_coding: order.coding }],
  udh: (order) => order.bodies.map((body, i) => ({
    data_coding: order.coding,
    short_message: { udh: Buffer.from([5, 0, 3, order.reference, order.bodies.length, i + 1]), message: Buffer.from(body, 'hex') },
  })),
  sar: (order) => order.bodies.map((body, i) => ({
    data_coding: order.coding,
    short_message: Buffer.from(body, 'hex'),
    sar_msg_ref_num: order.reference,
    sar_total_segments: order.bodies.length,
    sar_segment_seqnum: i + 1,
  })),
};

serve({
  bind(order, answer) {
    session = smpp.connect({ url: `smpp://127.0.0.1:${order.port}` }, () => {
      session[`bind_${order.how}`]({ system_id: order.system_id, password: order.password }, (pdu) => answer({ status: pdu.command_status }));
    });
    session.on('error', () => {});
    session.on('deliver_sm', (pdu) => {
      session.send(pdu.response());
      const message = pdu.short_message.message.length ? pdu.short_message : pdu.message_payload;
      tell({ esm_class: pdu.esm_class, text: textOf(message.message) });
    });
  },

  send(order, answer) {
    const pdus = submissions[order.way](order);
    const statuses = [];
    const ids = [];
    const common = { source_addr: order.source, destination_addr: order.to, service_type: order.service_type, registered_delivery: 1 };
    for (const pdu of pdus) {
      session.submit_sm({ ...common, ...pdu }, (resp) => {
        statuses.push(resp.command_status);
        ids.push(resp.message_id);
        if (statuses.length === pdus.length) answer({ statuses, ids });
      });
    }
  },

  ask_if_alive(order, answer) {
    session.enquire_link({}, (pdu) => answer({ status: pdu.command_status }));
  },

  unbind(order, answer) {
    session.unbind((pdu) => { session.close(); answer({ status: pdu.command_status }); });
  },
});
