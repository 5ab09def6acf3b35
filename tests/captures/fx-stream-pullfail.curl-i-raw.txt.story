status validating 0 Checking the request for 'hello'
link connecting
info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello
link live
progress validating 5
info validating server 🚀 Starting Docker registry deployment {"deployment_id":"aa63557c-4432-4fa9-8f7c-f27a373577d4"}
status pulling_image 10 🚀 Starting deployment
info pulling_image server 🚀 Starting deployment
progress pulling_image 15
info pulling_image server  Pulling base image: ghcr.io/fractalic-ai/fractalic:latest-production (linux/amd64)
info pulling_image server 🔧 Running: docker pull --platform linux/amd64 ghcr.io/fractalic-ai/fractalic:latest-production
error pulling_image server ❌ Deployment failed: Command failed: docker pull --platform linux/amd64 ghcr.io/fractalic-ai/fractalic:latest-production\nError: Command failed with return code 1: docker pull --platform linux/amd64 ghcr.io/fractalic-ai/fractalic:latest-production
info pulling_image server Deployment completed
link closed
result failed 1 Deployment failed: Command failed: docker pull --platform linux/amd64 ghcr.io/fractalic-ai/fractalic:latest-production Error: Command failed with return code 1: docker pull --platform linux/amd64 ghcr.io/fractalic-ai/fractalic:latest-production
error refused at pulling_image
hint the reason is in the server's own output: can its host reach the registry?
