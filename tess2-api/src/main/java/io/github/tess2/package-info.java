/** Generates text by simplex diffusion. */
@NullMarked
package io.github.tess2;

import org.jspecify.annotations.NullMarked;
