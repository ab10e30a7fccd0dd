# Post-stratified weights by survey::postStratify on a made-up sample: 60 people in 12 clusters, unequal base weights,
# cells by sex and by region x sex. Run: Rscript weighting_poststratify.R > weighting_poststratify.csv
suppressMessages(library(survey))
n <- 60
i <- seq_len(n)
d <- data.frame(id = sprintf("p%02d", i), psu = (i - 1) %/% 5 + 1,
                region = c("N", "S", "W")[(i * 7) %% 3 + 1], sex = c("1", "2")[(i * i) %% 5 %% 2 + 1],
                w = round(20 + 15 * sin(i) + (i %% 4), 3))
sex <- data.frame(sex = c("1", "2"), Freq = c(640, 705.5))
cells <- as.data.frame(table(region = d$region, sex = d$sex), stringsAsFactors = FALSE)
cells$Freq <- c(210, 305, 180, 251, 133.25, 290)
stopifnot(all(table(d$region, d$sex) > 0))
design <- svydesign(ids = ~psu, weights = ~w, data = d)
d$w_sex <- weights(postStratify(design, ~sex, sex))
d$w_region_sex <- weights(postStratify(design, ~region + sex, cells))
cat("#", R.version.string, "; survey", as.character(packageVersion("survey")),
    "; postStratify(svydesign(~psu, weights=~w), ~sex | ~region+sex)\n")
cat("# totals sex: 1=640 2=705.5; region x sex:",
    paste0(cells$region, cells$sex, "=", cells$Freq, collapse = " "), "\n")
cat("id,region,sex,w,w_sex,w_region_sex\n")
cat(sprintf("%s,%s,%s,%.17g,%.17g,%.17g\n", d$id, d$region, d$sex, d$w, d$w_sex, d$w_region_sex), sep = "")
