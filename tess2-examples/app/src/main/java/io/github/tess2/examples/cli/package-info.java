/** The command line. */
@NullMarked
package io.github.tess2.examples.cli;

import org.jspecify.annotations.NullMarked;
