status validating 0 Checking the request for 'hello'
link connecting
info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello
link live
progress validating 5
info validating server 🚀 Starting Docker registry deployment {"deployment_id":"92393e9e-a99d-4aae-bda3-c5e4248f63b3"}
status pulling_image 10 🚀 Starting deployment
info pulling_image server 🚀 Starting deployment
progress pulling_image 15
info pulling_image server  Pulling base image: ghcr.io/fractalic-ai/fractalic:latest-production (linux/amd64)
info pulling_image server 🔧 Running: docker pull --platform linux/amd64 ghcr.io/fractalic-ai/fractalic:latest-production
progress pulling_image 30
info pulling_image server ✅ Image ready: ghcr.io/fractalic-ai/fractalic:latest-production
status preparing_files 35 📁 Preparing user files
info preparing_files server 📁 Preparing user files
error preparing_files server ❌ Deployment failed: Script folder not found: /no/such/folder
info preparing_files server Deployment completed
link closed
result failed 1 Deployment failed: Script folder not found: /no/such/folder
error not_found at preparing_files
hint --folder names a path on the server, not here
