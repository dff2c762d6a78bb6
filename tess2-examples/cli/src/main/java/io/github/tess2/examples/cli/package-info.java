/**
 * The command line {@code tess2}. Exit codes: 0 success, 1 failure, 2 the command line is wrong,
 * 130 it was interrupted. An error is one line on stderr; {@code --verbose} adds the stack trace.
 */
@NullMarked
package io.github.tess2.examples.cli;

import org.jspecify.annotations.NullMarked;
