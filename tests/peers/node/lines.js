// Orders come in and answers go out, one line of JSON each; the process ends with its input.
'use strict';

const readline = require('readline');

const tell = (said) => process.stdout.write(JSON.stringify(said) + '\n');

function serve(orders) {
  readline.createInterface({ input: process.stdin })
    .on('line', (line) => {
      const order = JSON.parse(line);
      orders[order.do](order, (answer) => tell({ re: order.re, ...answer }));
    })
    .on('close', () => process.exit(0));
}

// What a short_message says: a string, or a buffer where the library knows no alphabet for its data_coding.
const textOf = (message) => (Buffer.isBuffer(message) ? message.toString('latin1') : message);

module.exports = { serve, tell, textOf };
