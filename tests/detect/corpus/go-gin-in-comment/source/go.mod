module example.com/y // uses github.com/gin-gonic/gin v1

go 1.22
// require github.com/gin-gonic/gin v1.9.1
