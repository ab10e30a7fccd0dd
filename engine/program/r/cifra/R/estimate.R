# Indicators of one statistic by name: one a term of the formula, and one a category where a term is no number.
indicators_of <- function(x, design, keys, item, of_categories) {
  names <- if (is.character(x)) x else names_of(x)
  indicators <- list()
  for (name in names) {
    categories <- design$categories[[name]]
    if (is.null(categories) || item == "having") {
      indicators[[name]] <- c(keys, stats::setNames(list(name), item))
    } else {
      for (category in categories)
        indicators[[paste0(name, category)]] <- c(of_categories, stats::setNames(
          list(sprintf('%s = "%s"', name, gsub('"', '""', category))), if (of_categories$statistic == "total") "where" else "having"))
    }
  }
  if (length(indicators)) indicators else stats::setNames(list(keys), keys$statistic)
}

estimate_of <- function(design, indicators, by, total, level, call, numerator_by = NULL) {
  crossing <- names_of(by)
  table <- given(list(id = "estimates", indicators = as.list(names(indicators)),
                      by = if (length(crossing)) list(as.list(crossing)), numerator_by = names_of(numerator_by),
                      total = if (is.null(total)) !length(crossing) else total, covariance = TRUE))
  result <- cifra_tables(design, list(level = level, indicators = indicators, tables = list(table)))
  estimates <- result$estimates[setdiff(names(result$estimates), c("table", "period"))]
  again <- function(level) estimate_of(design, indicators, by, total, level, call, numerator_by)
  structure(list(estimates = estimates, vcov = square(estimates, result$covariances), level = level, again = again,
                 call = call), class = "cifra_estimate")
}

labels_of <- function(estimates) {
  whole <- estimates$domain == ""
  ifelse(whole, estimates$indicator, paste(estimates$indicator, estimates$domain, sep = ":"))
}

# The upper triangle, row by row, as a square matrix.
square <- function(estimates, covariances) {
  size <- nrow(estimates)
  matrix <- matrix(0, size, size, dimnames = rep(list(labels_of(estimates)), 2))
  matrix[lower.tri(matrix, diag = TRUE)] <- covariances$covariance
  matrix[upper.tri(matrix)] <- t(matrix)[upper.tri(matrix)]
  matrix
}

check_design <- function(design) {
  if (!inherits(design, "cifra_design")) stop("'design' must be made by cifra_design()", call. = FALSE)
}

keys_of <- function(design, statistic, of, na.rm, ...) {
  check_design(design)
  given(list(statistic = statistic, of = if (is.null(of)) design$level else of,
             missing = if (na.rm) "exclude", ...))
}

cifra_statistic <- function(statistic, x = NULL, design, by = NULL, of = NULL, na.rm = FALSE, total = NULL,
                            level = 0.95, ...) {
  keys <- keys_of(design, statistic, of, na.rm, ...)
  item <- if (statistic == "proportion") "having" else "value"
  of_categories <- keys
  if (statistic == "mean") of_categories$statistic <- "proportion"
  if (statistic == "total") of_categories$missing <- NULL
  estimate_of(design, indicators_of(x, design, keys, item, of_categories), by, total, level, sys.call())
}

cifra_total <- function(x = NULL, design, by = NULL, ...) cifra_statistic("total", x, design, by, ...)
cifra_mean <- function(x, design, by = NULL, ...) cifra_statistic("mean", x, design, by, ...)

cifra_proportion <- function(x, design, by = NULL, ...) {
  numbers <- is.character(x) || all(vapply(names_of(x), function(name) is.null(design$categories[[name]]), NA))
  cifra_statistic(if (numbers) "proportion" else "mean", x, design, by, ...)
}

cifra_ratio <- function(numerator, denominator, design, by = NULL, ...) {
  cifra_statistic("ratio", expression_of(numerator), design, by, over = expression_of(denominator), ...)
}

cifra_quantile <- function(x, design, probabilities = 0.5, by = NULL, ...) {
  cifra_statistic("quantile", x, design, by, probabilities = as.list(probabilities), ...)
}

cifra_rates <- function(of, design, per = NULL, statistics = c("prevalence", "incidence", "concentration"), by = NULL,
                        numerator_by = NULL, total = NULL, level = 0.95, ...) {
  check_design(design)
  keys <- list(of = of, per = if (is.null(per)) design$level else per, ...)
  indicators <- lapply(stats::setNames(statistics, statistics), function(statistic) c(list(statistic = statistic), keys))
  estimate_of(design, indicators, by, total, level, sys.call(), numerator_by)
}
