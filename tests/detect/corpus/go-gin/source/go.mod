module example.com/shop

go 1.22

require (
	github.com/gin-gonic/gin v1.9.1
	github.com/lib/pq v1.10.9
	github.com/labstack/echo/v4 v4.11.0 // indirect
)
