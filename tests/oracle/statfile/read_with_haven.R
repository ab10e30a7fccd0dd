# What haven reads in a file, column by column, as JSON: for haven_files.R and haven_reads.R.
library(haven)
library(jsonlite)
column <- function(x) {
  dated <- inherits(x, "Date")
  labels <- attr(x, "labels")
  code <- function(v) {
    if (is.character(v)) return(unname(v))
    tag <- na_tag(v)
    unname(ifelse(is.na(tag), format(v, digits = 15, trim = TRUE), paste0(".", tag)))
  }
  list(label = c(attr(x, "label", exact = TRUE), "")[1],
       number = is.double(x) && !dated,
       missing = as.vector(is.na(x)) | (is.character(x) & as.character(unclass(x)) == ""),
       values = if (dated) format(x) else as.vector(unclass(x)),
       codes = if (is.null(labels)) character() else code(labels),
       code_labels = as.character(names(labels)))
}
read_any <- function(file) {
  switch(tools::file_ext(file), sav = , zsav = read_sav(file, user_na = TRUE), por = read_por(file, user_na = TRUE),
         dta = read_dta(file), sas7bdat = read_sas(file), xpt = read_xpt(file))
}
write_read <- function(files, to) {
  write_json(c(list(versions = paste(R.version.string, "haven", packageVersion("haven"))),
               setNames(lapply(files, function(f) lapply(as.list(read_any(f)), column)), files)),
             to, digits = NA, auto_unbox = FALSE)
}
