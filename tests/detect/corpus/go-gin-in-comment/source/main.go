package main

/* r.Run(":9000") */
func main() {}
