package main

func main() { e.Start(":1323") }
