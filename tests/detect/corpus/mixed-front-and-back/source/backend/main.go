package main
func main() { r.Run(":8080") }
