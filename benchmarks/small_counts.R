# Round the small counts of one town with the R package SmallCountRounding, base 5, as it does by itself.
# Standard input: units, cells and marks; then for each mark its unit, then its cell (from 1); then the
# number of youths of each unit. Standard output: seconds of CPU, and each cell after rounding.
suppressMessages({
  library(Matrix)
  library(SmallCountRounding)
})
given <- scan(file("stdin"), integer(), quiet = TRUE)
marks <- given[3]
x <- sparseMatrix(given[3 + seq_len(marks)], given[3 + marks + seq_len(marks)], x = 1, dims = given[1:2])
data <- data.frame(number = given[3 + 2 * marks + seq_len(given[1])])
start <- sum(proc.time()[1:2])
done <- RoundViaDummy(data, "number", roundBase = 5, x = x, crossTable = FALSE, printInc = FALSE)
cat(sum(proc.time()[1:2]) - start, done$yPublish[, "rounded"], "\n")
