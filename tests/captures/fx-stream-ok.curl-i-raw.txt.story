status validating 0 Checking the request for 'hello'
link connecting
info validating engine Asking http://URL to deploy 'hello' from /srv/scripts/hello
link live
progress validating 5
info validating server 🚀 Starting Docker registry deployment {"deployment_id":"32bad975-559d-45f5-a251-86933061b995"}
status pulling_image 10 🚀 Starting deployment
info pulling_image server 🚀 Starting deployment
progress pulling_image 15
info pulling_image server  Pulling base image: ghcr.io/fractalic-ai/fractalic:latest-production (linux/amd64)
info pulling_image server 🔧 Running: docker pull --platform linux/amd64 ghcr.io/fractalic-ai/fractalic:latest-production
progress pulling_image 30
info pulling_image server ✅ Image ready: ghcr.io/fractalic-ai/fractalic:latest-production
status preparing_files 35 📁 Preparing user files
info preparing_files server 📁 Preparing user files
progress preparing_files 40
info preparing_files server 🔄 Copying script files
progress preparing_files 45
info preparing_files server ✅ User files prepared
status starting_container 50 🐳 Starting container: fxcap-hello
info starting_container server 🐳 Starting container: fxcap-hello
progress starting_container 55
info starting_container server 🔌 Port mappings: AI Server: 8001→8001 (external), Backend: 8000 (internal), MCP Manager: 5859 (internal)
progress starting_container 60
info starting_container server 🚀 Launching container
info starting_container server 🔧 Running: docker run -d --name fxcap-hello --platform linux/amd64 -p 8001:8001 -v /srv/fx/logs:/fractalic/logs ghcr.io/fractalic-ai/fractalic:latest-production
progress starting_container 65
info starting_container server ✅ Container started: 555747451cbf
status copying_files 70 📂 Setting up container directories
info copying_files server 📂 Setting up container directories
progress copying_files 75
info copying_files server 📄 Copying user scripts to container
progress copying_files 78
info copying_files server 📄 Copied 6 user files: .env, naïve файл 🎉.txt, link.md, sub/ (1 files), hello.md (and 1 more)
progress copying_files 80
info copying_files server ⚙️ Copying configuration files (6 items copied)
progress copying_files 85
info copying_files server ✅ All files copied successfully
info copying_files server ⚙️ Production image - skipping frontend config
status health_check 90 🔍 Performing health checks
info health_check server 🔍 Performing health checks
progress health_check 92
info health_check server 🩺 Checking AI server on port 8001
progress health_check 94
info health_check server ✅ AI server is healthy (port 8001)
progress health_check 96
info health_check server 🩺 Checking MCP manager (production)
progress health_check 98
info health_check server ✅ MCP manager is healthy (internal port 5859)
progress health_check 100
info health_check server ✅ Health check complete: 2/2 services healthy
info health_check server Deployment completed
link closed
result deployed 0 🎉 Fractalic AI Server deployed successfully!
endpoint http://localhost:8001
container 555747451cbf
url ai_server http://localhost:8001
