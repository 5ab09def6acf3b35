package main

func main() { app.Listen(":3001") }
