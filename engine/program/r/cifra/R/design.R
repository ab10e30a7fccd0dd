one_sided <- function(formula) {
  if (!inherits(formula, "formula")) stop("give a formula, as ~age, or a text in the engine's language", call. = FALSE)
  if (length(formula) != 2) stop("nothing stands before the ~ of a formula here; domains are 'by'", call. = FALSE)
  formula[[2]]
}

# The variables of a one-sided formula, joined by +; NULL for none, and for ~1 and ~0.
names_of <- function(formula) {
  if (is.null(formula) || is.character(formula)) return(formula)
  term <- one_sided(formula)
  if (!is.numeric(term)) unique(variables_of(term))
}

# A calculation must not be taken for the variables in it.
variables_of <- function(term) {
  if (is.name(term)) return(as.character(term))
  if (is.call(term) && identical(term[[1]], quote(`+`)) && length(term) == 3)
    return(c(variables_of(term[[2]]), variables_of(term[[3]])))
  stop("'", deparse1(term), "' is no variable: join variables by +, and write calculations as a text in the engine's ",
       "language", call. = FALSE)
}

# The right-hand side of a one-sided formula as an expression of the engine: a name or a text.
expression_of <- function(formula) {
  if (is.character(formula)) return(formula)
  term <- one_sided(formula)
  if (is.character(term)) term else paste(deparse(term, width.cutoff = 500L), collapse = "")
}

given <- function(values) values[!vapply(values, is.null, logical(1))]

whole <- function(name, value) {
  right <- is.numeric(value) && length(value) == 1 && is.finite(value) && value >= 0 && value == floor(value)
  if (!right) stop("'", name, "' must be a whole number from 0", call. = FALSE)
  value
}

settings_of <- function(specification, directory, out = "", seed = 1, threads = 0L, weighting = NULL) {
  if (directory == "" && is.character(specification)) directory <- dirname(specification)
  list(directory = directory, out = out, seed = as.double(whole("seed", seed)),
       threads = as.integer(whole("threads", threads)), weighting = weighting)
}

# Dates are written as the engine writes those of files: 2021-03-31.
dated <- function(column) {
  if (inherits(column, "Date")) return(format(column, "%Y-%m-%d"))
  if (inherits(column, "POSIXt")) return(format(column, "%Y-%m-%dT%H:%M:%S"))
  column
}

frames_of <- function(frames) {
  for (name in names(frames))
    if (!is.data.frame(frames[[name]])) stop("'", name, "' must be a data frame", call. = FALSE)
  .Call(cifra_r_frames, lapply(frames, function(frame) lapply(as.list(frame), dated)))
}

cifra_records <- function(data, by, weights = NULL, parent = NULL, ...) {
  structure(list(data = data, by = if (is.list(by)) by else names_of(by),
                 weights = if (!is.null(weights)) expression_of(weights), parent = parent, keys = list(...)),
            class = "cifra_records")
}

cifra_design <- function(ids = ~1, strata = NULL, weights, fpc = NULL, data, lonely_psu = NULL, records = NULL,
                         derive = NULL, counting = NULL, level = "data", seed = 1, threads = 0, directory = "", ...) {
  sample <- given(list(level = level, psu = names_of(ids), strata = names_of(strata), fpc = names_of(fpc),
                       lonely_psu = lonely_psu, ...))
  levels <- list()
  levels[[level]] <- list(file = level, weight = expression_of(weights))
  frames <- list()
  frames[[level]] <- data
  for (name in names(records)) {
    below <- records[[name]]
    parent <- if (is.null(below$parent)) level else below$parent
    levels[[name]] <- given(c(list(file = name, parent = parent, by = below$by, weight = below$weights), below$keys))
    frames[[name]] <- below$data
  }
  specification <- given(list(data = levels, design = sample, derive = derive, counting = counting))
  structure(list(specification = specification, frames = frames_of(frames), level = level,
                 categories = lapply(data, categories_of),
                 settings = settings_of(specification, directory, seed = seed, threads = threads)),
            class = "cifra_design")
}

# Values of a variable that is no number; NULL for numbers. The empty text is missing, as an empty cell of a file is.
categories_of <- function(column) {
  words <- if (is.factor(column)) levels(column) else if (is.character(column)) sort(unique(column))
  words[!is.na(words) & nzchar(words)]
}

print.cifra_design <- function(x, ...) {
  sample <- x$specification$design
  cat("Sample design of", paste(names(x$specification$data), collapse = ", "), "\n")
  for (key in setdiff(names(sample), "level")) cat(" ", key, ":", paste(unlist(sample[[key]]), collapse = ", "), "\n")
  invisible(x)
}
