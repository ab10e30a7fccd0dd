SE <- function(object, ...) UseMethod("SE")

SE.cifra_estimate <- function(object, ...) stats::setNames(object$estimates$se, labels_of(object$estimates))

coef.cifra_estimate <- function(object, ...) stats::setNames(object$estimates$estimate, labels_of(object$estimates))

vcov.cifra_estimate <- function(object, ...) object$vcov

confint.cifra_estimate <- function(object, parm = NULL, level = object$level, ...) {
  if (level != object$level) object <- object$again(level)
  limits <- as.matrix(object$estimates[c("lower", "upper")])
  dimnames(limits) <- list(labels_of(object$estimates), paste(100 * c((1 - level) / 2, (1 + level) / 2), "%"))
  if (is.null(parm)) limits else limits[parm, , drop = FALSE]
}

as.data.frame.cifra_estimate <- function(x, ...) x$estimates

print.cifra_estimate <- function(x, digits = 5, ...) {
  shown <- x$estimates[c("estimate", "se", "lower", "upper", "df", "n")]
  rownames(shown) <- make.unique(labels_of(x$estimates))
  print(shown, digits = digits)
  invisible(x)
}
