# Small files in the formats of SPSS, Stata and SAS as R haven writes them, and what stands in them (people.csv,
# people_labels.csv): what the readers of engine/statfile must find.
# Rscript haven_files.R, in this folder; needs haven and jsonlite.
library(haven)

id <- c("A-1", "B-2", "", "D-4 ñ", "E-5")
weight <- c(1.5, 2.25, 1e6, 0.1, NA)
interview <- as.Date(c("2021-03-31", "1958-12-31", NA, "2024-02-29", "1970-01-01"))
sex <- c(1, 2, 1, 2, NA)
sex_labels <- c(Man = 1, `Woman é` = 2)

# SPSS: 7 "Refused" and 8 "Don't know" are missing values, and so are 90 to 99, of which 97 is labelled.
spss <- data.frame(
  id = id, weight = weight, interview = interview,
  sex = labelled(sex, sex_labels, label = "Sex of the person"),
  loss = labelled_spss(c(1, 7, 8, NA, 3), c(Refused = 7, `Don't know` = 8), na_values = c(7, 8), label = "Año: loss"),
  score = labelled_spss(c(10, 97, 99, 90, 89.5), c(`Not applicable` = 97), na_range = c(90, 99)),
  word = labelled_spss(c("x", "R", "y", "x", "R"), c(Refused = "R"), na_values = "R"))
attr(spss$weight, "label") <- "Final weight"
write_sav(spss, "people.sav", compress = "byte")
write_sav(spss, "people_plain.sav", compress = "none")
write_sav(spss, "people.zsav", compress = "zsav")

# Stata and SAS: .a has the label "Refused", .b has none of the words of a kind.
tagged <- labelled(c(1, tagged_na("a"), tagged_na("b"), NA, 3),
                   c(Refused = tagged_na("a"), `Other reason` = tagged_na("b"), Three = 3), label = "Año: loss")
stata <- data.frame(id = id, weight = weight, interview = interview,
                    sex = labelled(sex, sex_labels, label = "Sex of the person"), loss = tagged)
attr(stata$weight, "label") <- "Final weight"
write_dta(stata, "people.dta", version = 14)
write_dta(stata, "people_15.dta", version = 15)
latin <- stata
latin$id[4] <- "D-4 n"
names(attr(latin$sex, "labels")) <- c("Man", "Woman")
attr(latin$loss, "label") <- "Loss"
write_dta(latin, "people_10.dta", version = 10)
latin$loss <- c(1, NA, NA, NA, 3)  # Stata 8 as haven writes it has "." alone
write_dta(latin, "people_8.dta", version = 8)

sas <- stata
sas$loss <- c(1, tagged_na("A"), tagged_na("B"), NA, 3)
attr(sas$loss, "label") <- "Loss"
suppressWarnings(write_sas(sas, "people.sas7bdat"))
write_xpt(sas, "people_5.xpt", version = 5)
write_xpt(sas, "people_8.xpt", version = 8)

# SPSS portable: haven writes none. The program `readstat` of ReadStat makes it from this one.
portable <- data.frame(ID = id, WEIGHT = weight, SEX = spss$sex, LOSS = spss$loss, WORD = spss$word)
names(attr(portable$SEX, "labels")) <- c("Man", "Woman")
attr(portable$LOSS, "label") <- "Loss"
portable$ID[4] <- "D-4 n"
write_sav(portable, "people_upper.sav")
unlink("people.por")
system2("readstat", c("people_upper.sav", "people.por"))
unlink("people_upper.sav")

# What haven reads in each of them: people.json.
source("read_with_haven.R")
files <- list.files(".", "^people")
write_read(files[tools::file_ext(files) %in% c("sav", "zsav", "por", "dta", "sas7bdat", "xpt")], "people.json")
