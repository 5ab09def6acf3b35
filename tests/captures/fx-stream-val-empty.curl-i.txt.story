status validating 0 Checking the request for 'hello'
link connecting
info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello
error validating engine the server said 400: Validation failed: script_name is required, script_folder is required
link closed
result rejected 2 the server said 400: Validation failed: script_name is required, script_folder is required
error usage at validating
hint change what it names and deploy again
