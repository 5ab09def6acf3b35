status validating 0 Checking the request for 'hello'
link connecting
info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello
error validating engine the server said 500: Failed to start deployment: Expecting property name enclosed in double quotes: line 1 column 25 (char 24)
link closed
result failed 1 the server said 500: Failed to start deployment: Expecting property name enclosed in double quotes: line 1 column 25 (char 24)
error refused at validating
hint the server's own output tells more
