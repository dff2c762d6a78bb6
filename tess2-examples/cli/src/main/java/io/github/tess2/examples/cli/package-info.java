/**
 * The command line {@code tess2}. Exit codes: 0 for success, 1 for failure, 2 for an invalid
 * command line, 130 for an interrupt. An error is one line on stderr; {@code --verbose} adds the
 * stack trace.
 */
@NullMarked
package io.github.tess2.examples.cli;

import org.jspecify.annotations.NullMarked;
