module example.com/api

go 1.21
toolchain go1.21.5

require github.com/labstack/echo/v4 v4.11.4
