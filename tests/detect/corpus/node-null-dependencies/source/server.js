require('http').createServer().listen(8090);
