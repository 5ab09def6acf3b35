status validating 0 Checking the request for 'hello'
link connecting
info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello
link live
error validating engine Docker registry plugin not available
link closed
result failed 1 Docker registry plugin not available
error refused at validating
hint the server was installed without its deploy plugin
