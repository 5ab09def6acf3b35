module example.com/archive

go 1.22

require github.com/mholt/archiver/v4 v4.0.0
