const http = require('http');
http.createServer((q, s) => s.end('hi')).listen(process.env.PORT || 5050);
