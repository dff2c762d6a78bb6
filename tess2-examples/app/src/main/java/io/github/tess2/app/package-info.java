/** The command line. */
@NullMarked
package io.github.tess2.app;

import org.jspecify.annotations.NullMarked;
