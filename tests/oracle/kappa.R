# Cohen's kappa of two codings, from the table of both by base R.
# Rscript tests/oracle/kappa.R > tests/oracle/kappa.json
set.seed(20240501)
codes <- c("0101", "0103", "010321", "0401", "040111", "05012", "0502", "050211", "excluded")
first <- sample(codes, 300, replace = TRUE)
second <- ifelse(runif(300) < 0.6, first, sample(codes, 300, replace = TRUE))
at_level <- function(code, level) {
    ifelse(code == "excluded" | nchar(code) <= c(2, 4, 5, 6)[level], code, substr(code, 1, c(2, 4, 5, 6)[level]))
}
kappa_of <- function(a, b) {
    all <- sort(unique(c(a, b)))
    cells <- table(factor(a, all), factor(b, all)) / length(a)
    observed <- sum(diag(cells))
    chance <- sum(rowSums(cells) * colSums(cells))
    c(accuracy = observed, kappa = (observed - chance) / (1 - chance),
      se = sqrt(observed * (1 - observed) / (length(a) * (1 - chance)^2)))
}
number <- function(x) sprintf("%.17g", x)
quoted <- function(x) paste0("[", paste0('"', x, '"', collapse = ", "), "]")
cat("{\"r\": \"", R.version.string, "\",\n", sep = "")
cat("\"first\": ", quoted(first), ",\n\"second\": ", quoted(second), ",\n\"levels\": [\n", sep = "")
for (level in 1:4) {
    k <- kappa_of(at_level(first, level), at_level(second, level))
    cat("{\"accuracy\": ", number(k[1]), ", \"kappa\": ", number(k[2]), ", \"se\": ", number(k[3]), "}",
        if (level < 4) ",", "\n", sep = "")
}
cat("]}\n")
