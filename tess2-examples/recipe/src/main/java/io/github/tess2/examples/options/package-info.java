/** Checks of command-line options, shared by the commands of all modules. */
@NullMarked
package io.github.tess2.examples.options;

import org.jspecify.annotations.NullMarked;
