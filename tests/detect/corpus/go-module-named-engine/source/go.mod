module example.com/search/engine

go 1.22
