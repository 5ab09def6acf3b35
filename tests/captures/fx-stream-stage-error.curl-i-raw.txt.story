status validating 0 Checking the request for 'hello'
link connecting
info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello
link live
error validating server Deployment failed: No module named 'publisher.plugin_manager' {"deployment_id":"a2c78217-2cfc-4b06-ba28-d8e54db93d51"}
link closed
result failed 1 No module named 'publisher.plugin_manager'
error refused at validating
hint the server's installation is not complete
