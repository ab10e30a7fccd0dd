# Files that `cifra convert` writes, as haven reads them: haven_reads.json.
# CIFRA=path/to/cifra Rscript haven_reads.R, in this folder; the files are committed, so that tests know them again.
source("read_with_haven.R")
files <- paste0("written.", c("sav", "dta", "xpt"))
for (file in files)
  stopifnot(system2(Sys.getenv("CIFRA", "cifra"),
                    c("convert", "written.csv", "--codebook", "written.yaml", "--out", file)) == 0)
write_read(files, "haven_reads.json")
