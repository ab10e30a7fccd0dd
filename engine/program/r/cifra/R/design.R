# The variables of a one-sided formula; NULL for none, and for ~1 and ~0.
names_of <- function(formula) {
  if (is.null(formula) || is.character(formula)) return(formula)
  names <- all.vars(formula)
  if (length(names)) names
}

# The right-hand side of a one-sided formula as an expression of the engine: a name or a text.
expression_of <- function(formula) {
  if (is.character(formula)) return(formula)
  term <- formula[[2]]
  if (is.character(term)) term else paste(deparse(term, width.cutoff = 500L), collapse = "")
}

given <- function(values) values[!vapply(values, is.null, logical(1))]

settings_of <- function(specification, directory, out = "", seed = 1, threads = 0L, weighting = NULL) {
  if (directory == "" && is.character(specification)) directory <- dirname(specification)
  list(directory = directory, out = out, seed = as.double(seed), threads = as.integer(threads), weighting = weighting)
}

frames_of <- function(frames) .Call(cifra_r_frames, frames)

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

# Values of a variable that is no number; NULL for numbers.
categories_of <- function(column) {
  if (is.factor(column)) levels(column) else if (is.character(column)) sort(unique(column), na.last = NA)
}

print.cifra_design <- function(x, ...) {
  sample <- x$specification$design
  cat("Sample design of", paste(names(x$specification$data), collapse = ", "), "\n")
  for (key in setdiff(names(sample), "level")) cat(" ", key, ":", paste(unlist(sample[[key]]), collapse = ", "), "\n")
  invisible(x)
}
