# Data frames of an answer of the engine; what it objects to is raised as a condition that holds all diagnostics.
answer <- function(result, call = NULL) {
  notes <- as.data.frame(result$notes, stringsAsFactors = FALSE)
  if (!is.null(result$kind))
    stop(structure(class = c(result$kind, "error", "condition"),
                   list(message = result$message, call = call, diagnostics = notes)))
  for (row in which(notes$severity == "warning"))
    warning(notes$message[row], " [", notes$code[row], "] ", notes$hint[row], call. = FALSE)
  lapply(result$tables, function(columns) as.data.frame(columns, optional = TRUE, stringsAsFactors = FALSE))
}

cifra_tables <- function(design, tables, frames = list(), directory = "", out = "out", weighting = NULL, seed = 1,
                         threads = 0) {
  if (inherits(design, "cifra_design"))
    return(answer(.Call(cifra_r_estimate, design$specification, tables, design$frames, design$settings), sys.call()))
  settings <- settings_of(design, directory, out, seed, threads, weighting)
  answer(.Call(cifra_r_estimate, design, tables, frames_of(frames), settings), sys.call())
}

cifra_weight <- function(plan, sample, household = NULL, person = NULL, benchmarks = list(), directory = "") {
  frames <- given(c(list(sample = sample, household = household, person = person), benchmarks))
  answer(.Call(cifra_r_weigh, plan, frames_of(frames), settings_of(plan, directory)), sys.call())
}

cifra_draw <- function(plan, frames, seed = 1, directory = "") {
  answer(.Call(cifra_r_draw, plan, frames_of(frames), settings_of(plan, directory, seed = seed)), sys.call())
}
